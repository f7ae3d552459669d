import Operations
import Warehouse

/// Everything that the appliance reads from its configuration.
///
/// Three sources, the later one wins: the YAML file, the environment (`STOWAGE_HTTP_PORT` for
/// `http.port`), the flags of the command line. `firmware-config/stowage.yaml` names and explains
/// every key, and is compiled in as the default.
public struct ApplianceSettings: Sendable {
  /// Where the database, its lock and the staging files live.
  public var dataDirectory = "/var/lib/stowage"
  /// The facility, as `init` founds it.
  public var facility = FacilityFounding()
  /// The address to listen on; beyond this machine only by TLS, or with ``acceptsPlainHTTP``.
  public var bind = "127.0.0.1"
  /// The port to listen on; 0 lets the system choose.
  public var port = 8480
  /// The file of the certificate that the listener shows; nil speaks plain HTTP.
  public var certificateFile: String?
  /// The file of its private key.
  public var privateKeyFile: String?
  /// Whether plain HTTP is accepted beyond this machine.
  public var acceptsPlainHTTP = false
  /// Requests a second that one token may make; 0 means that nobody counts.
  public var requestsPerSecond = 200
  /// Whether `/metrics` wants no token from this machine.
  public var opensMetricsToLoopback = false
  /// The knobs of the use cases.
  public var operations = FacilitySettings()
  /// Pairs of hazard classes that may lie together, beside the cautious rules of a new site.
  public var compatibleHazards: [HazardMatrix.Pair] = []
  /// Pairs of hazard classes that must lie farther apart than in another location.
  public var separateHazards: [HazardMatrix.Pair: HazardMatrix.Distance] = [:]
  /// Connections that read, at most.
  public var readers = 4
  /// Threads for engine work.
  public var engineThreads = 1
  /// Where aggregates go.
  public var uplink = UplinkConfiguration()
  /// When each job runs: a cron line, or nil where it is off.
  public var schedules = JobSchedules.standard
  /// The least severe level that is logged.
  public var logLevel = "info"
  /// How log lines are written: `json` for machines, `text` for people.
  public var logFormat = "json"
  /// How long things are kept.
  public var retention = RetentionSettings()

  /// The defaults.
  public init() {}

  /// The unix socket of the command line.
  var commandSocket: String { dataDirectory + "/stowage.sock" }
  /// The listener's certificate and key, nil where it speaks plain HTTP.
  var certificateFiles: CertificateFiles? {
    guard let certificateFile, let privateKeyFile else { return nil }
    return CertificateFiles(certificate: certificateFile, key: privateKeyFile)
  }
  /// The file of the pepper.
  var pepperPath: String { dataDirectory + "/stowage.pepper" }
  /// The file that has its mark in common with the database (see `CopyWatch`).
  var markPath: String { dataDirectory + "/stowage.mark" }
  /// The address at which browsers on this machine reach it.
  var address: String {
    let host = bind.contains(":") ? "[\(bind)]" : bind
    return "\(certificateFile == nil ? "http" : "https")://\(host):\(port)"
  }
  /// The database file.
  var databasePath: String { dataDirectory + "/stowage.db" }
}

/// What a facility is founded with.
public struct FacilityFounding: Sendable, Equatable {
  /// The code by which head office knows it.
  public var code = "SITE-1"
  /// What people call it.
  public var name = "Our warehouse"
  /// The IANA name of its time zone.
  public var timeZone = "Europe/Berlin"
  /// ISO 4217 code of its currency.
  public var currency = "EUR"
  /// Its GLN.
  public var gln: String?

  /// The defaults.
  public init() {}
}

/// How the hub is reached.
public struct UplinkConfiguration: Sendable, Equatable {
  /// The hub's address; nil means that nothing is sent.
  public var url: String?
  /// The file that holds the facility's key at the hub.
  public var keyFile: String?
  /// Time for one exchange, in seconds.
  public var timeoutS = 60
  /// Up to how many seconds after its schedule the sync starts.
  public var jitterS = 120
  /// Certificates to trust instead of the system's.
  public var authorityFile: String?
  /// Our own certificate.
  public var certificateFile: String?
  /// Its key.
  public var certificateKeyFile: String?
  /// The one public key that the hub may have, as `sha256//BASE64`.
  public var pinnedKey: String?
  /// A proxy.
  public var proxy: String?
  /// How fast may be sent, in bytes a second; 0 for as fast as the line.
  public var maximumBytesPerS = 0
  /// Head office's public key for settings that it hands down, Ed25519; nil takes none.
  public var settingsKey: [UInt8]?
  /// How many days acknowledged batches stay.
  public var keptDays = Limits.acknowledgedDays

  /// No uplink.
  public init() {}
}

/// How long things are kept, in days.
public struct RetentionSettings: Sendable, Equatable {
  /// Answers to idempotency keys.
  public var idempotencyDays = Limits.idempotencyDays
  /// Batches that the hub has acknowledged.
  public var acknowledgedBatchesDays = Limits.acknowledgedDays
  /// What head office was told of days that may still be corrected.
  public var aggregateDays = Limits.aggregateDays
  /// What head office was told of the levels of a day.
  public var aggregateLevelDays = Limits.aggregateLevelDays
  /// Runs of jobs.
  public var jobRunsDays = 90
  /// Full paths of superseded forecasts.
  public var forecastPathsDays = 7
  /// What was forecast of days that are over.
  public var forecastLagsDays = 400
  /// What screens were told.
  public var eventsDays = 7
  /// The audit log.
  public var auditDays = 400

  /// The defaults.
  public init() {}
}

/// When the jobs run.
public enum JobSchedules {
  /// Each job's name with its default schedule, in the facility's zone.
  public static let standard: [String: String] = [
    "utilization-refresh": "*/10 * * * *",
    "reservation-expiry": "* * * * *",
    "daily-aggregates": "30 0 * * *",
    "audit": "15 1 * * *",
    "forecast": "15 3 * * *",
    "forecast-accuracy": "0 4 * * *",
    "replenishment": "15 4 * * *",
    "classes": "45 4 * * *",
    "affinity": "45 4 * * *",
    "retention": "30 5 * * *",
    "sync": "*/15 * * * *",
  ]
}
