import Packing
import Warehouse

/// A quantity of one lot that stands somewhere and wants a place.
struct PutawayTask: Sendable {
  /// The lot.
  var lot: Lot
  /// Its material.
  var material: Material
  /// Where it stands.
  var from: LocationID
  /// The code of that place.
  var fromCode: String
  /// How much of it, in milli base units.
  var quantityMilli: Int64
  /// The receipt line it belongs to.
  var receiptLine: Key<ReceiptLine>?

  /// Places that a person has rejected for this lot.
  var declined: Set<LocationID> = []

  /// How many handling units that is.
  var handlingUnits: Int { Int(lot.draft.handlingUnits(in: quantityMilli)) }

  /// The same for the engine, with the features that count for the material.
  func goods(_ settings: FacilitySettings) -> PutawayGoods {
    var goods = goods
    goods.congestion = settings.zones(with: .congestion, for: material.draft)
    goods.affinity = settings.zones(with: .skuAffinity, for: material.draft)
    return goods
  }

  /// The same for the engine.
  private var goods: PutawayGoods {
    let master = material.draft
    var goods = PutawayGoods(
      lot: lot.id,
      material: material.id,
      owner: lot.tenant,
      handlingUnits: handlingUnits,
      unitSize: lot.draft.handlingUnitSize,
      uprights: master.uprights,
      unitWeightG: lot.draft.handlingUnitWeightG,
      loadOnTopG: master.loadOnTopG,
      storageType: master.storageType,
      temperatureZone: master.temperatureZone,
      hazardClass: master.hazardClass,
      needsSecurity: master.needsSecurity,
      fscClaim: lot.draft.fscClaim,
      expiry: lot.draft.expiry,
      receivedDay: lot.draft.receivedDay,
      minimumRemainingDays: master.minimumRemainingDays,
      isHeld: lot.hold != nil,
      pickClass: master.pickClass
    )
    goods.declined = declined
    if master.baseUnit == .roll, let size = goods.unitSize {
      goods.shape = PackingShape.roll(size, knownCoreMM: master.coreMM) ?? .box
    }
    return goods
  }

  /// The same with less of it.
  func with(quantityMilli: Int64) -> PutawayTask {
    var task = self
    task.quantityMilli = quantityMilli
    return task
  }
}

/// A place for a part of a task: what becomes a recommendation.
struct PlacedPart: Sendable {
  /// Which task of the request.
  var task: Int
  /// What goes there, in milli base units.
  var quantityMilli: Int64
  /// The place, and why; nil where the goods go to staging.
  var suggestion: PutawaySuggestion?
  /// The next best places.
  var runnersUp: [PutawaySuggestion] = []
  /// Places rejected by reason.
  var rejected: [PutawayConstraint: Int] = [:]
  /// The staging place and the order, where the goods are cross-docked.
  var crossDock: CrossDockChance?
}

/// A task, or a part of it, without a place.
struct UnplacedPart: Sendable {
  /// Which task of the request.
  var task: Int
  /// How many handling units.
  var handlingUnits: Int
  /// Places rejected by reason.
  var rejected: [PutawayConstraint: Int]
  /// The cheapest way out, in words.
  var wayOut: String?
}

/// What the engine has decided for some tasks.
struct PutawayDecision: Sendable {
  var placed: [PlacedPart] = []
  var unplaced: [UnplacedPart] = []
  var rounds = 0
  var greedyMS = 0.0
  var elapsedMS = 0.0
  var meanScore = 0.0
  /// The highest mean score that any plan reaches, where it was worked out.
  var scoreBound: Double?
  /// Distance of the mean score from it, as a share of it.
  var gap: Double?
  /// What it was judged by; nil where nothing was judged.
  var context: PutawayContext?
}
