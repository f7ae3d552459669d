/// A place where stock and the ledger disagree.
public struct StockDifference: Sendable, Equatable {
  /// The lot's number.
  public var lotNumber: String
  /// The material's code.
  public var materialCode: String
  /// The location's code.
  public var locationCode: String
  /// What stock says, in milli base units.
  public var stockMilli: Int64
  /// What the ledger explains, in milli base units.
  public var ledgerMilli: Int64

  /// Makes a difference.
  public init(
    lotNumber: String,
    materialCode: String,
    locationCode: String,
    stockMilli: Int64,
    ledgerMilli: Int64
  ) {
    self.lotNumber = lotNumber
    self.materialCode = materialCode
    self.locationCode = locationCode
    self.stockMilli = stockMilli
    self.ledgerMilli = ledgerMilli
  }
}

/// What the daily audit counts.
public struct AuditCounts: Sendable, Equatable {
  /// Named counts, for example `materials_without_dimensions`.
  public var counts: [String: Int]

  /// Makes counts.
  public init(counts: [String: Int]) {
    self.counts = counts
  }
}

/// A job's last run.
public struct JobRun: Sendable, Equatable {
  /// The job's name.
  public var job: String
  /// When it began.
  public var startedAt: Instant
  /// When it ended; nil where it is running or was cut off.
  public var endedAt: Instant?
  /// Whether it did what it should.
  public var succeeded: Bool?
  /// What it did, or what went wrong.
  public var detail: String

  /// Makes a run.
  public init(
    job: String,
    startedAt: Instant,
    endedAt: Instant?,
    succeeded: Bool?,
    detail: String
  ) {
    self.job = job
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.succeeded = succeeded
    self.detail = detail
  }
}

/// Reads what audits, health checks and the job list need.
public protocol AuditReading {
  /// Stock that the ledger does not explain, at most `limit` rows; empty is what it should be.
  func unexplainedStock(limit: Int) throws -> [StockDifference]
  /// Cached utilisation rows that differ from stock and reservations.
  func staleUtilization(limit: Int) throws -> [String]
  /// The counts of the data-quality audit.
  func auditCounts() throws -> AuditCounts
  /// Facts that breached capacity since then and are not resolved.
  func unresolvedCapacityFailures(since: Instant) throws -> Int
  /// Rows per table, for reports.
  func rowCounts() throws -> [String: Int]
  /// The newest runs of each job, at most `limit` each.
  func jobRuns(limit: Int) throws -> [JobRun]
}

/// Writes job history.
public protocol JobWriting {
  /// Records that a job began; returns the key of the run.
  func beginJob(_ job: String, at: Instant) throws -> Int64
  /// Records how a job ended.
  func endJob(_ run: Int64, succeeded: Bool, detail: String, at: Instant) throws
}
