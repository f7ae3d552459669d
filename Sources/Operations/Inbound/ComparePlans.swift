import Packing
import Warehouse
import WireFormat

/// What each algorithm would make of a receipt, side by side; nothing is reserved.
///
/// Every algorithm gets the same goods, the same free places and the same time. A station shows it
/// before somebody chooses one.
public struct ComparePlans: Sendable {
  /// What one algorithm would do.
  public struct Figures: Sendable, Equatable {
    /// The algorithm.
    public var algorithm: PackingAlgorithm
    /// Lines that find a place, or several.
    public var placedLines: Int
    /// Lines of which something finds none.
    public var refusedLines: Int
    /// How many different places it opens or fills.
    public var places: Int
    /// Mean score over all placed handling units, 0...1.
    public var meanScore: Double
    /// How far the score lies below the highest that any plan reaches; nil where nobody knows it.
    public var boundGap: Double?
    /// Completed rounds of improvement.
    public var rounds: Int
    /// How long it took, in milliseconds.
    public var elapsedMS: Double
  }

  private let plan: PlanReceipt

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    plan = PlanReceipt(environment)
  }

  /// Plans the receipt with every algorithm for one objective and keeps only the figures.
  ///
  /// Only goods without a task are compared: what is planned already holds its place.
  public func callAsFunction(
    _ receipt: PublicID,
    budgetMS: Int?,
    objective: PlanObjective = .balanced,
    scope: TenantScope
  ) throws -> PlanComparison {
    var figures: [Figures] = []
    var lines = 0
    for algorithm in PackingAlgorithm.allCases {
      let prepared = try plan.prepare(
        PlanReceipt.Request(
          receipt: receipt,
          algorithm: algorithm,
          budgetMS: budgetMS,
          objective: objective
        ),
        scope: scope
      )
      lines = prepared.tasks.count
      figures.append(Self.figures(of: prepared))
    }
    return PlanComparison(lines: lines, figures: figures)
  }

  private static func figures(of prepared: PlanReceipt.Prepared) -> Figures {
    let decision = prepared.decision
    let refused = Set(decision.unplaced.map(\.task))
    let places = Set(
      decision.placed.compactMap { $0.suggestion?.code ?? $0.crossDock?.code }
    )
    return Figures(
      algorithm: prepared.algorithm,
      placedLines: prepared.tasks.count - refused.count,
      refusedLines: refused.count,
      places: places.count,
      meanScore: decision.meanScore,
      boundGap: decision.gap,
      rounds: decision.rounds,
      elapsedMS: decision.elapsedMS
    )
  }
}

/// The algorithms beside each other.
public struct PlanComparison: Sendable, Equatable, JSONDocument {
  /// Lines that were planned.
  public var lines: Int
  /// One entry an algorithm.
  public var figures: [ComparePlans.Figures]

  /// Writes the table; `gap` is how far the score lies below the best one here, 0...1.
  public func write(to writer: inout JSONWriter) {
    let best = figures.map(\.meanScore).max() ?? 0
    writer.object { body in
      body.member("lines", lines)
      body.array("rows") { list in
        for row in figures {
          list.object {
            $0.member("algorithm", row.algorithm.rawValue)
            $0.member("placed_lines", row.placedLines)
            $0.member("refused_lines", row.refusedLines)
            $0.member("places", row.places)
            $0.member("mean_score", (row.meanScore * 1e6).rounded() / 1e6)
            $0.member("gap", best > 0 ? ((best - row.meanScore) / best * 1e6).rounded() / 1e6 : 0)
            $0.member("bound_gap", row.boundGap.map { ($0 * 1e6).rounded() / 1e6 })
            $0.member("rounds", row.rounds)
            $0.member("elapsed_ms", (row.elapsedMS * 1e3).rounded() / 1e3)
          }
        }
      }
    }
  }
}
