import Forecasting
import Synchronization
import Warehouse
import WireFormat

/// Writes forecasts as the rows of the engine's files.
struct ForecastRows: Sendable {
  private let quantileNames: [String]

  init(quantileNames: [String]) {
    self.quantileNames = quantileNames
  }

  /// The header of forecasts: `series,step,mean,q...,method`.
  var header: [UInt8] {
    Self.line(["series", "step", "mean"] + quantileNames.map { "q\($0)" } + ["method"])
  }

  /// The header of sums: `series,steps,mean,q...`.
  var cumulativeHeader: [UInt8] {
    Self.line(["series", "steps", "mean"] + quantileNames.map { "q\($0)" })
  }

  /// The header of reasons: why each series was forecast as it was.
  static let reasonHeader = line([
    "series", "method", "runner_up", "weights", "demand_class", "observations", "outliers",
    "reason",
  ])

  /// The row of reasons of a series; shares as `SES 0.62; THETA 0.38`, outliers as positions
  /// counted from 1.
  static func reasonRow(_ answer: ForecastAnswer) -> [UInt8] {
    let weights = answer.weights.map { "\($0.method.rawValue) \(percent($0.weight))" }
    let cells = [
      answer.id, answer.method.rawValue, answer.runnerUp?.rawValue ?? "",
      weights.joined(separator: "; "), answer.demandClass?.rawValue ?? "NONE",
      "\(answer.observations)", answer.outliers.map { "\($0 + 1)" }.joined(separator: "; "),
      answer.reason,
    ]
    var bytes: [UInt8] = []
    for (place, text) in cells.enumerated() {
      if place > 0 { bytes.append(0x2C) }
      bytes += cell(text)
    }
    bytes.append(0x0A)
    return bytes
  }

  /// A share in whole hundredths.
  private static func percent(_ share: Double) -> String {
    let whole = Int((share * 100).rounded())
    return "\(whole / 100).\(whole / 10 % 10)\(whole % 10)"
  }

  /// One row for each step.
  func rows(_ answer: ForecastAnswer) -> [UInt8] {
    let name = Self.cell(answer.id)
    let method = Array(answer.method.rawValue.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(answer.mean.count * (name.count + 16 + quantileNames.count * 10))
    for step in answer.mean.indices {
      bytes += name
      bytes.append(0x2C)
      bytes += String(step + 1).utf8
      FigureText.append(answer.mean[step], to: &bytes)
      for level in answer.quantiles.indices {
        FigureText.append(answer.quantiles[level][step], to: &bytes)
      }
      bytes.append(0x2C)
      bytes += method
      bytes.append(0x0A)
    }
    return bytes
  }

  /// One row for each sum.
  func cumulativeRows(_ answer: ForecastAnswer) -> [UInt8] {
    let name = Self.cell(answer.id)
    var bytes: [UInt8] = []
    for sum in answer.cumulative {
      bytes += name
      bytes.append(0x2C)
      bytes += String(sum.steps).utf8
      FigureText.append(sum.mean, to: &bytes)
      for value in sum.quantiles { FigureText.append(value, to: &bytes) }
      bytes.append(0x0A)
    }
    return bytes
  }

  private static func line(_ cells: [String]) -> [UInt8] {
    Array((cells.joined(separator: ",") + "\n").utf8)
  }

  /// An id as a CSV cell (RFC 4180, section 2).
  private static func cell(_ text: String) -> [UInt8] {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    guard needsQuotes else { return Array(text.utf8) }
    var bytes: [UInt8] = [0x22]
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
    return bytes
  }
}

/// Writes figures of demand: six decimals where that is enough, all digits where it is not.
enum FigureText {
  /// Appends a comma and the figure.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    bytes.append(0x2C)
    let size = value.magnitude
    guard size == 0 || (size >= 0.01 && size < 1e9) else {
      bytes += "\(value)".utf8
      return
    }
    if value < 0 { bytes.append(0x2D) }
    let micro = Int64((size * 1e6).rounded())
    appendDigits(micro / 1_000_000, to: &bytes)
    var rest = micro % 1_000_000
    guard rest > 0 else { return }
    bytes.append(0x2E)
    var unit: Int64 = 100_000
    while rest > 0 {
      bytes.append(UInt8(0x30 + rest / unit))
      rest %= unit
      unit /= 10
    }
  }

  private static func appendDigits(_ number: Int64, to bytes: inout [UInt8]) {
    if number >= 10 { appendDigits(number / 10, to: &bytes) }
    bytes.append(UInt8(0x30 + number % 10))
  }
}

/// The results of a slice, filled in by many threads.
final class SliceResults: Sendable {
  /// What one series came to.
  struct Result {
    var rows: [UInt8]
    var sums: [UInt8]
    var reasons: [UInt8]
    var series: String
    var method: String
    var failure: String?
  }

  private let results: Mutex<[Result?]>

  init(count: Int) {
    results = Mutex(Array(repeating: nil, count: count))
  }

  func keep(_ index: Int, _ result: Result) {
    results.withLock { $0[index] = result }
  }

  /// All of them, in the order of the file.
  var all: [Result] { results.withLock { $0.compactMap { $0 } } }
}

/// Reads the file of groups: `id,group`.
enum GroupReader {
  /// The group of each id.
  static func read(_ source: @escaping ByteSource) throws -> [String: String] {
    do {
      var rows = CSVReader(source)
      guard let header = try rows.next(), header.count == 2 else {
        throw Failure(
          .malformed,
          "The file of groups needs a header of two columns: id,group."
        )
      }
      var groups: [String: String] = [:]
      while let row = try rows.next() {
        guard groups.updateValue(row[1], forKey: row[0]) == nil else {
          throw Failure(
            .invalid,
            "The file of groups names \(row[0]) twice.",
            faults: [.init(place: "row \(row.number), column id", value: row[0], rule: "once")]
          )
        }
      }
      return groups
    } catch let error as WireFormatError {
      throw Failure(.malformed, "The file of groups is not usable CSV: \(error.message)")
    }
  }
}
