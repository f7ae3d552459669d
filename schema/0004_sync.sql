-- Sending upstream: bodies stand beside their batches, so that the state of a backlog of weeks is
-- read without reading its bytes, and an acknowledgement does not write a megabyte again. A
-- tombstone is a batch without events that says which numbers will never come.
CREATE TABLE sync_batches_rebuilt (
  epoch TEXT NOT NULL CHECK (length(epoch) = 36),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  -- The first number that the batch stands for: its own, or less for a tombstone over a range.
  covers_from INTEGER NOT NULL CHECK (covers_from BETWEEN 1 AND sequence),
  -- SHA-256 of the body before packing.
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  -- 0 for a tombstone.
  events INTEGER NOT NULL CHECK (events >= 0),
  oldest_event_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  -- The receiver's own clock when it acknowledged: ours may have been set since.
  acknowledged_receiver_at INTEGER,
  receiver TEXT,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  PRIMARY KEY (epoch, sequence),
  CHECK (events = 0 OR covers_from = sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO sync_batches_rebuilt
  (epoch, sequence, covers_from, digest, events, oldest_event_at, created_at, acknowledged_at,
   receiver, attempts)
SELECT epoch, sequence, sequence, digest, events, oldest_event_at, created_at, acknowledged_at,
  receiver, attempts
FROM sync_batches;

CREATE TABLE sync_bodies (
  id INTEGER PRIMARY KEY,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  is_packed INTEGER NOT NULL CHECK (is_packed IN (0, 1)),
  body BLOB NOT NULL,
  UNIQUE (epoch, sequence),
  FOREIGN KEY (epoch, sequence) REFERENCES sync_batches (epoch, sequence) ON DELETE CASCADE
) STRICT;
INSERT INTO sync_bodies (epoch, sequence, is_packed, body)
SELECT epoch, sequence, 0, body FROM sync_batches;

DROP TABLE sync_batches;
ALTER TABLE sync_batches_rebuilt RENAME TO sync_batches;
CREATE INDEX sync_batches_pending ON sync_batches (epoch, sequence, oldest_event_at)
  WHERE acknowledged_at IS NULL;
CREATE INDEX sync_batches_acknowledged ON sync_batches (acknowledged_at)
  WHERE acknowledged_at IS NOT NULL;
CREATE TRIGGER sync_batches_frozen
BEFORE UPDATE OF epoch, sequence, covers_from, digest, events ON sync_batches
BEGIN SELECT raise(ABORT, 'a batch is frozen: its bytes never change'); END;
CREATE TRIGGER sync_bodies_frozen BEFORE UPDATE ON sync_bodies
BEGIN SELECT raise(ABORT, 'a batch is frozen: its bytes never change'); END;

ALTER TABLE sync_state ADD COLUMN receiver TEXT;

-- Batches that the receiver refuses for good: their bytes are kept, a tombstone goes instead.
CREATE TABLE sync_dead_letters (
  id INTEGER PRIMARY KEY,
  epoch TEXT NOT NULL CHECK (length(epoch) = 36),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  events INTEGER NOT NULL CHECK (events >= 0),
  is_packed INTEGER NOT NULL CHECK (is_packed IN (0, 1)),
  body BLOB NOT NULL,
  buried_at INTEGER NOT NULL,
  requeued_at INTEGER,
  UNIQUE (epoch, sequence)
) STRICT;

-- Settings that head office handed down with an acknowledgement, signed; at most one is active.
CREATE TABLE directed_settings (
  version INTEGER PRIMARY KEY CHECK (version >= 1),
  document_json TEXT NOT NULL CHECK (document_json GLOB '{*}'),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'SUPERSEDED', 'REFUSED', 'ROLLED_BACK')),
  reason TEXT,
  received_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX directed_settings_active ON directed_settings (state) WHERE state = 'ACTIVE';
