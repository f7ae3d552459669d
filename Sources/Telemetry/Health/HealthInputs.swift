import Warehouse

/// The facts that health is told from; nil means that nobody knows (yet).
public struct HealthInputs: Sendable {
  /// What the sending to head office says of itself.
  public struct Sync: Sendable {
    /// When the oldest aggregate was made that head office has not acknowledged.
    public var oldestPendingAt: Instant?
    /// What went wrong last, where nothing has gone well since.
    public var lastError: String?
    /// Why a batch is held that head office refuses for good.
    public var heldReason: String?
    /// Whether head office has lost what it had acknowledged.
    public var isReceiverBehind: Bool
    /// Batches that head office refused for good, and that nobody sent again.
    public var deadLetters: Int

    /// Makes figures.
    public init(
      oldestPendingAt: Instant?,
      lastError: String? = nil,
      heldReason: String? = nil,
      isReceiverBehind: Bool = false,
      deadLetters: Int = 0
    ) {
      self.oldestPendingAt = oldestPendingAt
      self.lastError = lastError
      self.heldReason = heldReason
      self.isReceiverBehind = isReceiverBehind
      self.deadLetters = deadLetters
    }
  }

  /// The moment for which health is told.
  public var now: Instant
  /// What the store says of itself; nil where it does not answer at all.
  public var store: StoreVitals?
  /// The version of the schema that this program brings.
  public var expectedSchemaVersion: Int?
  /// Whether the listener accepts connections.
  public var isListening: Bool?
  /// When the full refresh of the utilisation cache last ended.
  public var utilizationRefreshedAt: Instant?
  /// Share of 7 days' outcomes on the right side of p = 0.5; nil below 100 outcomes.
  public var modelAccuracy: Double?
  /// Facts of the last 24 hours that breached capacity and stand open.
  public var unresolvedCapacityFailures: Int?
  /// SEVERE and EXTREME outliers that stand open.
  public var pendingOutliers: Int?
  /// Statistics collected in the last 7 days.
  public var statisticsCollected: Int?
  /// The sending to head office; nil where none is set up.
  public var sync: Sync?
  /// When the last good backup ended.
  public var lastGoodBackupAt: Instant?
  /// Since when there should be backups; nil where none are set up.
  public var backupsExpectedSince: Instant?
  /// Head office's clock minus ours, in milliseconds.
  public var clockSkewMS: Int64?
  /// Jobs that should have started by now, or run over their time.
  public var lateJobs: [String]?
  /// Jobs whose newest run failed.
  public var failedJobs: [String]?

  /// Makes inputs in which nothing is known but the time.
  public init(now: Instant) {
    self.now = now
  }
}
