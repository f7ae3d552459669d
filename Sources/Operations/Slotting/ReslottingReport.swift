import Packing
import Warehouse
import WireFormat

/// Moves that pay for themselves, with what they save and what they cost.
public struct ReslottingReport: Sendable, JSONDocument {
  /// One step.
  struct Move: Sendable {
    var change: Int
    var material: String
    var lot: Lot
    var from: String
    var to: String
    var quantityMilli: Int64
    var handlingUnits: Int
    /// What the whole change saves; nil at the steps that only make room for it.
    var savedMM: Double?
    var paybackDays: Double?
    var words: String
  }

  let at: Instant
  let currency: String
  let settings: SlottingSettings
  let layout: SiteLayout.Source
  let from: LocalDay
  let through: LocalDay
  let orders: Int
  let tourBeforeMM: Double
  let tourAfterMM: Double
  private(set) var savedMM = 0.0
  private(set) var workMM = 0.0
  private(set) var moves: [Move] = []
  let fixed: [(reason: String, places: Int)]
  let movable: Int
  let run: SlottingRun?
  let affinityWeight: Double?

  init(
    _ found: ReslottingStudy.Found,
    _ study: ReslottingStudy,
    _ states: LocationStates,
    _ settings: SlottingSettings,
    currency: String,
    at: Instant,
    run: SlottingRun?,
    affinityWeight: Double?
  ) {
    self.at = at
    self.currency = currency
    self.settings = settings
    layout = study.faces.site.source
    from = study.history.from
    through = study.history.through
    orders = study.history.orders.count
    fixed = MovablePlaces.Reason.allCases.compactMap { reason in
      study.movable.fixed[reason].map { (reason.rawValue, $0) }
    }
    movable = study.movable.units.count
    self.run = run
    self.affinityWeight = affinityWeight
    let horizon = Double(settings.horizonDays)
    let saved = found.plan.changes.reduce(0.0) { $0 + $1.savedADayMM * horizon }
    let work = found.plan.changes.reduce(0.0) { $0 + Double($1.workMM) }
    // Moves that the tours do not confirm are none.
    let isWorth = saved > work && found.tourAfterMM < found.tourBeforeMM
    tourBeforeMM = found.tourBeforeMM
    tourAfterMM = isWorth ? found.tourAfterMM : found.tourBeforeMM
    guard isWorth else { return }
    savedMM = saved
    workMM = work
    moves = Self.moves(found.plan, study, states, horizon)
  }

  private static func moves(
    _ plan: Reslotting.Plan,
    _ study: ReslottingStudy,
    _ states: LocationStates,
    _ horizon: Double
  ) -> [Move] {
    plan.steps.map { step in
      let unit = study.movable.units[step.material]
      let places = study.faces.site.places
      let steps = plan.steps.filter { $0.change == step.change }
      // Of an exchange the middle step brings the goods that are picked more to the front.
      let main = steps.count == 3 ? steps[1] : steps[0]
      let change = plan.changes[step.change]
      let isMain = step == main
      let mover = study.movable.units[main.material].task.material.code
      let saved = Int((change.savedADayMM * horizon / 1_000).rounded())
      return Move(
        change: step.change + 1,
        material: unit.task.material.code,
        lot: unit.task.lot,
        from: states[places[step.from]].location.code,
        to: states[places[step.to]].location.code,
        quantityMilli: unit.task.quantityMilli,
        handlingUnits: unit.task.handlingUnits,
        savedMM: isMain ? change.savedADayMM * horizon : nil,
        paybackDays: isMain ? change.paybackDays : nil,
        words: isMain
          ? "picked \(((unit.picksADay * 70).rounded() / 10)) times a week: saves \(saved) m in"
            + " \(Int(horizon)) days"
          : "makes room for \(mover)"
      )
    }
  }

  /// Writes figures, moves, and what the orders say of pairs.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("at", ms: at.ms)
      body.member("from", day: from)
      body.member("to", day: through)
      body.member("orders", orders)
      body.member("routing", settings.routing.rawValue)
      body.member("layout", layout.rawValue)
      body.member("horizon_days", settings.horizonDays)
      body.member("currency", currency)
      body.member("tour_before_m", metres(tourBeforeMM))
      body.member("tour_after_m", metres(tourAfterMM))
      body.member("saved_m", metres(savedMM))
      body.member("work_m", metres(workMM))
      body.member("net_m", metres(savedMM - workMM))
      body.member("saved_cost", money(savedMM))
      body.member("work_cost", money(workMM))
      body.member("net_cost", money(savedMM - workMM))
      body.array("moves") { list in
        for (number, move) in moves.enumerated() { write(move, number + 1, to: &list) }
      }
      body.member("movable", movable)
      body.object("left_alone") { counts in
        for (reason, places) in fixed { counts.member(reason, places) }
      }
      if let run { body.object("affinity") { write(run, to: &$0) } }
    }
  }

  private func write(_ move: Move, _ step: Int, to writer: inout JSONWriter) {
    writer.object { row in
      row.member("step", step)
      row.member("change", move.change)
      row.member("material", move.material)
      row.member("lot", move.lot.publicID.text)
      row.member("lot_number", move.lot.draft.number)
      row.member("from", move.from)
      row.member("to", move.to)
      row.member("quantity", milli: move.quantityMilli)
      row.member("handling_units", move.handlingUnits)
      row.member("saved_m", move.savedMM.map(metres))
      row.member("payback_days", move.paybackDays.map { ($0 * 10).rounded() / 10 })
      row.member("words", move.words)
    }
  }

  private func write(_ run: SlottingRun, to body: inout JSONWriter) {
    body.member("at", ms: run.at.ms)
    body.member("orders", run.orders)
    body.member("pairs", run.pairs)
    body.member("held_out_orders", run.trial?.heldOutOrders)
    body.member("random_tour_m", run.trial.map { metres($0.randomMM) })
    body.member("class_tour_m", run.trial.map { metres($0.classMM) })
    body.member("affinity_tour_m", run.trial.map { metres($0.affinityMM) })
    body.member("gain_m", run.trial.map { metres($0.gainMM) })
    body.member("weight", affinityWeight.map { ($0 * 10_000).rounded() / 10_000 })
  }

  private func metres(_ length: Double) -> Double { (length / 100).rounded() / 10 }

  private func money(_ length: Double) -> Double {
    (settings.cost(ofMM: length) * 100).rounded() / 100
  }
}
