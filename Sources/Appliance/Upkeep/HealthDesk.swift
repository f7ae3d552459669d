import Operations
import Scheduling
import Synchronization
import Telemetry
import Upstream
import Warehouse
import WireFormat

/// Whom to ask how the box is, for parts that are made before the answer can be.
final class HealthSource: Sendable {
  private let answer = Mutex<@Sendable (_ fitnessOnly: Bool) -> [HealthCheck]>({ _ in [] })

  /// Tells who answers.
  func ask(_ desk: HealthDesk) {
    answer.withLock { $0 = { desk.report(fitnessOnly: $0).checks } }
  }

  /// Every check as it is now; none before somebody answers.
  func checks() -> [HealthCheck] { answer.withLock { $0 }(false) }

  /// The names of the fitness checks that fail.
  func unfit() -> [String] {
    answer.withLock { $0 }(true).filter { $0.kind == .fitness && $0.status == .unhealthy }
      .map(\.name)
  }
}

/// Gathers what health is told from, and tells it.
struct HealthDesk: Sendable {
  private let environment: OperationsEnvironment
  private let scope: TenantScope
  private let upstream: UpstreamDesk
  private let jobs: JobDesk
  private let facility: String
  private let isListening: @Sendable () -> Bool?

  init(
    _ environment: OperationsEnvironment,
    scope: TenantScope,
    facility: String,
    upstream: UpstreamDesk,
    jobs: JobDesk,
    isListening: @escaping @Sendable () -> Bool?
  ) {
    self.environment = environment
    self.scope = scope
    self.facility = facility
    self.upstream = upstream
    self.jobs = jobs
    self.isListening = isListening
  }

  /// The report of this moment; with `fitnessOnly` nothing is said of the work, which is not read.
  func report(fitnessOnly: Bool = false) -> HealthReport {
    var inputs = HealthInputs(now: environment.now())
    inputs.expectedSchemaVersion = ProgramVersion.software.schemaVersion
    inputs.isListening = isListening()
    guard !fitnessOnly, let facts = try? Reports(environment).healthFacts(scope: scope) else {
      inputs.store = try? environment.store.vitals()
      return HealthReport(inputs)
    }
    inputs.store = facts.vitals
    inputs.utilizationRefreshedAt = facts.utilizationRefreshedAt
    inputs.unresolvedCapacityFailures = facts.unresolvedCapacityFailures
    inputs.modelAccuracy = facts.modelAccuracy
    if upstream.isConfigured {
      let status = upstream.status()
      inputs.sync = .init(
        oldestPendingAt: facts.outbox.oldestPendingAt,
        lastError: facts.outbox.lastError,
        heldReason: status?.heldReason,
        isReceiverBehind: status?.isReceiverBehind ?? false,
        deadLetters: facts.outbox.deadLetters
      )
      inputs.clockSkewMS = status?.clockSkewMS
    }
    let states = jobs.states()
    inputs.lateJobs = states.filter { $0.isLate || $0.isOverTime }.map(\.name)
    inputs.failedJobs = states.filter { $0.lastRun?.succeeded == false }.map(\.name)
    return HealthReport(inputs)
  }

  /// The report as the API answers it.
  func json(fitnessOnly: Bool) -> (json: [UInt8], isFit: Bool) {
    let whole = report(fitnessOnly: fitnessOnly)
    let shown = fitnessOnly ? whole.fitnessOnly : whole
    var writer = JSONWriter(capacity: 4_096)
    writer.object { out in
      out.member("facility", facility)
      out.member("version", ProgramVersion.text)
      shown.members(into: &out)
    }
    return (writer.bytes, whole.isFit)
  }
}
