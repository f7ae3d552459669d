-- Stowage, schema version 12: what the orders of 90 days say of places, and what it is worth.
--
-- A run lays out the storage places, works out what a pick from each costs under the site's routing,
-- and measures on orders that it held back what laying goods by what is picked along would have
-- saved. Each run stands whole in one row; of the older ones the figures stay, the costs go.

CREATE TABLE slotting_runs (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  from_day INTEGER NOT NULL,
  through_day INTEGER NOT NULL CHECK (through_day >= from_day),
  routing TEXT NOT NULL CHECK (routing IN ('S_SHAPE', 'RETURN', 'MIDPOINT')),
  layout TEXT NOT NULL CHECK (layout IN ('MAP', 'TRAVEL', 'BAYS')),
  orders INTEGER NOT NULL CHECK (orders >= 0),
  pairs INTEGER NOT NULL CHECK (pairs >= 0),
  -- The trial on orders held back; null with too few orders. Mean tours in millimetres.
  held_out_orders INTEGER CHECK (held_out_orders >= 1),
  random_tour_mm REAL CHECK (random_tour_mm >= 0),
  class_tour_mm REAL CHECK (class_tour_mm >= 0),
  affinity_tour_mm REAL CHECK (affinity_tour_mm >= 0),
  affinity_gain_mm REAL CHECK (affinity_gain_mm >= 0),
  -- Pairs of location and what a pick from it costs in millimetres, 64 bits each, little-endian.
  pick_costs BLOB NOT NULL CHECK (length(pick_costs) % 16 = 0),
  CHECK ((held_out_orders IS NULL) = (random_tour_mm IS NULL)),
  CHECK ((held_out_orders IS NULL) = (class_tour_mm IS NULL)),
  CHECK ((held_out_orders IS NULL) = (affinity_tour_mm IS NULL)),
  CHECK ((held_out_orders IS NULL) = (affinity_gain_mm IS NULL))
) STRICT;
