import Logging
import Metrics
import Synchronization
import Telemetry

/// Logs and metrics of this process: set up once, whatever is composed after.
enum ProcessTelemetry {
  private static let started = Mutex<MetricsRegistry?>(nil)

  /// The registry behind the metrics facade, made at the first call.
  static func start(facility: String, level: String, format: String) -> MetricsRegistry {
    started.withLock { registry in
      if let registry { return registry }
      let made = MetricsRegistry(labels: [("facility", facility)])
      MetricsSystem.bootstrap(made)
      ProcessMetrics.register(in: made)
      let minimum = Logger.Level(rawValue: level) ?? .info
      LoggingSystem.bootstrap { label in
        if format == "text" {
          var handler = StreamLogHandler.standardError(label: label)
          handler.logLevel = minimum
          return handler
        }
        return JSONLogHandler(label: label, level: minimum)
      }
      registry = made
      return made
    }
  }
}
