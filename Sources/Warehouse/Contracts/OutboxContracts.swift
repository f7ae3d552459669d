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

/// A frozen batch: its bytes never change once it has its number.
public struct OutboxBatch: Sendable, Equatable {
  /// The epoch of the database that numbered it.
  public var epoch: PublicID
  /// The number within the epoch, from 1, without gaps.
  public var sequence: Int64
  /// The body as it is sent (before compression).
  public var body: [UInt8]
  /// SHA-256 of `body`.
  public var digest: [UInt8]
  /// How many events it holds.
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
    body: [UInt8],
    digest: [UInt8],
    events: Int,
    createdAt: Instant,
    acknowledgedAt: Instant? = nil,
    attempts: Int = 0
  ) {
    self.epoch = epoch
    self.sequence = sequence
    self.body = body
    self.digest = digest
    self.events = events
    self.createdAt = createdAt
    self.acknowledgedAt = acknowledgedAt
    self.attempts = attempts
  }
}

/// How far the sending has come.
public struct OutboxState: Sendable, Equatable {
  /// Events that no batch holds yet.
  public var unbatchedEvents: Int
  /// Batches that are not acknowledged.
  public var pendingBatches: Int
  /// When the oldest unacknowledged event was made.
  public var oldestPendingAt: Instant?
  /// The last acknowledged sequence of the current epoch.
  public var acknowledgedThrough: Int64
  /// When the receiver last acknowledged something.
  public var lastSuccessAt: Instant?
  /// What went wrong last, where nothing has gone well since.
  public var lastError: String?

  /// Makes a state.
  public init(
    unbatchedEvents: Int,
    pendingBatches: Int,
    oldestPendingAt: Instant?,
    acknowledgedThrough: Int64,
    lastSuccessAt: Instant?,
    lastError: String?
  ) {
    self.unbatchedEvents = unbatchedEvents
    self.pendingBatches = pendingBatches
    self.oldestPendingAt = oldestPendingAt
    self.acknowledgedThrough = acknowledgedThrough
    self.lastSuccessAt = lastSuccessAt
    self.lastError = lastError
  }
}

/// Reads the outbox.
public protocol OutboxReading {
  /// Events that no batch holds yet, the oldest first.
  func unbatchedEvents(limit: Int) throws -> [OutboxEvent]
  /// The oldest batch that is not acknowledged.
  func nextPendingBatch() throws -> OutboxBatch?
  /// The newest revision of a subject, where there is one.
  func newestEvent(kind: String, subject: String) throws -> OutboxEvent?
  /// How far the sending has come.
  func outboxState() throws -> OutboxState
}

/// Writes the outbox.
public protocol OutboxWriting {
  /// Appends an aggregate; a newer revision where the subject's data differ from the newest one,
  /// nothing where they are the same. True where something was appended.
  func appendEvent(kind: String, subject: String, dataJSON: String, at: Instant) throws -> Bool
  /// Freezes a batch over these events and gives it the next sequence of the epoch.
  func freezeBatch(
    events: [Int64],
    at: Instant,
    encode: (_ epoch: PublicID, _ sequence: Int64) throws -> (body: [UInt8], digest: [UInt8])
  ) throws -> OutboxBatch
  /// Records an attempt that failed.
  func recordSendFailure(sequence: Int64, message: String, at: Instant) throws
  /// Records the receiver's durable watermark.
  func acknowledge(through sequence: Int64, receiver: String, at: Instant) throws
  /// Deletes what was acknowledged before that moment; returns how many batches.
  func pruneAcknowledged(before: Instant, limit: Int) throws -> Int
}
