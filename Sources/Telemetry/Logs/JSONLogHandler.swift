import Glibc
import Logging
import WireFormat

/// Writes log entries as JSON lines: `time`, `level`, `logger`, `message`, then the metadata.
///
/// Metadata stand beside the fixed members under their own names, so that `jq` and journals find
/// them without a path; a name that would hide a fixed member gets an underscore behind it.
public struct JSONLogHandler: LogHandler {
  /// Longest message or metadata value, in characters; journals cut lines at 48 KiB.
  static let textLength = 4_096

  /// What every entry of this logger carries.
  public var metadata: Logger.Metadata = [:]
  /// Asked for more metadata with each entry.
  public var metadataProvider: Logger.MetadataProvider?
  /// Entries below this are not written.
  public var logLevel: Logger.Level

  private let label: String
  private let sink: LogSink
  private let nowMS: @Sendable () -> Int64

  /// Makes a handler for the logger of that label.
  public init(
    label: String,
    level: Logger.Level = .info,
    sink: LogSink = .standardError,
    nowMS: @escaping @Sendable () -> Int64 = JSONLogHandler.systemMS
  ) {
    self.label = label
    self.logLevel = level
    self.sink = sink
    self.nowMS = nowMS
  }

  /// The system's time of day in milliseconds since 1970.
  public static let systemMS: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// One value of the logger's own metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes an entry.
  public func log(event: LogEvent) {
    var writer = JSONWriter(capacity: 512)
    writer.object { writer in
      writer.member("time", ms: nowMS())
      writer.member("level", event.level.rawValue)
      writer.member("logger", label)
      writer.member("message", Self.cut(event.message.description))
      if let error = event.error { writer.member("error", Self.cut(String(describing: error))) }
      for (key, value) in merged(event).sorted(by: { $0.key < $1.key }) {
        writer.key(Self.reserved.contains(key) ? key + "_" : key)
        Self.write(value, depth: 0, into: &writer)
      }
    }
    sink.write(writer.bytes + [0x0A])
  }

  private static let reserved: Set<String> = ["time", "level", "logger", "message"]

  private func merged(_ event: LogEvent) -> Logger.Metadata {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let own = event.metadata { all.merge(own) { _, new in new } }
    if event.error != nil, let shadowed = all.removeValue(forKey: "error") {
      all["error_"] = shadowed
    }
    return all
  }

  private static func write(
    _ value: Logger.MetadataValue,
    depth: Int,
    into writer: inout JSONWriter
  ) {
    switch value {
    case .string(let text): writer.value(cut(text))
    case .stringConvertible(let convertible): writer.value(cut(convertible.description))
    case .array(let elements) where depth < 4:
      writer.array { writer in
        for element in elements { write(element, depth: depth + 1, into: &writer) }
      }
    case .dictionary(let members) where depth < 4:
      writer.object { writer in
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
          writer.key(key)
          write(member, depth: depth + 1, into: &writer)
        }
      }
    default: writer.value(cut(value.description))
    }
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= textLength ? text : String(text.prefix(textLength)) + "..."
  }
}
