import Warehouse
import WireFormat

/// The plan of a receipt: what becomes of each line.
public struct ReceiptPlan: Sendable, JSONDocument {
  /// What became of a line.
  public enum LineStatus: String, Sendable {
    /// All of it goes to one place.
    case placed = "PLACED"
    /// It goes to several places.
    case split = "SPLIT"
    /// Some or all of it has no place.
    case refused = "REFUSED"
    /// Nothing of it lies on the dock any more.
    case done = "DONE"
  }

  /// One line of the plan.
  public struct Line: Sendable {
    /// The number of the line in the receipt.
    public var number: Int
    /// What became of it.
    public var status: LineStatus
    /// Its open tasks.
    public var tasks: [TaskView]
    /// What found no place.
    public var refusal: Refusal?
  }

  /// The receipt.
  public var receipt: Receipt
  /// The algorithm that was used.
  public var algorithm: PackingAlgorithm
  /// What it was to be good at.
  public var objective: PlanObjective
  /// The lines, in their order.
  public var lines: [Line]
  /// Which tasks are new.
  public var created: Set<RecommendationID>
  /// Completed rounds of improvement; the same number gives the same plan again.
  public var rounds: Int
  /// Mean score over all placed handling units.
  public var meanScore: Double
  /// The highest mean score that any plan reaches; nil where it was not worked out.
  public var scoreBound: Double?
  /// Distance of the mean score from the bound, as a share of it; 0 means proved optimal.
  public var gap: Double?
  /// How long the greedy plan took, in milliseconds.
  public var greedyMS: Double
  /// How long the whole plan took, in milliseconds.
  public var elapsedMS: Double

  init(
    receipt: Receipt,
    _ planned: [PutawayTask],
    _ decision: PutawayDecision,
    tasks: [TaskView],
    created: Set<RecommendationID>,
    algorithm: PackingAlgorithm,
    objective: PlanObjective
  ) {
    self.receipt = receipt
    self.algorithm = algorithm
    self.objective = objective
    self.created = created
    rounds = decision.rounds
    meanScore = decision.meanScore
    scoreBound = decision.scoreBound
    gap = decision.gap
    greedyMS = decision.greedyMS
    elapsedMS = decision.elapsedMS
    lines = receipt.lines.map { line in
      let own = tasks.filter { $0.recommendation.draft.receiptLine == line.id }
      let index = planned.firstIndex { $0.receiptLine == line.id }
      let left = decision.unplaced.first { $0.task == index }
      let refusal = left.flatMap { part in index.map { Refusal(part, planned[$0]) } }
      let status: LineStatus =
        if refusal != nil { .refused } else if own.count > 1 { .split } else {
          own.isEmpty ? .done : .placed
        }
      return Line(number: line.number, status: status, tasks: own, refusal: refusal)
    }
  }

  /// How many lines became that.
  public func count(_ status: LineStatus) -> Int {
    lines.reduce(0) { $0 + ($1.status == status ? 1 : 0) }
  }

  /// Writes the plan line by line, then its figures.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("receipt", receipt.publicID.text)
      body.member("number", receipt.number)
      body.member("algorithm", algorithm.rawValue)
      body.member("objective", objective.rawValue)
      body.array("lines") { list in
        for line in lines {
          list.object { row in
            row.member("line", line.number)
            row.member("status", line.status.rawValue)
            row.member("recommendations", documents: line.tasks)
            if let refusal = line.refusal {
              row.member("refused_handling_units", refusal.handlingUnits)
              refusal.writeReasons(&row)
            }
          }
        }
      }
      body.member("placed", count(.placed))
      body.member("split", count(.split))
      body.member("refused", count(.refused))
      body.member("rounds", rounds)
      body.member("mean_score", (meanScore * 1_000_000).rounded() / 1_000_000)
      body.member("score_bound", scoreBound.map { ($0 * 1_000_000).rounded() / 1_000_000 })
      body.member("gap", gap.map { ($0 * 1_000_000).rounded() / 1_000_000 })
      body.member("proved_optimal", gap.map { $0 < 1e-6 } ?? false)
      body.member("greedy_ms", (greedyMS * 1_000).rounded() / 1_000)
      body.member("elapsed_ms", (elapsedMS * 1_000).rounded() / 1_000)
    }
  }
}
