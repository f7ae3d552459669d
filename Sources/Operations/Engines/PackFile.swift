import Packing
import Synchronization
import Warehouse
import WireFormat

/// Runs the packing engine on an instance file: bytes in, plan out, no database.
public struct PackFile: Sendable {
  /// How the engine is run.
  public struct Options: Sendable {
    /// FFD, BFD or HYBRID.
    public var algorithm = PackingAlgorithm.hybrid
    /// Time for the whole, in milliseconds, counted from `startedNS`.
    public var budgetMS = 1_000
    /// Where the budget starts, on the wall clock: the start of the process.
    public var startedNS: UInt64
    /// The seed of whatever is random.
    public var seed: UInt64 = 1
    /// Rounds of improvement to complete; nil lets the budget decide.
    ///
    /// The same number replays a plan.
    public var rounds: Int?

    /// The defaults, with the budget counted from that moment.
    public init(startedNS: UInt64) {
      self.startedNS = startedNS
    }
  }

  private let options: Options
  private let parallel: Parallel
  private let clock: EngineClock

  /// Prepares a run; HYBRID searches on as many threads as `parallel` has.
  public init(_ options: Options, parallel: Parallel = .serial, clock: EngineClock) {
    self.options = options
    self.parallel = parallel
    self.clock = clock
  }

  /// Reads the instance, plans, and gives the plan as JSON with the plan itself.
  ///
  /// Part of the budget is kept back for writing the plan, so that the whole process ends in time.
  public func callAsFunction(_ bytes: [UInt8]) throws -> (json: [UInt8], plan: PackingPlan) {
    let file = try PackInstanceReader.read(bytes)
    let start = options.startedNS
    let budgetNS = UInt64(max(0, options.budgetMS)) * 1_000_000
    let reserveNS = min(budgetNS / 4, 12_000_000 + UInt64(file.units) * 2_000)
    let endNS = start + budgetNS - reserveNS
    let greedyNS = Atomic<UInt64>(0)
    // A proof in one search ends the others, but in a replay, where all have rounds to complete.
    let isProved = Atomic<Bool>(false)
    let begunNS = clock.wallNS()
    var plan = try Packer.plan(
      file.instance,
      algorithm: options.algorithm,
      seed: options.seed,
      rounds: options.rounds,
      lanes: parallel.width,
      run: { lanes, lane in
        let found = Mutex<[PackingLane]>([])
        parallel.forEach(lanes) { number in
          let ended = lane(number)
          if ended.isProvedOptimal { isProved.store(true, ordering: .relaxed) }
          found.withLock { $0.append(ended) }
        }
        return found.withLock { $0 }
      },
      mayContinue: {
        let now = clock.wallNS()
        if greedyNS.load(ordering: .relaxed) == 0 {
          _ = greedyNS.compareExchange(expected: 0, desired: now, ordering: .relaxed)
        }
        if options.rounds != nil { return true }
        return now < endNS && !isProved.load(ordering: .relaxed)
      }
    )
    let doneNS = clock.wallNS()
    let stoodNS = greedyNS.load(ordering: .relaxed)
    plan.greedyMS = Double((stoodNS == 0 ? doneNS : stoodNS) - begunNS) / 1_000_000
    plan.elapsedMS = Double(doneNS - begunNS) / 1_000_000
    return (PackPlanWriter.json(plan, file), plan)
  }
}

/// An instance as it stood in the file.
struct PackInstanceFile {
  var instance: PackingInstance
  var units: Int
  /// Members that nobody reads, named once each.
  var ignored: [String]
}

/// Writes a plan in the fixed format.
enum PackPlanWriter {
  static func json(_ plan: PackingPlan, _ file: PackInstanceFile) -> [UInt8] {
    let instance = file.instance
    var writer = JSONWriter(capacity: 256 + plan.placements.count * 120)
    writer.object { out in
      out.member("algorithm", plan.algorithm.rawValue)
      out.array("placements") { list in
        for placement in plan.placements {
          list.object { entry in
            entry.member("item", instance.items[placement.item].id)
            entry.member("unit", placement.unit)
            entry.member("location", instance.locations[placement.location].id)
            entry.member("copy", placement.copy)
            entry.member("position_mm", size: placement.position)
            entry.member("size_mm", size: placement.size)
          }
        }
      }
      out.array("unplaced") { list in
        for unit in plan.unplaced {
          list.object { entry in
            entry.member("item", instance.items[unit.item].id)
            entry.member("unit", unit.unit)
            entry.member("reason", unit.reason.rawValue)
          }
        }
      }
      out.member("locations_used", plan.locationsUsed)
      out.member("packed_volume_mm3", plan.packedVolumeMM3)
      out.member("opened_volume_mm3", plan.openedVolumeMM3)
      if let bound = plan.bound {
        out.object("bound") { entry in
          entry.member("kind", bound.kind)
          entry.member("value", bound.value)
        }
      } else {
        out.member("bound", String?.none)
      }
      out.member("gap", plan.gap)
      out.member("rounds", plan.rounds)
      // Beyond what a whole number in JSON holds for sure, as text.
      if let seed = Int64(exactly: plan.seed) {
        out.member("seed", seed)
      } else {
        out.member("seed", String(plan.seed))
      }
      out.member("greedy_ms", plan.greedyMS)
      out.member("elapsed_ms", plan.elapsedMS)
      if !plan.dataFaults.isEmpty {
        out.member("data_faults", plan.dataFaults.map { "\($0.place): \($0.rule)" })
      }
      if !file.ignored.isEmpty { out.member("ignored", file.ignored) }
    }
    return writer.bytes
  }
}
