import Packing
import Warehouse
import WireFormat

/// Accepts moves of re-slotting as tasks, in their order; all that are named, or none.
///
/// Each is judged again as the warehouse is now, by the rules that the proposal was made by: one
/// whole lot lies where it is said to lie, its new place is free when its turn comes, and every
/// hard constraint holds there at that moment. One plan runs at a time.
public struct AcceptMoves: DurableUseCase {
  /// One move, as the proposal names it.
  public struct Move: Sendable, Equatable {
    /// The name of the lot.
    public var lot: PublicID
    /// The code of the place it leaves.
    public var from: String
    /// The code of the place it goes to.
    public var to: String

    /// Makes a move.
    public init(lot: PublicID, from: String, to: String) {
      self.lot = lot
      self.from = from
      self.to = to
    }
  }

  /// What is asked for.
  public struct Request: Sendable {
    var moves: [Move]
    var note: String?

    /// Makes a request.
    public init(_ moves: [Move], note: String? = nil) {
      self.moves = moves
      self.note = note
    }

    /// Reads the JSON body.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      note = body.text("note", limit: Limits.noteLength)
      let list = body.objects("moves", isRequired: true, limit: Limits.reslottingSteps)
      moves = list.compactMap { move in
        if move.object["lot"] == nil { move.fault("lot", "is required") }
        let lot = move.publicID("lot")
        let from = move.text("from", isRequired: true, limit: Limits.codeLength) ?? ""
        let to = move.text("to", isRequired: true, limit: Limits.codeLength) ?? ""
        move.refuseUnknown()
        return lot.map { Move(lot: $0, from: from, to: to) }
      }
      try body.finish()
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Carries the moves out on a copy of the warehouse.
  public func prepare(_ request: Request, scope: TenantScope) throws -> [ReslottingStep] {
    let snapshot = environment.store.locations.snapshot()
    guard snapshot.states.count <= Limits.reslottingPlaces else {
      throw Failure(.tooLarge, "The site has too many places for re-slotting.")
    }
    let movable = try environment.store.read(scope) {
      try MovablePlaces(snapshot.states, in: $0)
    }
    var rehearsal = MoveRehearsal(movable, snapshot.states)
    var faults: [Failure.Fault] = []
    for (index, move) in request.moves.enumerated() {
      guard let rule = rehearsal.resolve(move) else { continue }
      faults.append(
        .init(place: "/moves/\(index)", value: "\(move.from) - \(move.to)", rule: rule)
      )
    }
    guard faults.isEmpty else { throw Self.refused(faults) }
    let (index, context) = try PutawayEngine(environment: environment, scope: scope)
      .surroundings(of: rehearsal.tasks, isScored: false)
    if let (number, rule) = rehearsal.run(index, context, environment.settings) {
      let move = request.moves[number]
      throw Self.refused([
        .init(
          place: "/moves/\(number)",
          value: "\(move.from) - \(move.to)",
          rule: "breaks a rule of the place by now: \(rule.rawValue)"
        )
      ])
    }
    return rehearsal.steps
  }

  private static func refused(_ faults: [Failure.Fault]) -> Failure {
    Failure(
      .conflict,
      faults.count == 1
        ? "A move cannot be carried out any more."
        : "\(faults.count) moves cannot be carried out any more.",
      hint: "Nothing was changed. Ask for the moves again, and accept what is proposed now.",
      faults: Array(faults.prefix(Limits.importFaults))
    )
  }

  /// Keeps the plan, and makes the tasks of the steps that need not wait.
  public func apply(
    _ steps: [ReslottingStep],
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> ReslottingPlanView {
    let now = environment.now()
    for running in try transaction.runningReslottingPlans() {
      let there = try transaction.reslottingSteps(of: running.id)
      let isBusy = there.count < running.steps || there.turns.contains(.open)
      guard isBusy else {
        try transaction.endReslottingPlan(running.id, at: now)
        continue
      }
      throw Failure(
        .conflict,
        "The moves that \(running.acceptedBy) accepted are still being carried out.",
        hint: "Wait until they are done, or cancel them.",
        context: ["plan": running.publicID.text]
      )
    }
    let plan = try transaction.insertReslottingPlan(
      publicID: environment.newID(),
      note: request.note,
      steps: steps,
      at: now
    )
    let tasks = MoveTasks(environment, plan)
    try tasks.announce("reslotting.accepted", in: transaction)
    _ = try tasks.openDue(in: transaction)
    let detail: JSONValue = [
      "moves": .integer(Int64(steps.count)), "note": request.note.map { .string($0) } ?? .null,
    ]
    try transaction.audit(
      "reslotting.accepted",
      subject: plan.publicID.text,
      detailJSON: detail.text,
      at: now
    )
    return try ReslottingPlans(environment).view(of: plan.publicID, in: transaction)
  }
}

/// Carries moves out on a copy of the warehouse, one after the other.
struct MoveRehearsal {
  private let movable: MovablePlaces
  private let states: LocationStates
  /// The place of each code, in the index.
  private let places: [String: Int]
  /// The unit in each place now; -1 where there is none.
  private var unitAt: [Int]
  /// Places that something has left.
  private var emptied: Set<Int> = []
  private var moved: [(unit: Int, from: Int, to: Int)] = []
  private(set) var steps: [ReslottingStep] = []

  init(_ movable: MovablePlaces, _ states: LocationStates) {
    self.movable = movable
    self.states = states
    unitAt = movable.unitAt
    places = Dictionary(states.indices.map { (states.code(at: $0), $0) }) { first, _ in first }
  }

  /// The goods of all moves.
  var tasks: [PutawayTask] { moved.map { movable.units[$0.unit].task } }

  /// Takes a move up behind those before it; what is wrong with it, where something is.
  mutating func resolve(_ move: AcceptMoves.Move) -> String? {
    guard let from = places[move.from] else { return "\(move.from) is not known" }
    guard let to = places[move.to] else { return "\(move.to) is not known" }
    guard from != to else { return "goes nowhere" }
    let unit = unitAt[from]
    guard unit >= 0, movable.units[unit].task.lot.publicID == move.lot else {
      return "the lot does not lie alone and free in \(move.from)"
    }
    guard unitAt[to] < 0, movable.isFree[to] || emptied.contains(to) else {
      return "\(move.to) is not free by then"
    }
    let task = movable.units[unit].task
    let step = ReslottingStep(
      number: steps.count + 1,
      lot: task.lot.id,
      from: states.location(at: from).id,
      to: states.location(at: to).id,
      quantityMilli: task.quantityMilli
    )
    let owner = task.lot.tenant
    let isForeign = zip(steps, moved).contains { earlier, other in
      earlier.hangsTogether(with: step) && movable.units[other.unit].task.lot.tenant != owner
    }
    guard !isForeign else { return "waits for a move of another owner: accept that one first" }
    unitAt[from] = -1
    unitAt[to] = unit
    emptied.insert(from)
    moved.append((unit, from, to))
    steps.append(step)
    return nil
  }

  /// The first move that breaks a hard constraint when its turn comes.
  func run(
    _ index: PutawayIndex,
    _ surroundings: PutawayContext,
    _ settings: FacilitySettings
  ) -> (move: Int, rule: PutawayConstraint)? {
    var index = index
    var context = surroundings
    context.openTasks = [:]
    for (number, move) in moved.enumerated() {
      let goods = movable.units[move.unit].task.goods(settings)
      let question = index.question(goods, context: context)
      if let rule = index.obstacle(question, at: move.to, isEmptied: false) {
        return (number, rule)
      }
      index.carry(from: move.from, to: move.to)
    }
    return nil
  }
}
