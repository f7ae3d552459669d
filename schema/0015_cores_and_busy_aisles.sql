-- Stowage, schema version 15: the core of a roll, and how busy aisles are.
--
-- A roll on end carries on its paper, not on the hole of its core. Missing = not known; then a
-- usual one is assumed.

ALTER TABLE materials ADD COLUMN core_mm INTEGER CHECK (core_mm BETWEEN 0 AND 1000000);

-- Every recommendation asks for the open tasks of the last minutes by aisle. A task is a wide row;
-- with this index none of them is read.

CREATE INDEX putaway_recommendations_busy
  ON putaway_recommendations (changed_at, status, to_location_id)
  WHERE status IN ('RECOMMENDED', 'STARTED');
