import Barcodes
import Synchronization
import Warehouse
import WireFormat

/// What one scan sent, byte for byte, and what became of it.
public struct ScanRecord: Sendable, JSONDocument {
  /// Its number since the start of the box.
  public internal(set) var number: Int64 = 0
  /// When it came.
  public let at: Instant
  /// The device; empty where it did not say.
  public let device: String
  private let entry: EntryMethod
  private let kind: ScanKind
  private let bytes: [UInt8]
  private let symbology: String?
  private let findings: [Scan.Finding]

  init(_ request: ReadScan.Request, _ finding: ScanFinding, at moment: Instant) {
    at = moment
    device = request.device ?? ""
    entry = request.entry
    kind = finding.kind
    bytes = request.bytes
    symbology = finding.scan.symbology?.name
    findings = finding.scan.faults + finding.scan.repairs
  }

  /// Writes the bytes, also with their control characters spelled out.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("scan", number)
      row.member("at", ms: at.ms)
      row.member("device", device)
      row.member("entry", entry.rawValue)
      row.member("kind", kind.rawValue)
      row.member("bytes", bytes.count)
      row.member("hex", HexText.upper(bytes))
      row.member("shown", Self.shown(bytes))
      row.member("symbology", symbology)
      row.array("findings") { list in for finding in findings { list.value(finding.message) } }
    }
  }

  /// The text with its control characters by name: `]C1010952...<GS>10LOT9<CR>`.
  static func shown(_ bytes: [UInt8]) -> String {
    let names: [UInt32: String] = [
      0x00: "NUL", 0x02: "STX", 0x03: "ETX", 0x04: "EOT", 0x09: "TAB", 0x0A: "LF", 0x0D: "CR",
      0x1C: "FS", 0x1D: "GS", 0x1E: "RS", 0x1F: "US", 0x7F: "DEL",
    ]
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if let name = names[scalar.value] {
        text += "<\(name)>"
      } else if scalar.value < 0x20 {
        text += "<\(String(scalar.value, radix: 16, uppercase: true))>"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

/// The latest scans of each device, in memory: what a scanner really sent.
///
/// Bounded twice, by scans of a device and by devices; the device that was silent longest gives
/// way. A restart empties it: it is for the person at the scanner, not for the books.
final class ScanLog: Sendable {
  private struct Name: Hashable {
    var tenant: TenantID
    var device: String
  }

  private struct Rings {
    var newest: Int64 = 0
    var rings: [Name: [ScanRecord]] = [:]
  }

  private let rings = Mutex(Rings())

  /// Keeps a scan; returns its number.
  func add(_ record: ScanRecord, tenant: TenantID) -> Int64 {
    rings.withLock { rings in
      rings.newest += 1
      var record = record
      record.number = rings.newest
      let name = Name(tenant: tenant, device: record.device)
      if rings.rings[name] == nil, rings.rings.count >= Limits.scanLogDevices {
        let silent = rings.rings.min { $0.value.last?.number ?? 0 < $1.value.last?.number ?? 0 }
        if let silent { rings.rings[silent.key] = nil }
      }
      var ring = rings.rings[name] ?? []
      if ring.count >= Limits.scanLogScans { ring.removeFirst() }
      ring.append(record)
      rings.rings[name] = ring
      return record.number
    }
  }

  /// The latest scans, the newest first: of one device, or of all.
  func recent(device: String?, limit: Int, scope: TenantScope) -> [ScanRecord] {
    rings.withLock { rings in
      let chosen = rings.rings.filter { name, _ in
        scope.allows(name.tenant) && (device == nil || name.device == device)
      }
      return Array(chosen.values.joined().sorted { $0.number > $1.number }.prefix(limit))
    }
  }
}

/// Shows what scanners sent.
public struct RecentScans: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The latest scans, the newest first: of one device, or of all.
  public func callAsFunction(
    device: String?,
    limit: Int,
    scope: TenantScope
  ) -> Page<ScanRecord> {
    Page(rows: environment.scanLog.recent(device: device, limit: limit, scope: scope), next: nil)
  }
}
