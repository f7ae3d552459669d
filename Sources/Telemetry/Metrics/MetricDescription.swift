/// What a metric is: the words and the buckets that its name stands for.
///
/// Names follow Prometheus: base units, `_total` for counters, `_seconds` for durations.
public struct MetricDescription: Sendable, Equatable {
  /// The sorts of metrics.
  public enum Kind: String, Sendable {
    /// Only grows, until the process ends.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by size.
    case histogram
  }

  /// The name, with `_total` where it is a counter.
  public let name: String
  /// Its sort.
  public let kind: Kind
  /// One sentence that says what it tells.
  public let help: String
  /// Upper bounds of the buckets of a histogram, growing, without infinity.
  public let buckets: [Double]

  /// Describes a metric; bounds are sorted, and what is not finite is left out.
  public init(_ name: String, kind: Kind, help: String, buckets: [Double] = []) {
    self.name = MetricName.family(name, kind)
    self.kind = kind
    self.help = help
    self.buckets = kind == .histogram ? Set(buckets).filter(\.isFinite).sorted() : []
  }

  /// Buckets for calls that people wait for, in seconds.
  public static let callBuckets: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// Buckets for jobs, in seconds.
  public static let jobBuckets: [Double] = [
    0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 1_800, 3_600,
  ]
  /// Buckets for shares between 0 and 1.
  public static let shareBuckets: [Double] = [
    0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1,
  ]
}

/// What may stand in names and labels (Prometheus data model).
enum MetricName {
  /// Longest value of a label, in characters.
  static let labelValueLength = 128

  /// The name of a family: other characters become `_`, and counters end in `_total`.
  static func family(_ name: String, _ kind: MetricDescription.Kind) -> String {
    let plain = cleaned(name, allowsColon: true)
    return kind == .counter && !plain.hasSuffix("_total") ? plain + "_total" : plain
  }

  /// The name of a label; `le` belongs to histograms.
  static func label(_ name: String) -> String {
    let plain = cleaned(name, allowsColon: false)
    return plain == "le" || plain.hasPrefix("__") ? "label_" + plain : plain
  }

  private static func cleaned(_ name: String, allowsColon: Bool) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x5F: bytes.append(byte)
      case 0x30...0x39:
        if bytes.isEmpty { bytes.append(0x5F) }
        bytes.append(byte)
      case 0x3A where allowsColon: bytes.append(byte)
      default: bytes.append(0x5F)
      }
    }
    return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
  }
}
