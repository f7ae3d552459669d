import Warehouse
import WireFormat

/// Something that a person must know about what was just booked.
public struct Warning: Sendable, Equatable, JSONDocument {
  /// The machine code.
  public var code: String
  /// One sentence for people.
  public var message: String

  /// Makes a warning.
  public init(_ code: String, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Writes code and message.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("code", code)
      $0.member("message", message)
    }
  }
}

/// A rule of a place that goods break by lying there.
struct Breach: Sendable, Equatable {
  /// How much it matters.
  enum Gravity: Sendable {
    /// It is told and written down, no more.
    case note
    /// The place is fuller than it may be.
    case capacity
    /// Nobody may leave the goods there: the lot is held, and moved.
    case danger
  }

  var rule: String
  var gravity: Gravity
  var detail: String

  var warning: Warning { Warning(rule, detail) }
}

/// Judges a fact: goods that lie in a place, whatever anybody recommended.
///
/// Other than the engine, which keeps goods out, it looks at what is there: promised space does not
/// count as taken, and every rule that is broken is named, not the first one only.
struct FactJudge {
  let state: LocationState
  let lot: Lot
  let material: MaterialDraft
  let hazards: HazardMatrix
  /// Everything on the same beam and in the same bay, the place itself included.
  var beamWeightG: Int64 = 0
  var bayWeightG: Int64 = 0
  /// The first place in which goods of another hazard class lie too near, and that class.
  var tooNear: (code: String, hazard: String)?

  private var place: LocationDraft { state.location.draft }

  init(
    _ state: LocationState,
    lot: Lot,
    material: MaterialDraft,
    hazards: HazardMatrix,
    in snapshot: LocationIndexSnapshot
  ) {
    self.state = state
    self.lot = lot
    self.material = material
    self.hazards = hazards
    let place = state.location.draft
    let far = material.hazardClass.flatMap { hazards.reachesFar($0) ? $0 : nil }
    guard place.beamMaxWeightG != nil || place.bayMaxWeightG != nil || far != nil else { return }
    for index in snapshot.aisles.besides(state.location) {
      snapshot.states.look(at: index) { add($0, far) }
    }
  }

  /// Takes a place of the same aisle into account; `far` is the class of goods that reach there.
  private mutating func add(_ other: LocationState, _ far: String?) {
    if let far, let near = near(far, other) {
      let code = other.location.draft.code
      if tooNear.map({ code < $0.code }) ?? true { tooNear = (code, near) }
    }
    guard other.location.draft.bay == place.bay else { return }
    bayWeightG += other.usedWeightG
    if other.location.draft.level == place.level { beamWeightG += other.usedWeightG }
  }

  /// The hazard class in another place of the aisle that goods of this class are too near to.
  private func near(_ own: String, _ other: LocationState) -> String? {
    guard other.location.id != state.location.id else { return nil }
    let bays = abs(other.location.draft.bay - place.bay)
    return other.occupants.first { occupant in
      guard !occupant.isReserved, occupant.lot != lot.id else { return false }
      switch hazards.distance(own, occupant.hazardClass) {
      case nil, .location: return false
      case .bay: return bays == 0
      case .adjacent: return bays <= 1
      case .aisle: return true
      }
    }?.hazardClass
  }

  /// Every rule that `quantityMilli` of the lot breaks by lying there as well.
  func breaches(_ quantityMilli: Int64) -> [Breach] {
    guard place.kind == .storage else { return dangers(quantityMilli) }
    return dangers(quantityMilli) + capacities(quantityMilli) + company()
  }

  private func dangers(_ quantityMilli: Int64) -> [Breach] {
    var found: [Breach] = []
    func danger(_ rule: String, _ detail: String) {
      found.append(Breach(rule: rule, gravity: .danger, detail: detail))
    }
    let code = place.code
    if let owner = place.dedicatedTo, owner != lot.tenant {
      danger("OWNER", "\(code) is kept for another owner")
    }
    if material.temperatureZone != place.temperatureZone {
      danger(
        "TEMPERATURE",
        "\(code) is \(place.temperatureZone), the goods need \(material.temperatureZone)"
      )
    }
    if let hazard = material.hazardClass {
      if !place.hazardClasses.contains(hazard), place.kind == .storage {
        danger("HAZARD", "hazard class \(hazard) is not permitted in \(code)")
      }
    }
    let apart = state.occupants.first { occupant in
      !occupant.isReserved && occupant.lot != lot.id
        && !hazards.allows(material.hazardClass, occupant.hazardClass)
    }
    if let apart, let other = apart.hazardClass, let own = material.hazardClass {
      danger("HAZARD", "hazard classes \(own) and \(other) must not lie together in \(code)")
    }
    if let tooNear, let own = material.hazardClass {
      danger(
        "HAZARD",
        "hazard class \(own) in \(code) is too near to class \(tooNear.hazard) in \(tooNear.code)"
      )
    }
    let weight = lot.draft.weightG(of: quantityMilli) ?? 0
    for (limit, used, what) in [
      (place.maxWeightG, state.usedWeightG, code),
      (place.beamMaxWeightG, beamWeightG, "the beam of \(code)"),
      (place.bayMaxWeightG, bayWeightG, "the bay of \(code)"),
    ] {
      guard let limit, weight > 0, used.addingClamped(weight) > limit else { continue }
      let total = used.addingClamped(weight) / 1_000
      danger("WEIGHT", "\(what) carries \(limit / 1_000) kg, \(total) kg lie there now")
    }
    return found
  }

