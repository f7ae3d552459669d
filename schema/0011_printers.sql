-- Stowage, schema version 11: label printers in the network, and what waits for them.
--
-- A job keeps the commands as they are sent, so that a label can be sent again as it was. It is
-- queued in the same transaction as the answer to whoever wanted it; a thread of its own delivers
-- it, in the order of the keys of each printer.

ALTER TABLE printers ADD COLUMN width_mm INTEGER NOT NULL DEFAULT 100
  CHECK (width_mm BETWEEN 20 AND 300);
ALTER TABLE printers ADD COLUMN height_mm INTEGER NOT NULL DEFAULT 60
  CHECK (height_mm BETWEEN 10 AND 600);

-- The table of version 3 was never written to.
DROP TABLE print_jobs;
CREATE TABLE print_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  printer_id INTEGER NOT NULL REFERENCES printers (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  labels INTEGER NOT NULL CHECK (labels >= 1),
  commands TEXT NOT NULL CHECK (length(commands) > 0),
  state TEXT NOT NULL DEFAULT 'QUEUED'
    CHECK (state IN ('QUEUED', 'SENT', 'FAILED', 'CANCELLED')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error TEXT,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  ended_at INTEGER,
  CHECK ((state = 'QUEUED') = (ended_at IS NULL))
) STRICT;
CREATE INDEX print_jobs_queued ON print_jobs (printer_id, id) WHERE state = 'QUEUED';
CREATE INDEX print_jobs_ended ON print_jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX print_jobs_printer ON print_jobs (printer_id, id);
