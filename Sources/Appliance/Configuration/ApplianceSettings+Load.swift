import Configuration
import Foundation
import Operations
import Scheduling
import Warehouse

extension ApplianceSettings {
  /// Where the configuration lies on an installed box.
  public static let standardFile = "/etc/stowage/stowage.yaml"

  /// Reads the configuration: the file, then the environment, then flags.
  ///
  /// A file that is named must exist; the standard one may be missing. Keys that nobody knows are
  /// errors, since a misspelt key would otherwise be a default in silence.
  public static func load(
    file: String?,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    flags: [String: String] = [:]
  ) async throws -> ApplianceSettings {
    let path = file ?? environment["STOWAGE_CONFIG"]
    let chosen = path ?? standardFile
    var providers: [any ConfigProvider] = []
    // Flags are text, as the environment is, and go the same way: the provider reads numbers.
    let typed = flags.map { (Self.variable($0.key), $0.value) }
    providers.append(
      EnvironmentVariablesProvider(
        environmentVariables: Dictionary(typed) { first, _ in first }
      )
    )
    providers.append(
      EnvironmentVariablesProvider(environmentVariables: environment)
        .prefixKeys(with: "stowage")
    )
    if path != nil || FileManager.default.fileExists(atPath: chosen) {
      try ConfigurationKeys.check(file: chosen)
      providers.append(try await fileProvider(chosen))
    }
    let reader = SettingReader(ConfigReader(providers: providers))
    var settings = ApplianceSettings()
    settings.read(reader)
    try reader.check(source: chosen)
    return settings
  }

