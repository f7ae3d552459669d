/// Writes metrics in the two text formats that Prometheus reads.
///
/// Text format 0.0.4 and OpenMetrics 1.0 differ in little: OpenMetrics names a counter's family
/// without `_total`, escapes quotes in help, and ends with `# EOF`.
struct Exposition {
  /// The two formats.
  enum Format {
    case text
    case openMetrics
  }

  private let format: Format
  private(set) var bytes: [UInt8] = []

  init(_ format: Format) {
    self.format = format
    bytes.reserveCapacity(64 * 1_024)
  }

  /// Writes a family: its help, its type and its series in the order of their labels.
  mutating func family(_ description: MetricDescription, _ series: [(String, MetricReading)]) {
    guard !series.isEmpty else { return }
    var name = description.name
    if format == .openMetrics, description.kind == .counter, name.hasSuffix("_total") {
      name = String(name.dropLast("_total".count))
    }
    let help = Self.escaped(description.help, quotes: format == .openMetrics)
    line("# HELP \(name) \(help)")
    line("# TYPE \(name) \(description.kind.rawValue)")
    for (labels, reading) in series.sorted(by: { $0.0 < $1.0 }) {
      switch reading {
      case .value(let value): sample(description.name, labels, value)
      case .histogram(let counts, let sum):
        histogram(description, labels, counts, sum)
      }
    }
  }

  /// Ends the document.
  mutating func finish() -> [UInt8] {
    if format == .openMetrics { line("# EOF") }
    return bytes
  }

  private mutating func histogram(
    _ description: MetricDescription,
    _ labels: String,
    _ counts: [UInt64],
    _ sum: Double
  ) {
    let prefix = labels.isEmpty ? "" : labels + ","
    var total: UInt64 = 0
    for (index, count) in counts.enumerated() {
      total += count
      let bound =
        index < description.buckets.count ? description.buckets[index].description : "+Inf"
      sample(description.name + "_bucket", "\(prefix)le=\"\(bound)\"", Double(total))
    }
    sample(description.name + "_sum", labels, sum)
    sample(description.name + "_count", labels, Double(total))
  }

  private mutating func sample(_ name: String, _ labels: String, _ value: Double) {
    line(labels.isEmpty ? "\(name) \(Self.text(value))" : "\(name){\(labels)} \(Self.text(value))")
  }

  private mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x0A)
  }

  /// A number as both formats write it: whole numbers without a fraction.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 {
      return String(Int64(value))
    }
    return value.description
  }

  /// Escapes backslashes and line feeds, and quotes where the place needs it.
  static func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else {
      return text
    }
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
