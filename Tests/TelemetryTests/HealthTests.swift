import Telemetry
import Testing
import Warehouse
import WireFormat

@Suite("Health")
struct HealthTests {
  private let now = Instant(ms: 1_774_746_000_000)

  private func vitals() -> StoreVitals {
    StoreVitals(
      synchronous: 2,
      journalMode: "wal",
      schemaVersion: 1,
      sqliteVersion: "3.40.1",
      walBytes: 0,
      databaseBytes: 1,
      diskFreeBytes: 50,
      diskTotalBytes: 100,
      readOnlyReason: nil,
      writerQueue: 0,
      commits: 0,
      committedRequests: 0,
      readP95US: 1_000,
      commitP99US: 5_000,
      integrityFaults: []
    )
  }

  /// A box on which everything is known and well.
  private func well() -> HealthInputs {
    var inputs = HealthInputs(now: now)
    inputs.store = vitals()
    inputs.expectedSchemaVersion = 1
    inputs.isListening = true
    inputs.utilizationRefreshedAt = now.adding(seconds: -60)
    inputs.modelAccuracy = 0.9
    inputs.unresolvedCapacityFailures = 0
    inputs.pendingOutliers = 0
    inputs.statisticsCollected = 7
    inputs.sync = HealthInputs.Sync(oldestPendingAt: nil)
    inputs.lastGoodBackupAt = now.adding(seconds: -3_600)
    inputs.backupsExpectedSince = now.adding(seconds: -864_000)
    inputs.clockSkewMS = 12
    inputs.lateJobs = []
    inputs.failedJobs = []
    return inputs
  }

  private func status(
    _ name: String,
    _ change: (inout HealthInputs) -> Void
  ) throws -> HealthCheck.Status {
    var inputs = well()
    change(&inputs)
    return try #require(HealthReport(inputs).checks.first { $0.name == name }).status
  }

  @Test("Everything known and well is HEALTHY, with exit 0")
  func healthy() {
    let report = HealthReport(well())
    #expect(report.status == .healthy)
    #expect(report.exitCode == 0)
    #expect(report.isFit)
    #expect(report.checks.allSatisfy { $0.status == .healthy && $0.hint == nil })
    #expect(Set(report.checks.map(\.name)).count == 17)
  }

  @Test("A new box knows little, and that is no reason for an alarm")
  func newBox() throws {
    var inputs = HealthInputs(now: now)
    var store = vitals()
    store.readP95US = nil
    store.integrityFaults = nil
    inputs.store = store
    let report = HealthReport(inputs)
    #expect(report.status == .healthy)
    #expect(report.checks.filter { $0.kind == .business }.allSatisfy { $0.status == .unknown })
  }

  @Test("Each threshold stands where the table puts it")
  func thresholds() throws {
    let ages: [(String, WritableKeyPath<HealthInputs, Instant?>, [(Int64, HealthCheck.Status)])] = [
      (
        "utilization_cache_age", \.utilizationRefreshedAt,
        [(899, .healthy), (900, .degraded), (1_799, .degraded), (1_800, .unhealthy)]
      ),
      (
        "backup", \.lastGoodBackupAt,
        [(93_599, .healthy), (93_600, .degraded), (179_999, .degraded), (180_000, .unhealthy)]
      ),
    ]
    for (name, path, rows) in ages {
      for (seconds, expected) in rows {
        let found = try status(name) { $0[keyPath: path] = now.adding(seconds: -seconds) }
        #expect(found == expected, "\(name) at \(seconds) s")
      }
    }
    for (seconds, expected) in [
      (3_599, .healthy), (3_600, .degraded), (86_399, .degraded), (86_400, .unhealthy),
    ] as [(Int64, HealthCheck.Status)] {
      let found = try status("sync_backlog") {
        $0.sync = HealthInputs.Sync(oldestPendingAt: now.adding(seconds: -seconds))
      }
      #expect(found == expected, "backlog of \(seconds) s")
    }
    for (accuracy, expected) in [
      (0.801, .healthy), (0.8, .degraded), (0.701, .degraded), (0.7, .unhealthy),
    ] as [(Double, HealthCheck.Status)] {
      #expect(try status("model_accuracy") { $0.modelAccuracy = accuracy } == expected)
    }
    for (count, expected) in [(0, .healthy), (1, .degraded), (4, .degraded), (5, .unhealthy)]
      as [(Int, HealthCheck.Status)]
    {
      #expect(try status("capacity_failures") { $0.unresolvedCapacityFailures = count } == expected)
    }
    for (count, expected) in [(0, .healthy), (1, .degraded), (10, .degraded), (11, .unhealthy)]
      as [(Int, HealthCheck.Status)]
    {
      #expect(try status("outliers") { $0.pendingOutliers = count } == expected)
    }
    #expect(try status("statistics") { $0.statisticsCollected = 0 } == .degraded)
  }

