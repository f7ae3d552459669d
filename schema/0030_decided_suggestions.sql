-- Stowage, schema version 30: suggestions that somebody has approved, or turned down.
--
-- A decision holds its suggestion as it was when somebody decided: a new run leaves it alone until
-- the books show a further order of the material (its ordered quantities have grown beyond
-- `ordered_then_milli`), it has become more urgent than what was turned down, or the decision is
-- too old. Who decided what stands in the audit log for good.
ALTER TABLE replenishment_suggestions ADD COLUMN status TEXT NOT NULL DEFAULT 'OPEN'
  CHECK (status IN ('OPEN', 'APPROVED', 'REJECTED'));
ALTER TABLE replenishment_suggestions ADD COLUMN decided_at INTEGER
  CHECK ((decided_at IS NULL) = (status = 'OPEN'));
ALTER TABLE replenishment_suggestions ADD COLUMN decided_by TEXT
  CHECK ((decided_by IS NULL) = (status = 'OPEN'));
ALTER TABLE replenishment_suggestions ADD COLUMN decision_note TEXT
  CHECK (decision_note IS NULL OR status <> 'OPEN');
ALTER TABLE replenishment_suggestions ADD COLUMN ordered_then_milli INTEGER
  CHECK ((ordered_then_milli IS NULL) = (status = 'OPEN'));
