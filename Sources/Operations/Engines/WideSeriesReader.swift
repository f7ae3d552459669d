import Forecasting
import Warehouse
import WireFormat

/// Reads demand in wide form: an id, then one column for each period, oldest first.
///
/// Where every column is an ISO date the calendar is known and daily: dates absent from the header
/// are missing days, not zeros. Blank cells (`NA` and `NaN` too) are missing; what comes before the
/// first value means "not yet started", after the last "the series ends there".
///
/// A cell that is no number, or an infinite one, is missing as well, and its series is named with
/// the first such cell: one bad cell among thousands of series must not cost the night's run. What
/// makes it unclear which value belongs where (an id twice, a row longer than the header) refuses
/// the whole file.
struct WideSeriesReader {
  /// The series, and what their columns are.
  struct Table {
    var series: [DemandSeries]
    var isCalendar: Bool
    /// What could not be read of a series, by its place.
    var unreadable: [Int: String]
  }

  private var faults: [Failure.Fault] = []
  private var faulty = 0
  private var unreadable: [Int: String] = [:]

  /// The series of a file; `groups` names the group of an id.
  static func read(_ source: @escaping ByteSource, groups: [String: String]) throws -> Table {
    var reader = WideSeriesReader()
    do {
      return try reader.table(source, groups)
    } catch let error as WireFormatError {
      throw Failure(
        .malformed,
        "The series file is not usable CSV: \(error.message)",
        hint: "Give UTF-8 CSV with a header: id, then one column for each period."
      )
    }
  }

  private mutating func table(_ source: @escaping ByteSource, _ groups: [String: String]) throws
    -> Table
  {
    var rows = CSVReader(source, hasEqualWidths: false, maximumRowBytes: 16 * 1_024 * 1_024)
    guard let header = try rows.next(), header.count >= 2 else {
      throw Failure(
        .malformed,
        "The series file needs a header with an id column and at least one period."
      )
    }
    let names = header.fields
    guard names.count - 1 <= Limits.seriesPeriods else {
      throw Failure(
        .tooLarge,
        "The series file has \(names.count - 1) periods; the limit is "
          + "\(Limits.seriesPeriods)."
      )
    }
    let places = try Self.calendar(Array(names.dropFirst()))
    var series: [DemandSeries] = []
    var seen: Set<String> = []
    var row = CSVRow()
    while try rows.next(into: &row) {
      if row.count == 1, row.isEmpty(0) { continue }
      let id = row[0]
      if id.isEmpty { fault(row.number, names[0], nil, "must not be empty") }
      if !seen.insert(id).inserted { fault(row.number, names[0], id, "stands twice") }
      if row.count > names.count {
        fault(row.number, id, nil, "has \(row.count) cells, the header has \(names.count)")
        continue
      }
      let values = values(row, names, places.index, count: places.count, series: series.count)
      series.append(
        DemandSeries(
          id: id,
          values: values,
          startDay: places.firstDay,
          group: groups[id]
        )
      )
      guard series.count <= Limits.fileSeries else {
        throw Failure(
          .tooLarge,
          "The file has more than \(Limits.fileSeries) series.",
          hint: "Split it into several files."
        )
      }
    }
    guard faulty == 0 else {
      throw Failure(
        .invalid,
        "The series file has \(faulty) rows that cannot be used; nothing was written.",
        hint: "Give each series one row, no longer than the header, and run again.",
        faults: faults
      )
    }
    guard !series.isEmpty else {
      throw Failure(.invalid, "The series file has no series behind its header.")
    }
    return Table(
      series: series,
      isCalendar: places.firstDay != nil,
      unreadable: unreadable
    )
  }

  /// The values of a row in the places of their columns.
  private mutating func values(
    _ row: CSVRow,
    _ names: [String],
    _ index: [Int],
    count: Int,
    series: Int
  ) -> [Double] {
    var values = [Double](repeating: .nan, count: count)
    var lost = 0
    for column in 1..<max(1, row.count) {
      let cell = row.bytes(column)
      guard !cell.isEmpty else { continue }
      if let value = CellNumber.read(cell) {
        values[index[column - 1]] = value
        continue
      }
      lost += 1
      if lost == 1 {
        unreadable[series] =
          "row \(row.number), column \(names[column]): '\(row[column].prefix(40))' is no number"
      }
    }
    if lost > 1 { unreadable[series]? += ", and \(lost - 1) more cells" }
    if lost > 0 { unreadable[series]? += "; taken as missing" }
    return values
  }

  /// Where each column stands in the values, and the day of the first.
  private static func calendar(
    _ names: [String]
  ) throws -> (firstDay: LocalDay?, count: Int, index: [Int]) {
    let days = names.map { LocalDay($0) }
    guard let first = days[0], names.count > 1 || days[0] != nil else {
      return (nil, names.count, Array(names.indices))
    }
    var index: [Int] = []
    for (column, day) in days.enumerated() {
      guard let day else {
        throw Failure(
          .invalid,
          "The header begins with dates, but column \(column + 2) is no date.",
          faults: [
            .init(place: "row 1, column \(column + 2)", value: names[column], rule: "YYYY-MM-DD")
          ]
        )
      }
      let place = first.days(to: day)
      guard place > (index.last ?? -1) else {
        throw Failure(
          .invalid,
          "The dates of the header must rise; \(names[column]) does not.",
          hint: "Sort the columns by date, each date once."
        )
      }
      index.append(place)
    }
    let count = (index.last ?? 0) + 1
    guard count <= Limits.seriesPeriods else {
      throw Failure(
        .tooLarge,
        "The header spans \(count) days; the limit is \(Limits.seriesPeriods)."
      )
    }
    return (first, count, index)
  }

  private mutating func fault(_ row: Int, _ column: String, _ value: String?, _ rule: String) {
    faulty += 1
    guard faults.count < Limits.importFaults else { return }
    faults.append(
      .init(
        place: "row \(row), column \(column)",
        value: value.map { String($0.prefix(80)) },
        rule: rule
      )
    )
  }
}

/// Reads a cell's number without making a String for plain digits.
enum CellNumber {
  /// The number; nan for `NA` and `NaN`; nil for anything else, infinities among it.
  static func read(_ cell: ArraySlice<UInt8>) -> Double? {
    var index = cell.startIndex
    var isNegative = false
    if cell[index] == UInt8(ascii: "-") {
      isNegative = true
      index += 1
    }
    var whole: UInt64 = 0
    var digits = 0
    var decimals = 0
    var isFraction = false
    while index < cell.endIndex {
      let byte = cell[index]
      if (0x30...0x39).contains(byte), digits < 15 {
        whole = whole &* 10 &+ UInt64(byte &- 0x30)
        digits += 1
        decimals += isFraction ? 1 : 0
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        return slow(cell)
      }
      index += 1
    }
    guard digits > 0 else { return slow(cell) }
    // Both are exact below 2^53 and 10^22, so their quotient is correctly rounded.
    let value = Double(whole) / powers[decimals]
    return isNegative ? -value : value
  }

  private static let powers: [Double] = (0...15).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  private static func slow(_ cell: ArraySlice<UInt8>) -> Double? {
    let text = String(decoding: cell, as: UTF8.self)
    if ["NA", "NaN", "nan", "NAN"].contains(text) { return .nan }
    guard let value = Double(text), value.isFinite, !text.lowercased().contains("x") else {
      return nil
    }
    return value
  }
}
