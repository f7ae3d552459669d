import Forecasting
import Warehouse
import WireFormat

/// Runs the forecasting engine on a file of series: bytes in, rows out, no database.
public struct ForecastFile: Sendable {
  /// How the engine is run.
  public struct Options: Sendable {
    /// What is asked of each forecast.
    public var request: ForecastRequest
    /// The quantile levels as they were typed, for the header.
    public var quantileNames: [String]

    /// Joins the request with the names of its quantiles.
    public init(request: ForecastRequest, quantileNames: [String]) {
      self.request = request
      self.quantileNames = quantileNames
    }
  }

  /// Takes the bytes of an output as they are made.
  public typealias Sink = ([UInt8]) throws -> Void

  /// Series that are worked on at a time: enough for all threads, little enough to stay small.
  private static let sliceSeries = 256
  private let options: Options
  private let parallel: Parallel
  private let clock: EngineClock

  /// Prepares a run.
  public init(_ options: Options, parallel: Parallel, clock: EngineClock) {
    self.options = options
    self.parallel = parallel
    self.clock = clock
  }

  /// Forecasts every series of `input`.
  ///
  /// The rows come in the order of the file, whatever the number of threads. `cumulative` takes the
  /// sums, where any were asked for; `reasons` why each series was forecast as it was.
  public func callAsFunction(
    input: @escaping ByteSource,
    groups: ByteSource? = nil,
    output: Sink,
    cumulative: Sink? = nil,
    reasons: Sink? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ForecastFileReport {
    let begunNS = clock.wallNS()
    let begunProcessorNS = clock.processorNS()
    let request = try options.request.checked()
    let table = try WideSeriesReader.read(input, groups: try groups.map(GroupReader.read) ?? [:])
    let pool = PooledIndices.build(from: table.series, request: request)
    let rows = ForecastRows(quantileNames: options.quantileNames)
    try output(rows.header)
    if let cumulative { try cumulative(rows.cumulativeHeader) }
    if let reasons { try reasons(ForecastRows.reasonHeader) }
    var report = ForecastFileReport(series: table.series.count)
    var done = 0
    while done < table.series.count {
      let slice = table.series[done..<min(done + Self.sliceSeries, table.series.count)]
      let written = SliceResults(count: slice.count)
      let first = slice.startIndex
      let (wantsSums, wantsReasons) = (cumulative != nil, reasons != nil)
      parallel.forEach(slice.count) { index in
        let answer = Forecaster.forecast(table.series[first + index], request, pool: pool)
        written.keep(
          index,
          .init(
            rows: rows.rows(answer),
            sums: wantsSums ? rows.cumulativeRows(answer) : [],
            reasons: wantsReasons ? ForecastRows.reasonRow(answer) : [],
            series: answer.id,
            method: answer.method.rawValue,
            failure: Self.reason(table.unreadable[first + index], answer.failure)
          )
        )
      }
      for result in written.all {
        try output(result.rows)
        if let cumulative { try cumulative(result.sums) }
        if let reasons { try reasons(result.reasons) }
        report.count(result.series, result.method, result.failure)
      }
      done += slice.count
      progress(done, table.series.count)
    }
    report.wallS = Double(clock.wallNS() - begunNS) / 1e9
    report.processorS = Double(clock.processorNS() - begunProcessorNS) / 1e9
    return report
  }

  /// What is said of a series that could not be read whole, not be forecast, or neither.
  private static func reason(_ unreadable: String?, _ failure: String?) -> String? {
    guard let unreadable else { return failure }
    return failure.map { "\(unreadable); \($0)" } ?? unreadable
  }
}

/// What a run over a file did.
public struct ForecastFileReport: Sendable, JSONDocument {
  /// How many series.
  public var series: Int
  /// Those that could not be read whole, or were only answered with a stand-in, and why.
  public private(set) var failures: [(series: String, reason: String)] = []
  /// How often each method was used.
  public private(set) var methods: [String: Int] = [:]
  /// Wall time in seconds.
  public var wallS = 0.0
  /// Processor time in seconds.
  public var processorS = 0.0

  init(series: Int) {
    self.series = series
  }

  mutating func count(_ series: String, _ method: String, _ failure: String?) {
    methods[method, default: 0] += 1
    if let failure { failures.append((series, failure)) }
  }

  /// Writes the report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("series", series)
      out.array("failures") { list in
        for failure in failures {
          list.object { entry in
            entry.member("series", failure.series)
            entry.member("reason", failure.reason)
          }
        }
      }
      out.member("wall_s", wallS)
      out.member("cpu_s", processorS)
      out.object("methods") { members in
        for (method, count) in methods.sorted(by: { $0.key < $1.key }) {
          members.member(method, count)
        }
      }
    }
  }
}
