import GRDB
import Warehouse

/// Looks again, inside the write transaction, whether a recommendation may still be made.
///
/// The engine planned on a snapshot; since then another station may have taken the room. Checked
/// is what can have changed in between: hold, dedication, capacity of the location, weight on beam
/// and bay, known places, the company that the goods would keep, and hazards around. Every refusal
/// is a `conflict`.
struct RoomCheck {
  private let session: WriteSession
  private let draft: RecommendationDraft
  private let lot: Lot

  /// Prepares the check of one recommendation.
  init(_ session: WriteSession, _ draft: RecommendationDraft, _ lot: Lot) {
    self.session = session
    self.draft = draft
    self.lot = lot
  }

  /// Throws `conflict` where the recommendation cannot stand.
  func run() throws {
    guard let state = try ReadSession.indexStates(session.db, only: [draft.to]).first else {
      throw Failure(.notFound, "There is no location with the key \(draft.to.rawValue).")
    }
    let rules = state.location.draft
    if let hold = rules.hold { throw conflict(rules, "is on hold (\(hold))") }
    if let owner = rules.dedicatedTo, owner != lot.tenant {
      throw conflict(rules, "is dedicated to another owner")
    }
    try checkCapacity(state)
    try checkGirders(rules)
    try checkPlaces(rules)
    try checkCompany(state)
    try checkHazards(state)
  }

  private func conflict(_ rules: LocationDraft, _ what: String) -> Failure {
    Failure(
      .conflict,
      "Location \(rules.code) \(what).",
      hint: "Ask for a new recommendation.",
      context: ["location": rules.code]
    )
  }

  private func checkCapacity(_ state: LocationState) throws(Failure) {
    let rules = state.location.draft
    let volume = state.usedVolumeMM3 + state.reservedVolumeMM3 + draft.volumeMM3
    if let capacity = rules.capacityMM3, volume > capacity {
      throw conflict(rules, "has no volume left for this")
    }
    let weight = state.usedWeightG + state.reservedWeightG + draft.weightG
    if let limit = rules.maxWeightG, weight > limit {
      throw conflict(rules, "cannot bear this weight any more")
    }
    let units =
      Int64(state.usedHandlingUnits) + Int64(state.reservedHandlingUnits) + draft.handlingUnits
    if let limit = rules.maxHandlingUnits, units > Int64(limit) {
      throw conflict(rules, "has no place for \(draft.handlingUnits) more handling units")
    }
  }

  /// The beam carries all positions of a bay and level, the bay all its levels.
  private func checkGirders(_ rules: LocationDraft) throws {
    if rules.beamMaxWeightG == nil, rules.bayMaxWeightG == nil { return }
    let weights = try session.db.first(
      """
      SELECT coalesce(sum(c.used_weight_g + c.reserved_weight_g) FILTER (WHERE l.level = ?4), 0),
        coalesce(sum(c.used_weight_g + c.reserved_weight_g), 0)
      FROM locations l JOIN bin_utilization_cache c ON c.location_id = l.id
      WHERE l.zone = ?1 AND l.aisle = ?2 AND l.bay = ?3
      """,
      [rules.zone, rules.aisle, rules.bay, rules.level]
    ) { row -> (beam: Int64, bay: Int64) in (row[0], row[1]) }
    guard let weights else { return }
    if let limit = rules.beamMaxWeightG, weights.beam + draft.weightG > limit {
      throw conflict(rules, "lies on a beam that cannot bear this weight any more")
    }
    if let limit = rules.bayMaxWeightG, weights.bay + draft.weightG > limit {
      throw conflict(rules, "lies in a bay that cannot bear this weight any more")
    }
  }

  private func checkPlaces(_ rules: LocationDraft) throws {
    if draft.boxes.isEmpty { return }
    guard draft.boxes.count <= draft.handlingUnits else {
      throw Failure(.invalid, "More places are named than there are handling units.")
    }
    let there = try session.contents(of: [draft.to])[draft.to]?.boxes ?? []
    var taken = there
    for box in draft.boxes {
      if let inner = rules.inner, !box.lies(inside: inner) {
        throw conflict(rules, "is smaller than the recommended place")
      }
      if taken.contains(where: box.overlaps) {
        throw conflict(rules, "has the recommended place taken")
      }
      taken.append(box)
    }
    let master = try session.material(lot.draft.material)?.draft
    let coming = draft.boxes.map { box in
      var box = box
      box.loadOnTopG = master?.loadOnTopG
      box.isRoll = master?.baseUnit == .roll
      return box
    }
    var stacks = StackCheck(there, adding: coming)
    if let fault = stacks.fault(maxStack: rules.maxStack) { throw conflict(rules, fault) }
  }