  private func capacities(_ quantityMilli: Int64) -> [Breach] {
    var found: [Breach] = []
    func full(_ rule: String, _ detail: String) {
      found.append(Breach(rule: rule, gravity: .capacity, detail: detail))
    }
    let code = place.code
    let units = lot.draft.handlingUnits(in: quantityMilli)
    let (volume, overflowed) = units.multipliedReportingOverflow(
      by: lot.draft.handlingUnitSize?.volumeMM3 ?? 0
    )
    let taken = state.usedVolumeMM3.addingClamped(overflowed ? .max : volume)
    if let limit = place.capacityMM3, volume > 0, taken > limit {
      full("VOLUME", "\(code) holds \(limit / 1_000_000) l, \(taken / 1_000_000) l lie there now")
    }
    if let limit = place.maxHandlingUnits {
      let there = Int64(state.usedHandlingUnits) + units
      if there > limit {
        full("HANDLING_UNITS", "\(code) takes \(limit) handling units, \(there) lie there now")
      } else if there + Int64(state.reservedHandlingUnits) > limit {
        found.append(
          Breach(
            rule: "RESERVED",
            gravity: .note,
            detail: "another open task counts on the space in \(code); it may need a new place"
          )
        )
      }
    }
    if let inner = place.inner, let size = lot.draft.handlingUnitSize,
      !Self.fits(size, inner, material.uprights)
    {
      full("DIMENSIONS", "a handling unit is larger than \(code) in every allowed position")
    }
    return found
  }

  private func company() -> [Breach] {
    var found: [Breach] = []
    func note(_ rule: String, _ detail: String) {
      found.append(Breach(rule: rule, gravity: .note, detail: detail))
    }
    let code = place.code
    if let hold = place.hold { note("HOLD", "\(code) is on hold: \(hold)") }
    if !place.storageTypes.isEmpty, !place.storageTypes.contains(material.storageType) {
      note("STORAGE_TYPE", "\(code) is not meant for \(material.storageType)")
    }
    if material.needsSecurity, !place.isSecure {
      note("SECURITY", "\(code) is outside the security cage")
    }
    let others = state.occupants.filter { !$0.isReserved && $0.lot != lot.id }
    let materials = Set(others.map(\.material)).subtracting([lot.draft.material])
    switch place.mixing {
    case .singleLot where !others.isEmpty: note("MIXING", "\(code) is for a single lot")
    case .singleMaterial where !materials.isEmpty:
      note("MIXING", "\(code) is for a single material")
    case .mixed where materials.count + 1 > place.maxMaterials ?? .max:
      note("MIXING", "\(code) takes at most \(place.maxMaterials ?? 0) materials")
    default: break
    }
    if others.contains(where: { $0.fscClaim != lot.draft.fscClaim }),
      lot.draft.fscClaim != nil || others.contains(where: { $0.fscClaim != nil })
    {
      note("FSC", "paper with another FSC claim lies in \(code)")
    }
    return found
  }

  /// Whether a box fits into an empty room with one of its allowed edges vertical.
  static func fits(_ size: Dimensions, _ room: Dimensions, _ uprights: Uprights) -> Bool {
    func lies(_ a: Int64, _ b: Int64, height: Int64) -> Bool {
      height <= room.z && ((a <= room.x && b <= room.y) || (b <= room.x && a <= room.y))
    }
    return (uprights.z && lies(size.x, size.y, height: size.z))
      || (uprights.y && lies(size.x, size.z, height: size.y))
      || (uprights.x && lies(size.y, size.z, height: size.x))
  }
}

extension Int64 {
  /// The sum, or the nearest number that fits.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? (other > 0 ? .max : .min) : sum
  }
}
