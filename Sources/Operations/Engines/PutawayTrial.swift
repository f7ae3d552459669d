import Packing
import Statistics
import Warehouse
import WireFormat

/// Times recommendations in a made-up warehouse: what the engine alone takes on this machine.
///
/// Nothing is left out: every hard constraint has places that break it, every part of the score has
/// something to say, contents are packed around, and each recommendation is followed by its
/// reservation, whose change the index takes over within the next one's time. No store and no
/// network takes part. The warehouse and the goods are a function of the seed.
public struct PutawayTrial {
  /// What is measured.
  public struct Options: Sendable {
    /// How many locations.
    public var locations = 10_000
    /// How many recommendations.
    public var recommendations = 1_000
    /// The seed of the warehouse and the goods.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}
  }

  /// What came of it.
  public struct Report: Sendable, JSONDocument {
    var options: Options
    var placed = 0
    var rejected: [PutawayConstraint: Int] = [:]
    /// Milliseconds of each recommendation, rising.
    var times: [Double] = []

    /// The time that this share of the recommendations kept within, in milliseconds.
    public func quantile(_ share: Double) -> Double {
      guard !times.isEmpty else { return 0 }
      return times[min(times.count - 1, Int(share * Double(times.count)))]
    }

    /// Writes the figures.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("locations", options.locations)
        body.member("recommendations", options.recommendations)
        body.member("placed", placed)
        for (name, share) in [("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99)] {
          body.member(name, (quantile(share) * 1_000).rounded() / 1_000)
        }
        body.object("rejected_mean") { counts in
          for (rule, count) in rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            counts.member(rule.rawValue, count / max(1, options.recommendations))
          }
        }
      }
    }
  }

  private let options: Options
  private let clock: EngineClock

  /// Prepares a trial.
  public init(_ options: Options, clock: EngineClock) {
    self.options = options
    self.clock = clock
  }

  /// Runs it.
  public func callAsFunction() throws -> Report {
    guard (1...Limits.packingLocations).contains(options.locations) else {
      throw Failure(.invalid, "--locations takes 1 to \(Limits.packingLocations).")
    }
    guard (1...100_000).contains(options.recommendations) else {
      throw Failure(.invalid, "--recommendations takes 1 to 100000.")
    }
    var random = SeededRandom(seed: options.seed)
    var hall = TrialHall(locations: options.locations, &random)
    var index = PutawayIndex(hall.states)
    index.setPickCosts(hall.states.map { ($0.location.draft.travelMM ?? 0) * 2 })
    let context = hall.context(&random)
    var report = Report(options: options)
    var change: [(index: Int, state: LocationState)] = []
    for number in 0..<options.recommendations {
      let goods = hall.goods(number, &random)
      let begun = clock.wallNS()
      index.update(change)
      let answer = index.recommend(goods, context: context) { hall.contents[$0] }
      report.times.append(Double(clock.wallNS() - begun) / 1_000_000)
      for (rule, count) in answer.rejected { report.rejected[rule, default: 0] += count }
      change = []
      guard let best = answer.best else { continue }
      report.placed += 1
      hall.reserve(goods, best)
      change = [(best.index, hall.states[best.index])]
    }
    report.times.sort()
    return report
  }
}