  /// Mixing, certified paper, held goods and the order of issue, against what is there or promised.
  private func checkCompany(_ state: LocationState) throws {
    let rules = state.location.draft
    if state.occupants.isEmpty { return }
    let others = state.occupants.filter { $0.lot != lot.id }
    let materials = Set(state.occupants.map(\.material)).union([lot.draft.material])
    switch rules.mixing {
    case .singleLot where !others.isEmpty:
      throw conflict(rules, "holds another lot by now, and takes one lot only")
    case .singleMaterial where materials.count > 1:
      throw conflict(rules, "holds another material by now, and takes one material only")
    case .mixed where materials.count > rules.maxMaterials ?? .max:
      throw conflict(rules, "holds as many materials as it may by now")
    default:
      break
    }
    // The engine's own rule: goods without a claim are not mixed with certified paper either.
    if others.contains(where: { $0.fscClaim != lot.draft.fscClaim }) {
      throw conflict(rules, "holds goods with another FSC claim by now")
    }
    if lot.hold != nil, !others.isEmpty {
      throw conflict(rules, "holds other goods by now, and held goods lie alone")
    }
    let day = lot.draft.expiry ?? lot.draft.receivedDay
    let isBlocking = state.occupants.contains { ($0.expiry ?? $0.receivedDay) < day }
    if rules.isLastInFirstOut, isBlocking {
      throw conflict(rules, "holds goods by now that must leave before these")
    }
  }

  /// Hazard classes that must be kept apart, there and as far around as the site has ruled.
  private func checkHazards(_ state: LocationState) throws {
    let rules = state.location.draft
    let own = try session.db.first(
      "SELECT hazard_class FROM materials WHERE id = ?",
      [lot.draft.material.rawValue]
    ) { $0[0] as String? }
    guard case .some(.some(let hazard)) = own else { return }
    let matrix = try session.hazardMatrix()
    let others = state.occupants.filter { $0.lot != lot.id }
    if others.contains(where: { !matrix.allows($0.hazardClass, hazard) }) {
      throw conflict(rules, "holds goods that must be kept apart from hazard class \(hazard)")
    }
    guard matrix.reachesFar(hazard) else { return }
    for (bay, other) in try hazardsInAisle(of: rules) {
      guard let distance = matrix.distance(hazard, other) else { continue }
      let isNear =
        switch distance {
        case .location: false
        case .bay: bay == rules.bay
        case .adjacent: abs(bay - rules.bay) <= 1
        case .aisle: true
        }
      if isNear { throw conflict(rules, "lies too near to goods of hazard class \(other)") }
    }
  }

  /// The hazard classes of what lies in the bays of an aisle or is promised to them.
  private func hazardsInAisle(of rules: LocationDraft) throws -> [(bay: Int, hazard: String)] {
    try session.db.all(
      """
      SELECT DISTINCT l.bay, m.hazard_class FROM locations l
        JOIN (SELECT location_id, lot_id FROM stock WHERE quantity_milli > 0
          UNION ALL SELECT location_id, lot_id FROM reservations) s ON s.location_id = l.id
        JOIN lots t ON t.id = s.lot_id JOIN materials m ON m.id = t.material_id
      WHERE l.zone = ? AND l.aisle = ? AND m.hazard_class IS NOT NULL AND t.id <> ?
      """,
      [rules.zone, rules.aisle, lot.id.rawValue]
    ) { row -> (bay: Int, hazard: String) in (row[0], row[1]) }
  }
}

extension StoredBox {
  /// Whether two boxes share room; touching faces do not.
  func overlaps(_ other: StoredBox) -> Bool {
    position.x < other.position.x + other.size.x && other.position.x < position.x + size.x
      && position.y < other.position.y + other.size.y && other.position.y < position.y + size.y
      && position.z < other.position.z + other.size.z && other.position.z < position.z + size.z
  }

  /// Whether the box lies inside a room of that size.
  func lies(inside room: Dimensions) -> Bool {
    position.x >= 0 && position.y >= 0 && position.z >= 0 && position.x + size.x <= room.x
      && position.y + size.y <= room.y && position.z + size.z <= room.z
  }
}
