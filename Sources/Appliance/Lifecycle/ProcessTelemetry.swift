import Logging
import Metrics
import Synchronization
import Telemetry

/// Logs and metrics of this process: set up once, whatever is composed after.
enum ProcessTelemetry {
  private static let registry = Mutex<MetricsRegistry?>(nil)
  private static let hasLogs = Mutex(false)

  /// Sends log lines to standard error, as JSON or as text; only the first call counts.
  static func startLogs(level: String, format: String) {
    hasLogs.withLock { hasLogs in
      guard !hasLogs else { return }
      hasLogs = true
      let minimum = Logger.Level(rawValue: level) ?? .info
      LoggingSystem.bootstrap { label in
        if format == "text" {
          var handler = StreamLogHandler.standardError(label: label)
          handler.logLevel = minimum
          return handler
        }
        return JSONLogHandler(label: label, level: minimum)
      }
    }
  }

  /// The registry behind the metrics facade, made at the first call.
  static func startMetrics(facility: String) -> MetricsRegistry {
    registry.withLock { registry in
      if let registry { return registry }
      let made = MetricsRegistry(labels: [("facility", facility)])
      MetricsSystem.bootstrap(made)
      ProcessMetrics.register(in: made)
      registry = made
      return made
    }
  }
}
