import Forecasting
import Foundation
import Operations
import Packing
import Warehouse
import WireFormat

/// Runs the engines on files, with no database: for analysts, benchmarks and tests.
public enum EngineRun {
  /// What `engine pack` was asked for.
  public struct PackOptions: Sendable {
    /// The instance file.
    public var input = ""
    /// The plan file.
    public var output = ""
    /// FFD, BFD or HYBRID.
    public var algorithm = "HYBRID"
    /// The time for the whole, in milliseconds.
    public var budgetMS = 1_000
    /// The seed.
    public var seed: UInt64 = 1
    /// Rounds to complete, where a plan is replayed.
    public var rounds: Int?
    /// How many threads search.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// Packs an instance file; gives what it came to, for `--json`.
  public static func pack(_ asked: PackOptions) throws -> JSONValue {
    guard let algorithm = PackingAlgorithm(rawValue: asked.algorithm) else {
      throw Failure(.invalid, "--algorithm takes FFD, BFD or HYBRID, not '\(asked.algorithm)'.")
    }
    var options = PackFile.Options(startedNS: ProcessClock.startNS)
    options.algorithm = algorithm
    options.budgetMS = asked.budgetMS
    options.seed = asked.seed
    options.rounds = asked.rounds
    let bytes = try FileBytes.read(asked.input)
    let parallel = WorkerThreads.parallel(width: asked.threads)
    let result = try PackFile(options, parallel: parallel, clock: ProcessClock.engine)(bytes)
    try FileBytes.write(result.json, to: asked.output)
    return [
      "algorithm": .string(asked.algorithm),
      "placed": .integer(Int64(result.plan.placements.count)),
      "unplaced": .integer(Int64(result.plan.unplaced.count)),
      "locations_used": .integer(Int64(result.plan.locationsUsed)),
      "rounds": .integer(Int64(result.plan.rounds)),
      "seed": .string(String(result.plan.seed)),
      "gap": result.plan.gap.map { .double($0) } ?? .null,
      "elapsed_ms": result.plan.elapsedMS.map { .double($0) } ?? .null,
    ]
  }

  /// Times recommendations in a made-up warehouse; gives the figures.
  public static func putaway(
    _ locations: Int,
    _ recommendations: Int,
    seed: UInt64
  ) throws -> JSONValue {
    var options = PutawayTrial.Options()
    options.locations = locations
    options.recommendations = recommendations
    options.seed = seed
    let report = try PutawayTrial(options, clock: ProcessClock.engine)()
    return try JSONReader.parseOwn(report.json)
  }

  /// What `engine forecast` was asked for.
  public struct ForecastOptions: Sendable {
    /// The file of series.
    public var input = ""
    /// The file of groups.
    public var groups: String?
    /// The file of forecasts.
    public var output = ""
    /// The file of sums.
    public var cumulativeOutput: String?
    /// The file of reasons.
    public var reasonsOutput: String?
    /// Periods ahead.
    public var horizon = 28
    /// Periods in a season.
    public var season = 7
    /// The method.
    public var method = "AUTO"
    /// The seasonal treatment: `none` or `m4`.
    public var adjust = "none"
    /// Quantile levels as they were typed.
    public var quantiles: [String] = []
    /// Over how many first steps to sum.
    public var cumulative: [Int] = []
    /// The seed.
    public var seed: UInt64 = 1
    /// How many threads.
    public var threads = 1

    /// The defaults.
    public init() {}
  }

  /// Forecasts a file of series; gives the report.
  ///
  /// The outputs are written beside their names and renamed when they are whole, so that a fault in
  /// the middle leaves no half file.
  public static func forecast(
    _ asked: ForecastOptions,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> JSONValue {
    let request = try request(asked)
    let engine = ForecastFile(
      .init(request: request, quantileNames: asked.quantiles),
      parallel: WorkerThreads.parallel(width: asked.threads),
      clock: ProcessClock.engine
    )
    let output = try PartialFile(asked.output)
    let sums = try asked.cumulativeOutput.map { try PartialFile($0) }
    let reasons = try asked.reasonsOutput.map { try PartialFile($0) }
    do {
      let report = try engine(
        input: try FileBytes.source(asked.input),
        groups: try asked.groups.map { try FileBytes.source($0) },
        output: { try output.append($0) },
        cumulative: sums.map { file in { try file.append($0) } },
        reasons: reasons.map { file in { try file.append($0) } },
        progress: progress
      )
      try output.finish()
      try sums?.finish()
      try reasons?.finish()
      return try JSONReader.parseOwn(report.json)
    } catch {
      output.discard()
      sums?.discard()
      reasons?.discard()
      throw error
    }
  }

  /// Works out the policies of a file; gives the report.
  public static func policies(input: String, output: String) throws -> JSONValue {
    let file = try PartialFile(output)
    do {
      let report = try PolicyFile(clock: ProcessClock.engine)(
        input: try FileBytes.source(input),
        output: { try file.append($0) }
      )
      try file.finish()
      return try JSONReader.parseOwn(report.json)
    } catch {
      file.discard()
      throw error
    }
  }

  private static func request(_ asked: ForecastOptions) throws -> ForecastRequest {
    guard let method = ForecastMethod(rawValue: asked.method) else {
      let names = ForecastMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.invalid, "--method takes \(names), not '\(asked.method)'.")
    }
    guard let adjust = SeasonalAdjustment(rawValue: asked.adjust) else {
      throw Failure(.invalid, "--adjust takes none or m4, not '\(asked.adjust)'.")
    }
    let levels = try asked.quantiles.map { text in
      guard let level = Double(text) else {
        throw Failure(.invalid, "--quantiles takes numbers between 0 and 1, not '\(text)'.")
      }
      return level
    }
    return ForecastRequest(
      horizon: asked.horizon,
      season: asked.season,
      method: method,
      adjust: adjust,
      quantiles: levels,
      cumulative: asked.cumulative,
      seed: asked.seed
    )
  }
}