  @Test("Fitness thresholds stand where the table puts them")
  func fitness() throws {
    for (us, expected) in [
      (99_999, .healthy), (100_000, .degraded), (499_999, .degraded), (500_000, .unhealthy),
    ] as [(Int64, HealthCheck.Status)] {
      #expect(try status("query_time") { $0.store?.readP95US = us } == expected)
    }
    for (free, expected) in [
      (151, .healthy), (150, .degraded), (51, .degraded), (50, .unhealthy), (0, .unhealthy),
    ] as [(Int64, HealthCheck.Status)] {
      let found = try status("disk") {
        $0.store?.diskFreeBytes = free
        $0.store?.diskTotalBytes = 1_000
      }
      #expect(found == expected, "\(free) of 1000")
    }
    #expect(try status("database") { $0.store?.readOnlyReason = "disk full" } == .unhealthy)
    #expect(try status("database") { $0.store = nil } == .unhealthy)
    #expect(try status("integrity") { $0.store?.integrityFaults = ["page 7"] } == .unhealthy)
    #expect(try status("durability") { $0.store?.synchronous = 1 } == .unhealthy)
    #expect(try status("schema") { $0.store?.schemaVersion = 2 } == .unhealthy)
    #expect(try status("listener") { $0.isListening = false } == .unhealthy)
    #expect(try status("writer") { $0.store?.writerQueue = Limits.writerQueue } == .unhealthy)
  }

  @Test("Business checks make the whole DEGRADED at worst, and the box stays fit")
  func businessIsCapped() {
    var inputs = well()
    inputs.sync = HealthInputs.Sync(oldestPendingAt: now.adding(seconds: -30 * 86_400))
    inputs.modelAccuracy = 0.1
    inputs.failedJobs = ["forecast"]
    let report = HealthReport(inputs)
    #expect(report.status == .degraded)
    #expect(report.exitCode == 1)
    #expect(report.isFit)
    #expect(report.fitnessOnly.status == .healthy)
  }

  @Test("A fitness check that fails makes the whole UNHEALTHY, with exit 2")
  func unfit() {
    var inputs = well()
    inputs.store?.readOnlyReason = "disk full"
    let report = HealthReport(inputs)
    #expect(report.status == .unhealthy)
    #expect(report.exitCode == 2)
    #expect(!report.isFit)
    #expect(!report.fitnessOnly.isFit)
  }

  @Test("A held batch and a forgetful head office are seen at once")
  func heldBatch() throws {
    #expect(
      try status("sync_backlog") {
        $0.sync = HealthInputs.Sync(oldestPendingAt: nil, heldReason: "422 unknown kind")
      } == .degraded
    )
    #expect(
      try status("sync_backlog") {
        $0.sync = HealthInputs.Sync(oldestPendingAt: nil, isReceiverBehind: true)
      } == .degraded
    )
  }

  @Test("A clock that was set back raises no alarm about ages")
  func clockBack() throws {
    #expect(
      try status("backup") { $0.lastGoodBackupAt = now.adding(seconds: 86_400) } == .healthy
    )
    #expect(try status("clock") { $0.clockSkewMS = -400_000 } == .degraded)
  }

  @Test("The report reads as JSON, with every check")
  func json() throws {
    var inputs = well()
    inputs.store?.diskFreeBytes = 3
    let value = try JSONReader.parse(HealthReport(inputs).json())
    #expect(value["status"]?.string == "UNHEALTHY")
    #expect(value["fit"]?.bool == false)
    let disk = try #require(
      value["checks"]?.array?.first { $0["name"]?.string == "disk" }
    )
    #expect(disk["kind"]?.string == "fitness")
    #expect(disk["value"]?.double == 0.03)
    #expect(disk["words"]?.string == "3 % of the disk is free.")
    #expect(disk["hint"]?.string?.isEmpty == false)
  }
}
