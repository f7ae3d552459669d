-- Stowage, schema version 3: how goods flow. What a device said of a report, who holds a task, what
-- of a delivery came short or damaged, where a remnant is from, and what waits for a printer.

-- What the device said of itself: how the code came in, its own clock, its own numbering.
ALTER TABLE inventory_transactions ADD COLUMN entry TEXT CHECK (entry IN ('SCAN', 'HAND'));
ALTER TABLE inventory_transactions ADD COLUMN client_at INTEGER;
ALTER TABLE inventory_transactions ADD COLUMN client_sequence INTEGER
  CHECK (client_sequence >= 0);
CREATE INDEX inventory_transactions_device ON inventory_transactions (device, id)
  WHERE device IS NOT NULL;

-- A task that was prefetched belongs to one device until `expires_at`.
ALTER TABLE putaway_recommendations ADD COLUMN leased_to TEXT
  CHECK (length(leased_to) BETWEEN 1 AND 256);
CREATE INDEX putaway_recommendations_leased ON putaway_recommendations (leased_to)
  WHERE leased_to IS NOT NULL AND status IN ('RECOMMENDED', 'STARTED');

-- How far the operations of each device have been taken, and how far its clock is off.
CREATE TABLE device_sequences (
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  device TEXT NOT NULL CHECK (length(device) BETWEEN 1 AND 256),
  last_sequence INTEGER NOT NULL CHECK (last_sequence >= 0),
  clock_offset_ms INTEGER NOT NULL DEFAULT 0,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, device)
) STRICT, WITHOUT ROWID;

-- What really came; damaged goods are a lot of their own, on hold.
ALTER TABLE receipt_lines ADD COLUMN received_milli INTEGER CHECK (received_milli >= 0);
ALTER TABLE receipt_lines ADD COLUMN damaged_milli INTEGER CHECK (damaged_milli >= 0);
ALTER TABLE receipt_lines ADD COLUMN damaged_lot_id INTEGER REFERENCES lots (id);
ALTER TABLE receipts ADD COLUMN purchase_order_id INTEGER REFERENCES purchase_orders (id);

-- The lot that a remnant, a part skid or damaged goods were taken from.
ALTER TABLE lots ADD COLUMN parent_id INTEGER REFERENCES lots (id);

ALTER TABLE printers ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1);

-- Labels on their way to a printer: kept until it took them.
CREATE TABLE print_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 36),
  tenant_id INTEGER NOT NULL REFERENCES tenants (id),
  printer_id INTEGER NOT NULL REFERENCES printers (id),
  subject TEXT NOT NULL,
  payload BLOB NOT NULL CHECK (length(payload) > 0),
  status TEXT NOT NULL DEFAULT 'QUEUED' CHECK (
    status IN ('QUEUED', 'PRINTED', 'FAILED', 'CANCELLED')),
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at INTEGER NOT NULL,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX print_jobs_queued ON print_jobs (next_attempt_at) WHERE status = 'QUEUED';
