/// One question about the box, and its answer.
public struct HealthCheck: Sendable, Equatable {
  /// What a check is about.
  public enum Kind: String, Sendable {
    /// Can this box do its work.
    case fitness
    /// How well the work goes; never worse than DEGRADED for the whole.
    case business
  }

  /// The answer.
  public enum Status: String, Sendable, CaseIterable {
    /// All is well.
    case healthy = "HEALTHY"
    /// Somebody should look.
    case degraded = "DEGRADED"
    /// Something does not work.
    case unhealthy = "UNHEALTHY"
    /// Too little is known yet; counts as well.
    case unknown = "UNKNOWN"
  }

  /// The name, as in the metric `health_status{check}`.
  public var name: String
  /// What it is about.
  public var kind: Kind
  /// The answer.
  public var status: Status
  /// The figure behind the answer, in the unit that the words name.
  public var value: Double?
  /// The answer in words.
  public var words: String
  /// What to do, where there is something to do.
  public var hint: String?

  /// Makes a check.
  public init(
    _ name: String,
    _ kind: Kind,
    _ status: Status,
    value: Double? = nil,
    words: String,
    hint: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.status = status
    self.value = value
    self.words = words
    self.hint = status == .degraded || status == .unhealthy ? hint : nil
  }

  /// The value of `health_status`: 2, 1 or 0; nil where nothing is known.
  public var metricValue: Double? {
    switch status {
    case .healthy: 2
    case .degraded: 1
    case .unhealthy: 0
    case .unknown: nil
    }
  }
}
