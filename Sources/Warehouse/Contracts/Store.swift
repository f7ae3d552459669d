/// What a client sent to make a repeat harmless.
public struct IdempotencyKey: Sendable, Hashable {
  /// The key, as the client made it.
  public var text: String
  /// SHA-256 over method, path and body: the same key with another print is an error.
  public var fingerprint: [UInt8]

  /// Makes a key.
  public init(text: String, fingerprint: [UInt8]) {
    self.text = text
    self.fingerprint = fingerprint
  }
}

/// An answer as it is stored with its key and sent to the client.
public struct StoredAnswer: Sendable, Equatable {
  /// The HTTP status.
  public var status: Int
  /// The body.
  public var body: [UInt8]
  /// The part of the body that the store has already, as the explanation of a recommendation.
  public var borrowed: Borrowed?

  /// Makes an answer.
  public init(status: Int, body: [UInt8], borrowed: Borrowed? = nil) {
    self.status = status
    self.body = body
    self.borrowed = borrowed
  }

  /// A part of a body that need not be stored a second time.
  ///
  /// Three quarters of the answer to a confirm are the explanation of its task, which never
  /// changes. The store leaves it out and puts it back in for a replay, byte for byte.
  public struct Borrowed: Sendable, Equatable {
    /// Whose explanation it is.
    public var recommendation: RecommendationID
    /// Where it stands: the members of the object, without its braces.
    public var place: Range<Int>

    /// Names a part that was written from an explanation; nil where it cannot be the whole of it.
    public init?(_ recommendation: RecommendationID, _ explanationJSON: String, at: Range<Int>?) {
      guard let at, at.count == explanationJSON.utf8.count - 2 else { return nil }
      self.recommendation = recommendation
      place = at
    }
  }
}

/// What became of a unit of work.
public struct Performed: Sendable, Equatable {
  /// The answer: new, or the stored one of an earlier run with the same key.
  public var answer: StoredAnswer
  /// Whether it is the stored one.
  public var isReplay: Bool

  /// Makes a result.
  public init(answer: StoredAnswer, isReplay: Bool) {
    self.answer = answer
    self.isReplay = isReplay
  }
}

/// Exactly-once effects.
public protocol UnitOfWork: Sendable {
  /// Runs `effect` on the writer, together with its idempotency row and its encoded answer, and
  /// returns after the commit.
  ///
  /// A repeat of the key with the same fingerprint returns the stored answer and runs nothing; with
  /// another fingerprint it fails with `keyReused`; while the first is still running, with
  /// `inProgress`. A thrown error undoes all of it and nothing else. Where another effect of the
  /// same group has to be undone, this one may be run again from the start: what it does outside
  /// the transaction must bear that. `encode` is pure and runs on the writer. Blocks the calling
  /// thread until the group commit is durable.
  func perform<Outcome>(
    key: IdempotencyKey?,
    scope: TenantScope,
    at: Instant,
    effect: @escaping @Sendable (any WriteTransaction) throws -> Outcome,
    encode: @escaping @Sendable (Outcome) throws -> StoredAnswer
  ) throws -> Performed
}

/// The store as use cases see it.
public protocol Store: UnitOfWork, EventAnnouncing {
  /// Reads in one snapshot. Blocks the calling thread; never call it on the cooperative pool.
  func read<Result>(
    _ scope: TenantScope,
    _ body: (any ReadTransaction) throws -> Result
  ) throws -> Result

  /// Writes without an idempotency key, for jobs and imports; durable when it returns.
  func write<Outcome: Sendable>(
    _ scope: TenantScope,
    _ effect: @escaping @Sendable (any WriteTransaction) throws -> Outcome
  ) throws -> Outcome

  /// Grows with every commit, once its changes can be read and before its writers are answered.
  ///
  /// What was read behind a look at it is still true as long as it is the same.
  var generation: UInt64 { get }

  /// The location index in memory.
  var locations: any LocationIndexing { get }

  /// Opens a staging file for an import.
  func stage(_ plan: ImportPlan) throws -> any ImportStage

  /// What the store says of itself.
  func vitals() throws -> StoreVitals
}

/// What the store says of itself, for health, metrics and the doctor.
public struct StoreVitals: Sendable, Equatable {
  /// `PRAGMA synchronous` of the writer, read back; 2 is FULL.
  public var synchronous: Int
  /// The journal mode, `wal`.
  public var journalMode: String
  /// The version of the schema.
  public var schemaVersion: Int
  /// The version of SQLite.
  public var sqliteVersion: String
  /// Size of the write-ahead log in bytes.
  public var walBytes: Int64
  /// Size of the database in bytes.
  public var databaseBytes: Int64
  /// Free and total bytes of its disk.
  public var diskFreeBytes: Int64
  /// Total bytes of its disk.
  public var diskTotalBytes: Int64
  /// Whether writes are accepted, and if not, why.
  public var readOnlyReason: String?
  /// Requests waiting for the writer.
  public var writerQueue: Int
  /// Commits, and requests in them, since the start.
  public var commits: Int64
  /// Requests committed since the start.
  public var committedRequests: Int64
  /// 95th percentile of the last reads, in microseconds; nil where there were none.
  public var readP95US: Int64?
  /// 99th percentile of the last commits, in microseconds; nil where there were none.
  public var commitP99US: Int64?
  /// What the integrity check after the start found: nil while it runs, empty where all is well.
  public var integrityFaults: [String]?

  /// Makes vitals.
  public init(
    synchronous: Int,
    journalMode: String,
    schemaVersion: Int,
    sqliteVersion: String,
    walBytes: Int64,
    databaseBytes: Int64,
    diskFreeBytes: Int64,
    diskTotalBytes: Int64,
    readOnlyReason: String?,
    writerQueue: Int,
    commits: Int64,
    committedRequests: Int64,
    readP95US: Int64?,
    commitP99US: Int64?,
    integrityFaults: [String]?
  ) {
    self.synchronous = synchronous
    self.journalMode = journalMode
    self.schemaVersion = schemaVersion
    self.sqliteVersion = sqliteVersion
    self.walBytes = walBytes
    self.databaseBytes = databaseBytes
    self.diskFreeBytes = diskFreeBytes
    self.diskTotalBytes = diskTotalBytes
    self.readOnlyReason = readOnlyReason
    self.writerQueue = writerQueue
    self.commits = commits
    self.committedRequests = committedRequests
    self.readP95US = readP95US
    self.commitP99US = commitP99US
    self.integrityFaults = integrityFaults
  }
}
