import Replenishment
import Warehouse
import WireFormat

/// Works out stock policies from a file: a document a line in, a document a line out, no database.
///
/// For analysts and tests, who want to see what comes of a forecast and some terms, and for the
/// benchmark: only the working out is timed, not the reading and writing.
public struct PolicyFile: Sendable {
  private let clock: EngineClock

  /// Prepares a run.
  public init(clock: EngineClock) { self.clock = clock }

  /// What a run did.
  public struct Report: Sendable, JSONDocument {
    /// Policies worked out.
    public var policies = 0
    /// Processor time of working them out, in milliseconds.
    public var policiesMS = 0.0

    /// Writes the report as JSON.
    public func write(to writer: inout JSONWriter) {
      writer.object { out in
        out.member("policies", policies)
        out.member("policies_ms", policiesMS)
      }
    }
  }

  /// Reads every line before any policy is worked out; a line with a fault ends the run.
  public func callAsFunction(
    input: @escaping ByteSource,
    output: ([UInt8]) throws -> Void
  ) throws -> Report {
    var lines = NDJSONReader(input, maximumLineBytes: 16 * 1_024 * 1_024)
    var questions: [PolicyQuestion] = []
    do {
      while let document = try lines.next() {
        questions.append(try PolicyQuestion(document))
        guard questions.count <= Limits.fileSeries else {
          throw Failure(.tooLarge, "The file has more than \(Limits.fileSeries) lines.")
        }
      }
    } catch let error as WireFormatError {
      throw Failure(.malformed, "Line \(lines.line) is not usable JSON: \(error.message)")
    } catch let failure as Failure {
      throw Failure(
        failure.code,
        "Line \(lines.line): \(failure.message)",
        hint: failure.hint,
        faults: failure.faults
      )
    }
    var answers: [ReplenishmentAdvice] = []
    answers.reserveCapacity(questions.count)
    let begunNS = clock.processorNS()
    for question in questions { answers.append(try question.advice()) }
    let report = Report(
      policies: answers.count,
      policiesMS: Double(clock.processorNS() - begunNS) / 1e6
    )
    for (question, answer) in zip(questions, answers) {
      var writer = JSONWriter(capacity: 1_024)
      writer.object { out in
        out.member("material", question.material)
        out.member("service_level", answer.serviceLevel)
        out.member("lead_time_days", question.policy.leadTimeDays)
        answer.writeMembers(to: &out)
      }
      try output(writer.bytes + [0x0A])
    }
    return report
  }
}

/// One line of the file: what is expected of demand, the terms, and what is there.
struct PolicyQuestion {
  let material: String
  let today: LocalDay
  let outlook: DemandOutlook
  let policy: StockPolicy
  let supply: SupplyPosition

  init(_ document: JSONValue) throws {
    let reader = try DocumentReader(document)
    material = reader.text("material", isRequired: true) ?? ""
    today = reader.day("today") ?? LocalDay(rawValue: 20_000)
    outlook = Self.outlook(reader, today)
    policy = Self.policy(reader)
    supply = SupplyPosition(
      onHandMilli: reader.quantity("on_hand") ?? 0,
      onOrder: Self.flows("on_order", reader),
      openOrders: Self.flows("open_orders", reader)
    )
    try reader.finish()
    try policy.check()
  }

  func advice() throws -> ReplenishmentAdvice {
    try Replenisher.advice(today: today, outlook: outlook, policy: policy, supply: supply)
  }

  private static func outlook(_ reader: DocumentReader, _ today: LocalDay) -> DemandOutlook {
    let value = reader.value("daily_mean", isRequired: true)
    let mean =
      value?.array != nil
      ? numbers("daily_mean", value, reader)
      : [Double](repeating: value?.double ?? 0, count: Limits.horizonDays)
    let levels = numbers("levels", reader.value("levels"), reader)
    let sums = (reader.value("sums")?.array ?? []).map { sum in
      MaterialForecast.Cumulative(
        steps: Int(sum["days"]?.integer ?? 0),
        mean: sum["mean"]?.double ?? 0,
        quantiles: (sum["quantiles"]?.array ?? []).compactMap(\.double)
      )
    }
    let isRising = zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
    if !isRising || !levels.allSatisfy({ $0 > 0 && $0 < 1 }) {
      reader.fault("levels", "must rise, each above 0 and below 1")
    }
    for sum in sums where sum.quantiles.count != levels.count || sum.steps < 1 {
      reader.fault("sums", "each needs days, and a quantile for each of the levels")
    }
    return DemandOutlook(
      firstDay: today,
      dailyMean: mean,
      levels: levels,
      sums: sums,
      dailyDeviation: number("daily_deviation", reader) ?? 0
    )
  }

  private static func policy(_ reader: DocumentReader) -> StockPolicy {
    let level = number("service_level", reader) ?? 0.95
    let isFillRate = reader.flag("fill_rate") ?? false
    return StockPolicy(
      leadTimeDays: number("lead_time_days", reader) ?? 14,
      leadTimeDeviationDays: number("lead_time_deviation_days", reader) ?? 0,
      reviewDays: number("review_days", reader) ?? 1,
      service: isFillRate ? .fillRate(level) : .cycle(level),
      minimumOrderMilli: reader.quantity("minimum_order") ?? 0,
      multipleMilli: reader.quantity("multiple", isPositive: true) ?? 1,
      unitCostMinor: reader.whole("unit_cost_minor", 0...Limits.quantityMilli) ?? 0,
      orderingCostMinor: reader.whole("ordering_cost_minor", 0...Limits.quantityMilli) ?? 0,
      holdingCostPct: number("holding_cost_pct", reader) ?? 20,
      shelfLifeDays: reader.whole("shelf_life_days", 1...36_500).map(Int.init),
      maximumCoverDays: reader.whole("maximum_cover_days", 1...36_500).map(Int.init),
      usualCoverDays: number("usual_cover_days", reader) ?? 30
    )
  }

  private static func flows(
    _ key: String,
    _ reader: DocumentReader
  ) -> [(day: LocalDay, quantityMilli: Int64)] {
    guard let list = reader.value(key)?.array, !list.isEmpty else { return [] }
    return reader.objects(key, isRequired: true, limit: Limits.pageRows).compactMap { entry in
      let day = entry.day("day")
      let quantity = entry.quantity("quantity", isRequired: true)
      entry.refuseUnknown()
      guard let day, let quantity else { return nil }
      return (day, quantity)
    }
  }

  private static func number(_ key: String, _ reader: DocumentReader) -> Double? {
    guard let value = reader.value(key) else { return nil }
    if value.double == nil { reader.fault(key, "must be a number, is \(value.kindName)") }
    return value.double
  }

  private static func numbers(
    _ key: String,
    _ value: JSONValue?,
    _ reader: DocumentReader
  ) -> [Double] {
    guard let elements = value?.array else { return [] }
    let found = elements.compactMap(\.double)
    if found.count != elements.count { reader.fault(key, "must be a list of numbers") }
    return found
  }
}
