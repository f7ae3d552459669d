import Appliance
import ArgumentParser
import WireFormat

/// `stowage engine`: the engines on files, with no database.
struct EngineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine",
    abstract: "Run the engines on files, with no database.",
    subcommands: [Forecast.self, Pack.self, Policies.self, Putaway.self]
  )

  /// `stowage engine forecast`.
  struct Forecast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forecast every series of a wide CSV file.",
      discussion: """
        WIDE.csv: id, then one column for each period, oldest first. A header of ISO dates makes
        the calendar known and daily: absent dates are missing days. Blank cells before the first
        value: not yet started; after the last: the series ends there; between: missing.
        """
    )

    @Option(help: "The series.") var input: String
    @Option(help: "Periods ahead.") var horizon: Int
    @Option(help: "Periods in a season; 1 means none.") var season: Int
    @Option(help: "AUTO or one of the methods by name.") var method = "AUTO"
    @Option(help: "none, or m4: the M4 competition's season test and decomposition.")
    var adjust = "none"
    @Option(help: "A file id,group: whose indices are pooled.") var groups: String?
    @Option(help: "Quantile levels, separated by commas.") var quantiles: String?
    @Option(help: "The forecasts.") var output: String
    @Option(help: "Over how many first steps to sum, separated by commas.")
    var cumulative: String?
    @Option(help: "The sums.") var cumulativeOutput: String?
    @Option(help: "Why each series was forecast as it was: pick, runner-up, shares, reason.")
    var reasonsOutput: String?
    @Option(help: "The seed of what is random.") var seed: UInt64 = 1
    @Option(help: "Threads; the answer does not depend on them.") var threads = 1
    @Flag(help: "Print a report as JSON.") var json = false

    func validate() throws {
      guard (1...256).contains(threads) else {
        throw ValidationError("--threads takes 1 to 256, not \(threads).")
      }
      if (cumulative == nil) != (cumulativeOutput == nil) {
        throw ValidationError("--cumulative and --cumulative-output go together.")
      }
      for step in cumulative?.split(separator: ",") ?? [] where Int(step) == nil {
        throw ValidationError("--cumulative takes whole numbers, not '\(step)'.")
      }
    }

    func run() async throws {
      var options = EngineRun.ForecastOptions()
      options.input = input
      options.groups = groups
      options.output = output
      options.cumulativeOutput = cumulativeOutput
      options.reasonsOutput = reasonsOutput
      options.horizon = horizon
      options.season = season
      options.method = method
      options.adjust = adjust
      options.quantiles = quantiles?.split(separator: ",").map(String.init) ?? []
      options.cumulative = cumulative?.split(separator: ",").compactMap { Int($0) } ?? []
      options.seed = seed
      options.threads = threads
      do {
        let report = try EngineRun.forecast(options) { done, total in
          if !json { Terminal.progress("series", done, of: total) }
        }
        if json {
          Terminal.say(report.text)
        } else {
          let failures = report["failures"]?.array ?? []
          Terminal.say("\(report.shown("series")) series, \(failures.count) with a remark")
          for failure in failures.prefix(20) {
            Terminal.note("  \(failure.shown("series")): \(failure.shown("reason"))")
          }
        }
      } catch {
        throw Terminal.failed(error, json: json)
      }
    }
  }

  /// `stowage engine policies`.
  struct Policies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Work out the stock policies of a file of expectations and terms.",
      discussion: """
        A JSON object a line: material, daily_mean (a number, or one for each day), daily_deviation
        or levels with sums (days, mean, quantiles), lead_time_days, lead_time_deviation_days,
        review_days, service_level, fill_rate, minimum_order, multiple, unit_cost_minor,
        ordering_cost_minor, holding_cost_pct, shelf_life_days, maximum_cover_days, today, on_hand,
        on_order and open_orders (day, quantity).
        """
    )

    @Option(help: "The expectations and terms.") var input: String
    @Option(help: "The policies, an object a line.") var output: String
    @Flag(help: "Print a report as JSON.") var json = false

    func run() async throws {
      do {
        let report = try EngineRun.policies(input: input, output: output)
        if json {
          Terminal.say(report.text)
        } else {
          Terminal.say("\(report.shown("policies")) in \(report.shown("policies_ms")) ms")
        }
      } catch {
        throw Terminal.failed(error, json: json)
      }
    }
  }

  /// `stowage engine pack`.
  struct Pack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Pack the goods of an instance file into its locations."
    )

    @Option(help: "The instance.") var input: String
    @Option(help: "FFD, BFD or HYBRID.") var algorithm = "HYBRID"
    @Option(help: "Time for the whole, in milliseconds.") var budgetMs = 1_000
    @Option(help: "The seed of what is random.") var seed: UInt64 = 1
    @Option(help: "How many searches HYBRID runs side by side; the best plan counts.")
    var threads = 1
    @Option(help: "Complete so many rounds of improvement: with its seed, replays a plan.")
    var rounds: Int?
    @Option(help: "The plan.") var output: String
    @Flag(help: "Print a report as JSON.") var json = false

    func validate() throws {
      guard budgetMs >= 0, budgetMs <= 86_400_000 else {
        throw ValidationError("--budget-ms takes 0 to 86400000, not \(budgetMs).")
      }
      guard (1...64).contains(threads) else {
        throw ValidationError("--threads takes 1 to 64, not \(threads).")
      }
      if let rounds, rounds < 0 { throw ValidationError("--rounds must not be negative.") }
    }

    func run() async throws {
      var options = EngineRun.PackOptions()
      options.input = input
      options.output = output
      options.algorithm = algorithm
      options.budgetMS = budgetMs
      options.seed = seed
      options.rounds = rounds
      options.threads = threads
      do {
        let report = try EngineRun.pack(options)
        if json {
          Terminal.say(report.text)
        } else {
          Terminal.say(
            "\(report.shown("placed")) placed, \(report.shown("unplaced")) not, in "
              + "\(report.shown("locations_used")) locations; gap \(report.shown("gap"))"
          )
        }
      } catch {
        throw Terminal.failed(error, json: json)
      }
    }
  }
}
