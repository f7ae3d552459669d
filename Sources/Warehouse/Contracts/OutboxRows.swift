/// One aggregate on its way upstream.
public struct OutboxEvent: Sendable, Equatable {
  /// The number in the outbox.
  public var id: Int64
  /// The kind, for example `demand.daily`.
  public var kind: String
  /// What it is about, for example `2026-11-20`; kind, subject and revision are unique.
  public var subject: String
  /// Grows with each correction of the same subject.
  public var revision: Int64
  /// When it was made.
  public var createdAt: Instant
  /// The data, as a JSON object.
  public var dataJSON: String

  /// Makes an event.
  public init(
    id: Int64,
    kind: String,
    subject: String,
    revision: Int64,
    createdAt: Instant,
    dataJSON: String
  ) {
    self.id = id
    self.kind = kind
    self.subject = subject
    self.revision = revision
    self.createdAt = createdAt
    self.dataJSON = dataJSON
  }
}

/// The bytes of a batch as they are stored, and the digest of the body inside.
public struct FrozenBody: Sendable, Equatable {
  /// The bytes: gzip, or the plain body.
  public var bytes: [UInt8]
  /// Whether they are gzip.
  public var isPacked: Bool
  /// SHA-256 of the plain body.
  public var digest: [UInt8]

  /// Makes a body.
  public init(bytes: [UInt8], isPacked: Bool, digest: [UInt8]) {
    self.bytes = bytes
    self.isPacked = isPacked
    self.digest = digest
  }
}

/// A frozen batch: its bytes never change once it has its number.
public struct OutboxBatch: Sendable, Equatable {
  /// The epoch of the database that numbered it.
  public var epoch: PublicID
  /// The number within the epoch, from 1, without gaps.
  public var sequence: Int64
  /// The first number that it stands for: its own, or less for a tombstone over a range.
  public var coversFrom: Int64
  /// The bytes as they are stored: gzip where `isPacked`.
  public var body: [UInt8]
  /// Whether `body` is gzip.
  public var isPacked: Bool
  /// SHA-256 of the plain body.
  public var digest: [UInt8]
  /// How many events it holds; 0 for a tombstone.
  public var events: Int
  /// When it was frozen.
  public var createdAt: Instant
  /// When the receiver acknowledged it durably.
  public var acknowledgedAt: Instant?
  /// How often it was sent.
  public var attempts: Int

  /// Makes a batch.
  public init(
    epoch: PublicID,
    sequence: Int64,
    coversFrom: Int64? = nil,
    body: FrozenBody,
    events: Int,
    createdAt: Instant,
    acknowledgedAt: Instant? = nil,
    attempts: Int = 0
  ) {
    self.epoch = epoch
    self.sequence = sequence
    self.coversFrom = coversFrom ?? sequence
    self.body = body.bytes
    self.isPacked = body.isPacked
    self.digest = body.digest
    self.events = events
    self.createdAt = createdAt
    self.acknowledgedAt = acknowledgedAt
    self.attempts = attempts
  }

  /// Whether it only says which numbers will never come.
  public var isTombstone: Bool { events == 0 }
}

/// A batch that the receiver refused for good.
public struct DeadLetter: Sendable, Equatable {
  /// The epoch that numbered it.
  public var epoch: PublicID
  /// Its number, under which a tombstone went.
  public var sequence: Int64
  /// The receiver's status.
  public var status: Int
  /// The receiver's words.
  public var reason: String
  /// How many events it holds.
  public var events: Int
  /// When it was given up.
  public var buriedAt: Instant

  /// Makes a letter.
  public init(
    epoch: PublicID,
    sequence: Int64,
    status: Int,
    reason: String,
    events: Int,
    buriedAt: Instant
  ) {
    self.epoch = epoch
    self.sequence = sequence
    self.status = status
    self.reason = reason
    self.events = events
    self.buriedAt = buriedAt
  }
}

/// How far the sending has come.
public struct OutboxState: Sendable, Equatable {
  /// Events that no batch holds yet.
  public var unbatchedEvents: Int
  /// Batches of the current epoch that are not acknowledged.
  public var pendingBatches: Int
  /// When the oldest unacknowledged event was made.
  public var oldestPendingAt: Instant?
  /// The last acknowledged sequence of the current epoch.
  public var acknowledgedThrough: Int64
  /// The last sequence that the current epoch has given out.
  public var lastSequence: Int64
  /// When the receiver last acknowledged something.
  public var lastSuccessAt: Instant?
  /// What went wrong last, where nothing has gone well since.
  public var lastError: String?
  /// Batches that the receiver refused for good and that nobody queued again.
  public var deadLetters: Int

  /// Makes a state.
  public init(
    unbatchedEvents: Int,
    pendingBatches: Int,
    oldestPendingAt: Instant?,
    acknowledgedThrough: Int64,
    lastSequence: Int64,
    lastSuccessAt: Instant?,
    lastError: String?,
    deadLetters: Int = 0
  ) {
    self.unbatchedEvents = unbatchedEvents
    self.pendingBatches = pendingBatches
    self.oldestPendingAt = oldestPendingAt
    self.acknowledgedThrough = acknowledgedThrough
    self.lastSequence = lastSequence
    self.lastSuccessAt = lastSuccessAt
    self.lastError = lastError
    self.deadLetters = deadLetters
  }
}
