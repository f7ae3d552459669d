/// The tables of a fleet's store.
///
/// Every table is partitioned by the hash of the facility, and every key begins with the facility:
/// no row of one facility ever meets one of another in a write. The same keys are what Citus asks
/// for, should the partitions move to several machines (`create_distributed_table(..., 'facility')`
/// on the unpartitioned form). Texts compare by bytes, as in SQLite.
enum PostgresSchema {
  /// The newest version that this program knows.
  static let version: Int64 = 1
  /// How many partitions each table has.
  static let partitions = 8

  static let initial =
    """
    CREATE TABLE hub (
      id integer PRIMARY KEY CHECK (id = 1),
      instance text NOT NULL CHECK (length(instance) = 36),
      version bigint NOT NULL,
      created_at bigint NOT NULL
    );
    CREATE SEQUENCE event_numbers;
    CREATE TABLE epochs (
      facility text COLLATE "C" NOT NULL CHECK (length(facility) BETWEEN 1 AND 64),
      epoch text COLLATE "C" NOT NULL CHECK (length(epoch) = 36),
      ordinal bigint NOT NULL CHECK (ordinal > 0),
      durable_through bigint NOT NULL DEFAULT 0 CHECK (durable_through >= 0),
      highest bigint NOT NULL DEFAULT 0 CHECK (highest >= durable_through),
      first_received_at bigint NOT NULL,
      last_received_at bigint NOT NULL,
      clock_skew_ms bigint,
      PRIMARY KEY (facility, epoch),
      UNIQUE (facility, ordinal)
    ) PARTITION BY HASH (facility);
    CREATE TABLE batches (
      facility text COLLATE "C" NOT NULL,
      epoch text COLLATE "C" NOT NULL,
      sequence bigint NOT NULL CHECK (sequence > 0),
      covers_from bigint NOT NULL CHECK (covers_from BETWEEN 1 AND sequence),
      digest bytea NOT NULL CHECK (length(digest) = 32),
      events bigint NOT NULL CHECK (events >= 0),
      bytes bigint NOT NULL CHECK (bytes >= 0),
      body_gzip bytea NOT NULL,
      received_at bigint NOT NULL,
      relayed_at bigint,
      PRIMARY KEY (facility, epoch, sequence)
    ) PARTITION BY HASH (facility);
    CREATE INDEX batches_unrelayed ON batches (received_at) WHERE relayed_at IS NULL;
    CREATE TABLE quarantine (
      id bigint NOT NULL DEFAULT nextval('event_numbers'),
      facility text COLLATE "C" NOT NULL,
      epoch text COLLATE "C" NOT NULL,
      sequence bigint NOT NULL,
      digest bytea NOT NULL CHECK (length(digest) = 32),
      body_gzip bytea NOT NULL,
      received_at bigint NOT NULL,
      PRIMARY KEY (facility, epoch, sequence, digest)
    ) PARTITION BY HASH (facility);
    CREATE TABLE events (
      facility text COLLATE "C" NOT NULL,
      id bigint NOT NULL DEFAULT nextval('event_numbers'),
      event_id text COLLATE "C" NOT NULL CHECK (length(event_id) BETWEEN 1 AND 200),
      kind text COLLATE "C" NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
      subject text COLLATE "C" NOT NULL,
      revision bigint NOT NULL,
      epoch_ordinal bigint NOT NULL,
      epoch text COLLATE "C" NOT NULL,
      sequence bigint NOT NULL,
      made_at bigint,
      is_newest boolean NOT NULL,
      data text,
      PRIMARY KEY (facility, id),
      UNIQUE (facility, event_id),
      CHECK (is_newest = (data IS NOT NULL))
    ) PARTITION BY HASH (facility);
    CREATE UNIQUE INDEX events_newest ON events (kind, facility, subject) WHERE is_newest;
    """

  /// The statements that make the partitions.
  static var partitioning: String {
    ["epochs", "batches", "quarantine", "events"].flatMap { table in
      (0..<partitions).map { number in
        "CREATE TABLE \(table)_\(number) PARTITION OF \(table) "
          + "FOR VALUES WITH (MODULUS \(partitions), REMAINDER \(number));"
      }
    }
    .joined(separator: "\n")
  }
}
