-- Stowage, schema version 21: terms of supply can be edited one by one.
ALTER TABLE material_suppliers ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1);
