import Packing
import Warehouse

/// Which lots should change their places, in an order that can be carried out.
///
/// The ways are those of the site's own orders over its own layout, walked as the site walks: each
/// saving is against where the goods lie now, on the same orders and routing, less the work of the
/// move. Every hard constraint holds at every target, at the moment of the step. Nothing is booked:
/// it is advice, and the moves are entered like any other.
public struct ReslotPlaces: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Works out the moves of one shift.
  public func callAsFunction(
    scope: TenantScope,
    mayContinue: () -> Bool = { true }
  ) throws -> ReslottingReport {
    let settings = environment.settings.slotting
    let states = environment.store.locations.snapshot().states
    guard states.count <= Limits.reslottingPlaces else {
      throw Failure(
        .tooLarge,
        "The site has \(states.count) places; the limit of re-slotting is"
          + " \(Limits.reslottingPlaces).",
        hint: "Plan the moves by hand."
      )
    }
    let history = try OrderHistory(
      environment,
      scope: scope,
      days: settings.historyDays,
      mayContinue: mayContinue
    )
    let faces = PickFaces(states, steps: settings.steps)
    var (movable, run, facility) = try environment.store.read(scope) { transaction in
      (
        try MovablePlaces(states, in: transaction),
        try environment.picking.run(in: transaction), try transaction.facility()
      )
    }
    movable.expectPicks(history, faces, states, horizonDays: settings.horizonDays)
    guard mayContinue() else {
      throw Failure(
        .timedOut,
        "Re-slotting was stopped before its end.",
        hint: "Ask for it again."
      )
    }
    var study = try ReslottingStudy(
      environment,
      movable,
      faces,
      history,
      settings,
      scope: scope
    )
    var found = study.plan(share: 1)
    // Ways of tours do not quite add up: where the tours say less than the single picks, the moves
    // must pay by what the tours say.
    if found.realised < 1 { found = study.plan(share: found.realised) }
    return ReslottingReport(
      found,
      study,
      states,
      settings,
      currency: facility.currency,
      at: environment.now(),
      run: run,
      affinityWeight: run?.trial?.weight(environment.settings.putaway)
    )
  }
}

/// Tries plans of moves on a copy of the index.
struct ReslottingStudy {
  /// A plan that can be carried out, and what the tours say of it.
  struct Found {
    var plan: Reslotting.Plan
    /// Mean tours now and afterwards, in millimetres.
    var tourBeforeMM = 0.0
    var tourAfterMM = 0.0
    /// Which share of what the single picks promise the tours confirm, 0...1.
    var realised = 1.0
  }

  let movable: MovablePlaces
  let faces: PickFaces
  let history: OrderHistory
  let settings: SlottingSettings
  /// What a pick from each cell costs, in millimetres.
  let pickMM: [Int64]
  private let index: PutawayIndex
  private let questions: [PutawayIndex.Question]
  private var known: [Int: Bool] = [:]
  /// How often a plan is made anew where a step would break a rule by then.
  private static let attempts = 8

  init(
    _ environment: OperationsEnvironment,
    _ movable: MovablePlaces,
    _ faces: PickFaces,
    _ history: OrderHistory,
    _ settings: SlottingSettings,
    scope: TenantScope
  ) throws {
    self.movable = movable
    self.faces = faces
    self.history = history
    self.settings = settings
    pickMM = faces.site.layout.pickMM(settings.routing, tours: faces.tours(history))
    let tasks = movable.units.map(\.task)
    var (index, context) = try PutawayEngine(environment: environment, scope: scope)
      .surroundings(of: tasks, isScored: false)
    context.openTasks = [:]
    questions = tasks.map { index.question($0.goods(environment.settings), context: context) }
    self.index = index
  }

  /// Makes a plan whose every step holds all rules; picks count with a share of what they promise.
  mutating func plan(share: Double) -> Found {
    var plan = raw(share)
    for attempt in 1...Self.attempts {
      guard let broken = firstBroken(plan) else { break }
      // That step is not tried again; at last the plan ends before it.
      let step = plan.steps[broken]
      known[key(step.material, step.to)] = false
      if attempt < Self.attempts {
        plan = raw(share)
      } else {
        cut(&plan, before: step.change)
      }
    }
    return judged(plan)
  }

  private func key(_ unit: Int, _ cell: Int) -> Int { unit * pickMM.count + cell }

  private mutating func raw(_ share: Double) -> Reslotting.Plan {
    let places = faces.site.places
    let units = movable.units
    let reslotting = Reslotting(
      pickMM: pickMM,
      picksADay: units.map { $0.picksADay * share },
      units: units.map { max(1, $0.task.handlingUnits) },
      terms: settings.terms
    )
    var known = self.known
    let plan = reslotting.plan(units.map { faces.cellOfPlace[$0.place] }) { unit, cell in
      let mark = key(unit, cell)
      if let answer = known[mark] { return answer }
      let place = places[cell]
      let isTaken = movable.unitAt[place] >= 0
      let may =
        (isTaken || movable.isFree[place])
        && index.obstacle(questions[unit], at: place, isEmptied: isTaken) == nil
      known[mark] = may
      return may
    }
    self.known = known
    return plan
  }

  /// The first step that would break a rule when its turn comes.
  private func firstBroken(_ plan: Reslotting.Plan) -> Int? {
    var now = index
    for (number, step) in plan.steps.enumerated() {
      let (from, to) = (faces.site.places[step.from], faces.site.places[step.to])
      if now.obstacle(questions[step.material], at: to, isEmptied: false) != nil { return number }
      now.carry(from: from, to: to)
    }
    return nil
  }

  /// Drops a change and all that come after it.
  private func cut(_ plan: inout Reslotting.Plan, before change: Int) {
    for step in plan.steps.reversed() where step.change >= change {
      plan.cellOf[step.material] = step.from
    }
    plan.steps.removeAll { $0.change >= change }
    plan.changes.removeSubrange(change...)
  }

  /// Walks the tours before and after the plan.
  private func judged(_ plan: Reslotting.Plan) -> Found {
    let layout = faces.site.layout
    let before = faces.cells(of: history.materials)
    var after = before
    var promised = 0.0
    for (number, unit) in movable.units.enumerated() where unit.linesADay > 0 {
      let (from, to) = (faces.cellOfPlace[unit.place], plan.cellOf[number])
      guard from != to, let material = history.numbers[unit.task.material.id] else { continue }
      after[material] = to
      promised += unit.linesADay * Double(pickMM[from] - pickMM[to])
    }
    func tours(_ cells: [Int]) -> [[Int]] {
      history.orders.map { order in order.map { cells[$0] }.filter { $0 >= 0 } }
        .filter { !$0.isEmpty }
    }
    let old = layout.meanTourMM(tours(before), settings.routing)
    let new = layout.meanTourMM(tours(after), settings.routing)
    var found = Found(plan: plan, tourBeforeMM: old.mean, tourAfterMM: new.mean)
    let saved = (old.mean - new.mean) * Double(old.count) / Double(history.days)
    if promised > 0 { found.realised = max(0, min(1, saved / promised)) }
    return found
  }
}