  /// The environment's name of a key: upper case, with `_` for dots and dashes.
  static func variable(_ key: String) -> String {
    String(key.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
  }

  private static func fileProvider(_ path: String) async throws -> any ConfigProvider {
    let where_ = ConfigReader(
      provider: InMemoryProvider(values: ["filePath": ConfigValue(stringLiteral: path)])
    )
    do {
      return try await FileProvider<YAMLSnapshot>(config: where_)
    } catch {
      throw Failure(
        .malformed,
        "The configuration file \(path) could not be read: \(error).",
        hint: "Check its indentation; firmware-config/stowage.yaml is a sound example."
      )
    }
  }

  private mutating func read(_ reader: SettingReader) {
    reader.text("data.directory") { dataDirectory = $0 }
    reader.text("facility.code") { facility.code = $0 }
    reader.text("facility.name") { facility.name = $0 }
    reader.text("facility.time-zone") { facility.timeZone = $0 }
    reader.text("facility.currency") { facility.currency = $0 }
    reader.text("facility.gln") { facility.gln = $0 }
    reader.text("http.bind") { bind = $0 }
    reader.integer("http.port", in: 0...65_535) { port = $0 }
    reader.text("http.tls.certificate-file") { certificateFile = $0 }
    reader.text("http.tls.private-key-file") { privateKeyFile = $0 }
    if (certificateFile == nil) != (privateKeyFile == nil) {
      reader.note(
        "http.tls.private-key-file",
        "goes with certificate-file: both, or neither"
      )
    }
    reader.flag("http.accept-plain-http") { acceptsPlainHTTP = $0 }
    reader.integer("http.requests-per-second", in: 0...1_000_000) { requestsPerSecond = $0 }
    reader.flag("http.metrics-without-token") { opensMetricsToLoopback = $0 }
    reader.integer("storage.readers", in: 1...64) { readers = $0 }
    reader.text("logging.level") { logLevel = $0 }
    reader.text("logging.format") { logFormat = $0 }
    readUseCases(reader)
    reader.text("sync.url") { uplink.url = $0 }
    reader.text("sync.key-file") { uplink.keyFile = $0 }
    reader.integer("sync.timeout-s", in: 1...3_600) { uplink.timeoutS = $0 }
    reader.integer("sync.jitter-s", in: 0...3_600) { uplink.jitterS = $0 }
    reader.text("sync.authority-file") { uplink.authorityFile = $0 }
    reader.text("sync.certificate-file") { uplink.certificateFile = $0 }
    reader.text("sync.private-key-file") { uplink.certificateKeyFile = $0 }
    reader.text("sync.proxy") { uplink.proxy = $0 }
    reader.text("sync.pinned-key") { uplink.pinnedKey = $0 }
    reader.integer("sync.max-bytes-per-s", in: 0...1_000_000_000) {
      uplink.maximumBytesPerS = $0
    }
    reader.text("sync.settings-key") { text in
      if let key = Data(base64Encoded: text), key.count == 32 {
        uplink.settingsKey = Array(key)
      } else {
        reader.note("sync.settings-key", "must be a key of 32 bytes as base64", text)
      }
    }
    readJobs(reader)
    if !["json", "text"].contains(logFormat) {
      reader.note("logging.format", "must be json or text", logFormat)
    }
    if !["trace", "debug", "info", "notice", "warning", "error"].contains(logLevel) {
      reader.note("logging.level", "must be trace, debug, info, notice, warning or error", logLevel)
    }
  }

  /// Reads the settings of the use cases, by the one table of them.
  private mutating func readUseCases(_ reader: SettingReader) {
    for setting in Setting.all { reader.setting(setting, into: &operations) }
    reader.texts("putaway.compatible-hazards") { readHazards($0, reader) }
    reader.texts("putaway.separate-hazards") { readDistances($0, reader) }
    engineThreads = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    reader.integer("forecast.threads", in: 0...256) { if $0 > 0 { engineThreads = $0 } }
  }

  private mutating func readDistances(_ rules: [String], _ reader: SettingReader) {
    let names = HazardMatrix.Distance.allCases.map(\.rawValue)
    for rule in rules {
      let parts = rule.split(separator: "=").map(String.init)
      let classes = (parts.first ?? "").split(separator: "+").map(String.init)
      guard parts.count == 2, classes.count == 2,
        let distance = HazardMatrix.Distance(rawValue: parts[1])
      else {
        let words = names.joined(separator: ", ")
        reader.note("putaway.separate-hazards", "must hold rules such as 3+5.1=BAY; \(words)", rule)
        continue
      }
      let pair = HazardMatrix.Pair(classes[0], classes[1])
      if compatibleHazards.contains(pair) {
        let words = "must not part what putaway.compatible-hazards lets lie together"
        reader.note("putaway.separate-hazards", words, rule)
      }
      separateHazards[pair] = distance
    }
  }

  private mutating func readHazards(_ pairs: [String], _ reader: SettingReader) {
    for pair in pairs {
      let classes = pair.split(separator: "+").map(String.init)
      guard classes.count == 2 else {
        reader.note("putaway.compatible-hazards", "must hold pairs such as 3+8", pair)
        continue
      }
      compatibleHazards.append(HazardMatrix.Pair(classes[0], classes[1]))
    }
  }

  /// The schedules; each key stands in full, so that it can be found from the configuration file.
  private mutating func readJobs(_ reader: SettingReader) {
    let keys = [
      "jobs.utilization-refresh", "jobs.reservation-expiry", "jobs.daily-aggregates",
      "jobs.audit", "jobs.forecast", "jobs.forecast-accuracy", "jobs.replenishment", "jobs.classes",
      "jobs.affinity", "jobs.retention", "jobs.sync",
    ]
    for key in keys {
      let job = String(key.dropFirst("jobs.".count))
      reader.text(key) { line in
        if line == "off" {
          schedules[job] = nil
        } else if (try? CronExpression(line)) != nil {
          schedules[job] = line
        } else {
          reader.note(key, "must be a cron line of five fields, or off", line)
        }
      }
    }
    reader.integer("retention.idempotency-days", in: 1...365) {
      retention.idempotencyDays = $0
    }
    reader.integer("retention.acknowledged-batches-days", in: 1...365) {
      retention.acknowledgedBatchesDays = $0
      uplink.keptDays = $0
    }
    reader.integer("retention.aggregates-days", in: 30...3_650) { retention.aggregateDays = $0 }
    reader.integer("retention.aggregate-levels-days", in: 8...3_650) {
      retention.aggregateLevelDays = $0
    }
    reader.integer("retention.events-days", in: 1...365) { retention.eventsDays = $0 }
    reader.integer("retention.audit-days", in: 30...36_500) { retention.auditDays = $0 }
    reader.integer("retention.job-runs-days", in: 1...3_650) { retention.jobRunsDays = $0 }
    reader.integer("retention.forecast-paths-days", in: 1...3_650) {
      retention.forecastPathsDays = $0
    }
    reader.integer("retention.forecast-lags-days", in: 100...3_650) {
      retention.forecastLagsDays = $0
    }
  }
}
