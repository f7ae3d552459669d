import Warehouse
import WireFormat

/// The health of the box: every check, and what they mean together.
public struct HealthReport: Sendable, Equatable {
  /// The checks, fitness first.
  public let checks: [HealthCheck]

  /// Tells the health from the facts; pure.
  public init(_ inputs: HealthInputs) {
    checks = inputs.fitness + inputs.business
  }

  /// The whole: the worst of the fitness checks, and DEGRADED at worst from the others.
  ///
  /// A box without an uplink is a healthy box, so nothing that is about business may take it out
  /// of service.
  public var status: HealthCheck.Status {
    var worst = HealthCheck.Status.healthy
    for check in checks {
      switch (check.status, check.kind) {
      case (.unhealthy, .fitness): return .unhealthy
      case (.unhealthy, .business), (.degraded, _): worst = .degraded
      case (.healthy, _), (.unknown, _): continue
      }
    }
    return worst
  }

  /// Whether the box can do its work: what `/readyz` and the upgrade gate look at.
  public var isFit: Bool {
    !checks.contains { $0.kind == .fitness && $0.status == .unhealthy }
  }

  /// The exit code of `stowage health`: 0, 1 or 2.
  public var exitCode: Int32 {
    switch status {
    case .healthy, .unknown: 0
    case .degraded: 1
    case .unhealthy: 2
    }
  }

  /// The report with fitness checks alone, for `/readyz`.
  public var fitnessOnly: HealthReport {
    HealthReport(checks: checks.filter { $0.kind == .fitness })
  }

  private init(checks: [HealthCheck]) {
    self.checks = checks
  }

  /// The report as a JSON object.
  public func json() -> [UInt8] {
    var writer = JSONWriter(capacity: 4_096)
    writer.object { writer in members(into: &writer) }
    return writer.bytes
  }

  /// Writes `status`, `fit` and `checks` into an object that may hold more.
  public func members(into writer: inout JSONWriter) {
    writer.member("status", status.rawValue)
    writer.member("fit", isFit)
    writer.array("checks") { writer in
      for check in checks {
        writer.object { writer in
          writer.member("name", check.name)
          writer.member("kind", check.kind.rawValue)
          writer.member("status", check.status.rawValue)
          writer.member("value", check.value)
          writer.member("words", check.words)
          writer.member("hint", check.hint)
        }
      }
    }
  }
}
