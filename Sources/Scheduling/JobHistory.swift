import Warehouse

/// Where runs are recorded.
public protocol JobHistory: Sendable {
  /// The newest runs of each job, newest first, at most `limit` of each.
  func runs(limit: Int) throws -> [JobRun]
  /// Records that a job began; returns the key of the run.
  func begin(_ job: String, at: Instant) throws -> Int64
  /// Records how a job ended.
  func end(_ run: Int64, succeeded: Bool, detail: String, at: Instant) throws
}

/// The history in the store's `job_runs`.
public struct StoredJobHistory: JobHistory {
  private let store: any Store
  private let scope: TenantScope

  /// Makes a history over a store, under the facility's own scope.
  public init(store: any Store, scope: TenantScope) {
    self.store = store
    self.scope = scope
  }

  /// The newest runs of each job, newest first, at most `limit` of each.
  public func runs(limit: Int) throws -> [JobRun] {
    try store.read(scope) { try $0.jobRuns(limit: limit) }
  }

  /// Records that a job began; returns the key of the run.
  public func begin(_ job: String, at moment: Instant) throws -> Int64 {
    try store.write(scope) { try $0.beginJob(job, at: moment) }
  }

  /// Records how a job ended.
  public func end(_ run: Int64, succeeded: Bool, detail: String, at moment: Instant) throws {
    try store.write(scope) {
      try $0.endJob(run, succeeded: succeeded, detail: detail, at: moment)
    }
  }
}
