import Warehouse
import WireFormat

/// One health check as head office hears of it: its answer, without figures that never stand still.
public struct HealthLine: Sendable, Equatable {
  /// The check's name.
  public var name: String
  /// `fitness` or `business`.
  public var kind: String
  /// `HEALTHY`, `DEGRADED`, `UNHEALTHY` or `UNKNOWN`.
  public var status: String

  /// Makes a line.
  public init(name: String, kind: String, status: String) {
    self.name = name
    self.kind = kind
    self.status = status
  }
}

/// The aggregates that tell how things stand at this moment; a past day cannot be told again.
struct StateAggregates: Sendable {
  let day: LocalDay
  let now: Instant

  /// How full the facility and its zones are, as the day's figure and as that of the hour.
  ///
  /// The hour is one of UTC, since local hours come twice in autumn. A look later in the same hour
  /// takes the place of the one before.
  func utilization(_ transaction: any ReadTransaction) throws -> [AggregateDocument] {
    let zones = try transaction.utilization()
    let hour = String(Timestamp.text(ms: now.ms).prefix(13))
    var writer = JSONWriter()
    writer.object { out in
      out.member("hour", hour + ":00:00Z")
      out.member("day", day.description)
      Self.write(zones, to: &out)
    }
    return [
      AggregateDocument(kind: "utilization.daily", day: day) { Self.write(zones, to: &$0) },
      AggregateDocument(kind: "utilization.hourly", subject: hour, json: writer.text),
    ]
  }

  private static func write(_ zones: [Utilization], to writer: inout JSONWriter) {
    writer.array("zones") { list in
      for zone in zones {
        list.object { entry in
          entry.member("zone", zone.zone)
          entry.member("locations", zone.locations)
          entry.member("occupied", zone.occupied)
          entry.member("average_ratio", (zone.averageRatio * 10_000).rounded() / 10_000)
          entry.member("overfull", zone.overfull)
        }
      }
    }
  }

  /// How urgent the open suggestions are.
  func replenishment(_ transaction: any ReadTransaction) throws -> AggregateDocument {
    let counts = try transaction.suggestionCounts()
    return AggregateDocument(kind: "replenishment.daily", day: day) { writer in
      for urgency in Urgency.allCases {
        writer.member(urgency.rawValue.lowercased(), counts[urgency] ?? 0)
      }
    }
  }

  /// What the data-quality audit counts.
  func quality(_ transaction: any ReadTransaction) throws -> AggregateDocument {
    let counts = try transaction.auditCounts().counts
    return AggregateDocument(kind: "quality.daily", day: day) { writer in
      writer.object("counts") { members in
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
          members.member(name, count)
        }
      }
    }
  }

  /// The newest row of the audit log, by number and digest; nil where the log is empty.
  ///
  /// Kept at head office, it shows rows that were cut off the end here, which a chain alone cannot.
  func auditHead(_ transaction: any ReadTransaction) throws -> AggregateDocument? {
    guard let head = try transaction.auditRecords(PageRequest(limit: 1)).rows.first else {
      return nil
    }
    return AggregateDocument(kind: "audit.head", day: day) { writer in
      writer.member("row", head.id)
      writer.member("sha256", HexText.lower(head.digest))
    }
  }

  /// How good the forecasts were, by lag and class; each material counts by its value.
  func accuracy(_ summary: AccuracySummaryView) -> AggregateDocument {
    AggregateDocument(kind: "accuracy.daily", day: day) { summary.writeRows(to: &$0) }
  }

  /// How the box is; nil where nobody was asked.
  func health(_ lines: [HealthLine]) -> AggregateDocument? {
    guard !lines.isEmpty else { return nil }
    var writer = JSONWriter()
    writer.object { out in
      out.array("checks") { list in
        for line in lines {
          list.object { entry in
            entry.member("name", line.name)
            entry.member("kind", line.kind)
            entry.member("status", line.status)
          }
        }
      }
    }
    return AggregateDocument(kind: "health", subject: "box", json: writer.text)
  }
}

/// What is running on the box.
public struct SoftwareVersion: Sendable, Equatable {
  /// The program's version.
  public var version: String
  /// The schema's version.
  public var schemaVersion: Int
  /// The version of head office's settings in force; nil where there are none.
  public var settingsVersion: Int64?

  /// Names a version.
  public init(version: String, schemaVersion: Int, settingsVersion: Int64? = nil) {
    self.version = version
    self.schemaVersion = schemaVersion
    self.settingsVersion = settingsVersion
  }

  var document: AggregateDocument {
    var writer = JSONWriter()
    writer.object { out in
      out.member("version", version)
      out.member("schema_version", schemaVersion)
      if let settingsVersion { out.member("settings_version", settingsVersion) }
    }
    return AggregateDocument(kind: "software", subject: "stowage", json: writer.text)
  }
}
