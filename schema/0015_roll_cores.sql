-- Stowage, schema version 15: the core of a roll.
--
-- A roll on end carries on its paper, not on the hole of its core. Missing = not known; then a
-- usual one is assumed.

ALTER TABLE materials ADD COLUMN core_mm INTEGER CHECK (core_mm BETWEEN 0 AND 1000000);
