/// Moves of re-slotting that somebody accepted, to be carried out in their order.
public struct ReslottingPlan: Sendable, Equatable {
  /// The key inside this facility.
  public var id: Key<ReslottingPlan>
  /// The name outside.
  public var publicID: PublicID
  /// The owner for whom it was accepted.
  public var tenant: TenantID
  /// When it was accepted.
  public var acceptedAt: Instant
  /// Who accepted it, as the audit log names people.
  public var acceptedBy: String
  /// More about it.
  public var note: String?
  /// How many steps it has, those of owners that a reader does not see among them.
  public var steps: Int
  /// Since when nothing more is done for it; nil while it runs.
  public var endedAt: Instant?
  /// Who ended it.
  public var endedBy: String?

  /// Makes a plan as it was read from the store.
  public init(
    id: Key<ReslottingPlan>,
    publicID: PublicID,
    tenant: TenantID,
    acceptedAt: Instant,
    acceptedBy: String,
    note: String?,
    steps: Int,
    endedAt: Instant? = nil,
    endedBy: String? = nil
  ) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.acceptedAt = acceptedAt
    self.acceptedBy = acceptedBy
    self.note = note
    self.steps = steps
    self.endedAt = endedAt
    self.endedBy = endedBy
  }
}

/// One move of a plan.
public struct ReslottingStep: Sendable, Equatable {
  /// Its number in the plan, from 1.
  public var number: Int
  /// What is moved.
  public var lot: LotID
  /// Where it lies before.
  public var from: LocationID
  /// Where it is to lie.
  public var to: LocationID
  /// How much of it when the plan was accepted, in milli base units.
  public var quantityMilli: Int64
  /// Its task; nil before its turn.
  public var task: RecommendationID?
  /// Where the task stands.
  public var taskStatus: RecommendationStatus?
  /// Why no task could be made.
  public var obstacle: String?

  /// Makes a step.
  public init(
    number: Int,
    lot: LotID,
    from: LocationID,
    to: LocationID,
    quantityMilli: Int64,
    task: RecommendationID? = nil,
    taskStatus: RecommendationStatus? = nil,
    obstacle: String? = nil
  ) {
    self.number = number
    self.lot = lot
    self.from = from
    self.to = to
    self.quantityMilli = quantityMilli
    self.task = task
    self.taskStatus = taskStatus
    self.obstacle = obstacle
  }

  /// Whether the order of two steps matters: they move the same lot, or share a place.
  public func hangsTogether(with other: ReslottingStep) -> Bool {
    lot == other.lot || from == other.from || from == other.to || to == other.from
      || to == other.to
  }
}

/// Where the steps of a plan stand.
public enum ReslottingTurn: Sendable, Equatable {
  /// It was carried out as planned.
  case done
  /// Its task is open.
  case open
  /// Nothing stands in its way any more.
  case due
  /// One before it must be carried out first.
  case waits
  /// Its task ended otherwise, or one before it did: it is not carried out any more.
  case stopped
}

extension Collection where Element == ReslottingStep {
  /// Where each step stands, in their order: a step needs all before it that it hangs together
  /// with to be done as planned.
  public var turns: [ReslottingTurn] {
    var turns: [ReslottingTurn] = []
    for step in self {
      let earlier = zip(self, turns).filter { $0.0.hangsTogether(with: step) }.map(\.1)
      let turn: ReslottingTurn =
        switch step.taskStatus {
        case .confirmed: .done
        case .recommended, .started: .open
        case .some: .stopped
        case nil where step.obstacle != nil || earlier.contains(.stopped): .stopped
        case nil where earlier.allSatisfy { $0 == .done }: .due
        case nil: .waits
        }
      turns.append(turn)
    }
    return turns
  }
}
