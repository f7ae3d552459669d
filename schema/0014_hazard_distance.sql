-- Stowage, schema version 14: how far apart hazard classes must lie.
--
-- Of two classes that may not share a location: not in the same location, not in the same bay, not
-- in the same or the next bay, not in the same aisle.

ALTER TABLE hazard_segregation ADD COLUMN distance TEXT NOT NULL DEFAULT 'LOCATION'
  CHECK (distance IN ('LOCATION', 'BAY', 'ADJACENT', 'AISLE')
    AND (may_mix = 0 OR distance = 'LOCATION'));
