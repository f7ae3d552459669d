/// Reads the outbox.
public protocol OutboxReading {
  /// Events that no batch holds yet, the oldest first.
  func unbatchedEvents(limit: Int) throws -> [OutboxEvent]
  /// The batch of the current epoch with the lowest number that is not acknowledged.
  func nextPendingBatch() throws -> OutboxBatch?
  /// Batches of the current epoch after that number, acknowledged or not, in order.
  func keptBatches(after sequence: Int64, limit: Int) throws -> [OutboxBatch]
  /// The newest revision of a subject, where there is one.
  func newestEvent(kind: String, subject: String) throws -> OutboxEvent?
  /// How far the sending has come.
  func outboxState() throws -> OutboxState
  /// Batches that the receiver refused for good and that were not queued again, newest first.
  func deadLetters(limit: Int) throws -> [DeadLetter]
}

/// Writes the outbox.
public protocol OutboxWriting {
  /// Appends an aggregate; a newer revision where the subject's data differ from the newest one,
  /// nothing where they are the same. True where something was appended.
  ///
  /// The revision before gives way where no batch holds it yet.
  func appendEvent(kind: String, subject: String, dataJSON: String, at: Instant) throws -> Bool
  /// Freezes a batch over these events and gives it the next sequence of the epoch.
  func freezeBatch(
    events: [Int64],
    at: Instant,
    encode: (_ epoch: PublicID, _ sequence: Int64) throws -> FrozenBody
  ) throws -> OutboxBatch
  /// Records an attempt that failed.
  func recordSendFailure(sequence: Int64, message: String, at: Instant) throws
  /// Records the receiver's durable watermark, with its own clock where it told it.
  func acknowledge(
    through sequence: Int64,
    receiver: String,
    receiverTime: Instant?,
    at: Instant
  ) throws
  /// Makes batches pending again that the receiver has lost; returns how many were not pending.
  ///
  /// What was pruned since cannot be sent again as it was: for each run of such numbers a tombstone
  /// is frozen, and the newest revisions that stood in them are queued for a new batch.
  func reopen(
    _ missing: [ClosedRange<Int64>],
    at: Instant,
    tombstone: (_ epoch: PublicID, _ range: ClosedRange<Int64>) throws -> FrozenBody
  ) throws -> Int
  /// Moves a batch that the receiver refuses for good to the dead letters, and freezes a tombstone
  /// under its number.
  func bury(
    sequence: Int64,
    status: Int,
    reason: String,
    at: Instant,
    tombstone: (_ epoch: PublicID, _ digest: [UInt8]) throws -> FrozenBody
  ) throws
  /// Queues the events of dead letters for a new batch; returns how many letters and events.
  func requeueDeadLetters(at: Instant) throws -> (letters: Int, events: Int)
  /// Begins a new epoch of this database: after a restore, or where a copy of it was found at work.
  func renewEpoch(_ epoch: PublicID) throws
  /// Queues what belongs to earlier epochs for batches of the current one: the newest revision of
  /// each subject, and whatever was never acknowledged; returns how many rows were looked after,
  /// 0 where nothing is left.
  func reclaimStale(limit: Int) throws -> Int
  /// Deletes what was acknowledged before that moment, up to that number of the current epoch;
  /// returns how many batches.
  ///
  /// Where the receiver tells its clock, both clocks must agree that the time has passed: one that
  /// was set forward must not free anything.
  func pruneAcknowledged(
    before: Instant,
    receiverBefore: Instant?,
    through: Int64,
    limit: Int
  ) throws -> Int
}
