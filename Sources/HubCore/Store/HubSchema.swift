import GRDB
import Warehouse

/// The tables of the hub's own store, and the marks that tell its file from others.
enum HubSchema {
  /// `STHB`, in the header of every store of ours; not that of a warehouse.
  static let applicationID: Int64 = 0x5354_4842
  /// The newest version that this program knows.
  static let version = 2

  /// Version 1.
  ///
  /// `batches` is what arrived, byte for byte (packed); its key is the identity that makes a repeat
  /// harmless. `epochs` keeps the watermark of each facility's database, in the order in which they
  /// were first heard of. `events` holds every event by its name, and marks the newest of each
  /// subject: a later epoch goes before an earlier one (the facility was restored), then the higher
  /// revision. Superseded events lose their data, which `batches` still has.
  static let initial = """
    CREATE TABLE hub (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      instance TEXT NOT NULL CHECK (length(instance) = 36),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE epochs (
      facility TEXT NOT NULL CHECK (length(facility) BETWEEN 1 AND 64),
      epoch TEXT NOT NULL CHECK (length(epoch) = 36),
      ordinal INTEGER NOT NULL CHECK (ordinal > 0),
      durable_through INTEGER NOT NULL DEFAULT 0 CHECK (durable_through >= 0),
      highest INTEGER NOT NULL DEFAULT 0 CHECK (highest >= durable_through),
      first_received_at INTEGER NOT NULL,
      last_received_at INTEGER NOT NULL,
      clock_skew_ms INTEGER,
      PRIMARY KEY (facility, epoch),
      UNIQUE (facility, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE batches (
      facility TEXT NOT NULL,
      epoch TEXT NOT NULL,
      sequence INTEGER NOT NULL CHECK (sequence > 0),
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      events INTEGER NOT NULL CHECK (events >= 0),
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      body_gzip BLOB NOT NULL,
      received_at INTEGER NOT NULL,
      PRIMARY KEY (facility, epoch, sequence),
      FOREIGN KEY (facility, epoch) REFERENCES epochs (facility, epoch)
    ) STRICT;
    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY,
      facility TEXT NOT NULL,
      epoch TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      body_gzip BLOB NOT NULL,
      received_at INTEGER NOT NULL,
      UNIQUE (facility, epoch, sequence, digest)
    ) STRICT;
    CREATE TABLE events (
      id INTEGER PRIMARY KEY,
      facility TEXT NOT NULL,
      event_id TEXT NOT NULL CHECK (length(event_id) BETWEEN 1 AND 200),
      kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
      subject TEXT NOT NULL,
      revision INTEGER NOT NULL,
      epoch_ordinal INTEGER NOT NULL,
      epoch TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      made_at INTEGER,
      is_newest INTEGER NOT NULL CHECK (is_newest IN (0, 1)),
      data TEXT,
      UNIQUE (facility, event_id),
      FOREIGN KEY (facility, epoch, sequence) REFERENCES batches (facility, epoch, sequence),
      CHECK (is_newest = (data IS NOT NULL))
    ) STRICT;
    CREATE UNIQUE INDEX events_newest ON events (kind, facility, subject) WHERE is_newest = 1;
    """

  /// What leads from each version to the next, beginning with the step from 1 to 2.
  ///
  /// 2: a tombstone stands for all numbers from `covers_from` (its own where it is null); batches
  /// that a message cluster has taken carry the moment; settings wait for their facilities.
  static let steps = [
    """
    ALTER TABLE batches ADD COLUMN covers_from INTEGER
      CHECK (covers_from BETWEEN 1 AND sequence);
    ALTER TABLE batches ADD COLUMN relayed_at INTEGER;
    CREATE INDEX batches_unrelayed ON batches (received_at) WHERE relayed_at IS NULL;
    """
  ]
}
