import Warehouse
import WireFormat

/// Collects rows in the format of an export.
struct ExportRows {
  private let format: ExportFormat
  private var columns: [String]?
  private var csv = CSVWriter()
  private var lines = NDJSONWriter()
  private var hasHeader = false
  private(set) var count = 0
  private var taken = 0

  init(format: ExportFormat, columns: [String]?) {
    self.format = format
    self.columns = columns
  }

  /// Whether enough has come together to be handed over.
  var isLarge: Bool { (format == .csv ? csv.bytes.count : lines.bytes.count) > 64 * 1_024 }

  /// Adds a row: the members of its document.
  mutating func add(_ document: any JSONDocument) throws {
    count += 1
    let value = try JSONReader.parse(document.json)
    if format == .ndjson {
      lines.line(value)
      return
    }
    let names = columns ?? value.object?.keys ?? []
    columns = names
    writeHeader(names)
    for name in names { csv.field(Self.cell(value[name])) }
    csv.endRow()
  }

  /// What has come together since the last time.
  mutating func take() -> [UInt8] {
    format == .csv ? csv.take() : lines.take()
  }

  /// The rest, with the header of an empty CSV or the last line of an NDJSON.
  mutating func end() -> [UInt8] {
    if format == .csv {
      writeHeader(columns ?? [])
    } else {
      lines.line(["_end": true, "count": .integer(Int64(count))])
    }
    return take()
  }

  private mutating func writeHeader(_ names: [String]) {
    guard !hasHeader, !names.isEmpty else { return }
    csv.row(names)
    hasHeader = true
  }

  /// A member as one cell: lists joined, objects as JSON.
  private static func cell(_ value: JSONValue?) -> String? {
    switch value {
    case nil, .some(.null): nil
    case .some(.string(let text)): text
    case .some(.array(let elements)):
      elements.map { $0.string ?? $0.text }.joined(separator: "; ")
    case .some(let other): other.text
    }
  }
}

/// A row that is made for exports alone.
enum ExportRow: JSONDocument {
  case members([(String, JSONValue)])

  /// One day's demand.
  static func demand(_ day: DemandDay, _ code: String) -> ExportRow {
    .members([
      ("material", .string(code)), ("day", .string(day.day.description)),
      ("quantity", quantity(day.quantityMilli)), ("stock_out", .bool(day.isStockOut)),
    ])
  }

  /// One row for each day of a forecast.
  static func forecast(_ forecast: MaterialForecast, _ code: String) -> [ExportRow] {
    forecast.mean.indices.map { step in
      var members: [(String, JSONValue)] = [
        ("material", .string(code)),
        ("day", .string(forecast.firstDay.adding(days: step).description)),
        ("mean", .double(ForecastView.rounded(forecast.mean[step]))),
      ]
      for (level, path) in zip(forecast.levels, forecast.quantiles) {
        members.append(("q\(level)", .double(ForecastView.rounded(path[step]))))
      }
      members.append(("method", .string(forecast.method)))
      members.append(("demand_class", .string(forecast.demandClass)))
      return .members(members)
    }
  }

  /// Writes the row as JSON.
  func write(to writer: inout JSONWriter) {
    guard case .members(let members) = self else { return }
    writer.object { out in
      for (key, value) in members { out.member(key, value) }
    }
  }

  private static func quantity(_ milli: Int64) -> JSONValue {
    milli % 1_000 == 0 ? .integer(milli / 1_000) : .double(Double(milli) / 1_000)
  }
}
