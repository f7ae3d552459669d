import Packing
import Warehouse

/// The places that re-slotting may empty and fill, and how often each will be picked from.
///
/// A place counts where one whole lot lies in it, nothing is promised to it, and neither it nor the
/// lot is on hold. All others stay as they are, and are counted by the reason.
struct MovablePlaces {
  /// One lot in one place.
  struct Unit {
    /// Its place in the index.
    var place: Int
    /// Its goods as a task for the engine.
    var task: PutawayTask
    /// Picks a day over the horizon.
    var picksADay = 0.0
    /// Order lines of its material a day, where it is the one that is picked from now; else 0.
    var linesADay = 0.0
  }

  /// Why goods stay where they are.
  enum Reason: String, CaseIterable {
    case severalLots = "SEVERAL_LOTS"
    case promised = "PROMISED"
    case onHold = "ON_HOLD"
    case otherOwner = "OTHER_OWNER"
  }

  /// The lots that may be moved.
  private(set) var units: [Unit] = []
  /// The unit in each place of the index; -1 where there is none.
  private(set) var unitAt: [Int]
  /// Whether a place is empty and may be used.
  let isFree: [Bool]
  /// Places that stay as they are.
  private(set) var fixed: [Reason: Int] = [:]

  init(_ states: LocationStates, in transaction: any ReadTransaction) throws {
    unitAt = [Int](repeating: -1, count: states.count)
    isFree = states.map { state in
      state.location.draft.kind == .storage && state.location.draft.hold == nil
        && state.occupants.isEmpty && state.usedHandlingUnits == 0 && state.usedVolumeMM3 == 0
        && state.usedWeightG == 0 && !Self.isPromised(state)
    }
    var candidates: [(place: Int, lot: LotID, material: MaterialID)] = []
    for (place, state) in states.enumerated()
    where state.location.draft.kind == .storage && !state.occupants.isEmpty {
      if Self.isPromised(state) {
        fixed[.promised, default: 0] += 1
      } else if state.occupants.count > 1 {
        fixed[.severalLots, default: 0] += 1
      } else if state.location.draft.hold != nil {
        fixed[.onHold, default: 0] += 1
      } else {
        candidates.append((place, state.occupants[0].lot, state.occupants[0].material))
      }
    }
    for slice in candidates.sliced(by: Limits.pageRows) {
      let lots = try transaction.lots(Set(slice.map(\.lot)))
      let materials = try transaction.materials(Set(slice.map(\.material)))
      for (place, lotID, materialID) in slice {
        guard let lot = lots[lotID], let material = materials[materialID] else {
          fixed[.otherOwner, default: 0] += 1
          continue
        }
        guard lot.hold == nil else {
          fixed[.onHold, default: 0] += 1
          continue
        }
        unitAt[place] = units.count
        units.append(Unit(place: place, task: Self.task(states[place], lot, material)))
      }
    }
  }

  private static func isPromised(_ state: LocationState) -> Bool {
    state.reservedHandlingUnits != 0 || state.reservedVolumeMM3 != 0 || state.reservedWeightG != 0
      || state.occupants.contains(where: \.isReserved)
  }

  private static func task(
    _ state: LocationState,
    _ lot: Lot,
    _ material: Material
  ) -> PutawayTask {
    PutawayTask(
      lot: lot,
      material: material,
      from: state.location.id,
      fromCode: state.location.code,
      quantityMilli: Int64(max(1, state.usedHandlingUnits)) * max(1, lot.draft.handlingUnitMilli)
    )
  }

  /// Spreads the picks that each material will have over its places, in the order of its dates.
  ///
  /// What leaves first is picked first: a place has the picks that its stock is good for, and the
  /// next one those that are left until the horizon. A lot that is gone in a week saves no more
  /// than a week's ways.
  mutating func expectPicks(
    _ history: OrderHistory,
    _ faces: PickFaces,
    _ states: LocationStates,
    horizonDays: Int
  ) {
    let horizon = Double(max(1, horizonDays))
    for (number, material) in history.materials.enumerated() {
      let linesADay = Double(history.lines[number]) / Double(history.days)
      let line = history.quantitiesMilli[number] / Double(max(1, history.lines[number]))
      var left = linesADay * horizon
      for (rank, place) in (faces.places[material] ?? []).enumerated() where left > 0 {
        let unit = unitAt[place]
        let quantity =
          unit >= 0
          ? Double(units[unit].task.quantityMilli)
          : line * Double(max(1, states[place].usedHandlingUnits))
            / Double(max(1, states[place].occupants.count))
        let picks = min(left, line > 0 ? quantity / line : left)
        left -= picks
        guard unit >= 0 else { continue }
        units[unit].picksADay = picks / horizon
        if rank == 0 { units[unit].linesADay = linesADay }
      }
    }
  }
}
