-- Stowage, schema version 31: moves of re-slotting that somebody accepted.
--
-- A step waits until those before it that share its lot or one of its places are confirmed; only
-- then a task is made for it, which holds the place that is free by then. `obstacle` says why no
-- task could be made.
CREATE TABLE reslotting_plans (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  accepted_at INTEGER NOT NULL,
  accepted_by TEXT NOT NULL CHECK (length(accepted_by) > 0),
  note TEXT,
  steps INTEGER NOT NULL CHECK (steps >= 1),
  ended_at INTEGER,
  ended_by TEXT,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;
CREATE INDEX reslotting_plans_running ON reslotting_plans (id) WHERE ended_at IS NULL;

CREATE TABLE reslotting_steps (
  plan_id INTEGER NOT NULL REFERENCES reslotting_plans (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  lot_id INTEGER NOT NULL REFERENCES lots (id),
  from_location_id INTEGER NOT NULL REFERENCES locations (id),
  to_location_id INTEGER NOT NULL REFERENCES locations (id),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  recommendation_id INTEGER UNIQUE REFERENCES putaway_recommendations (id),
  obstacle TEXT CHECK (obstacle IS NULL OR recommendation_id IS NULL),
  PRIMARY KEY (plan_id, number),
  CHECK (from_location_id <> to_location_id)
) STRICT, WITHOUT ROWID;
