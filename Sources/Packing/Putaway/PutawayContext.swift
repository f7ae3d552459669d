import Warehouse

/// The parts of a putaway score.
public enum PutawayPartKind: String, Sendable, Hashable, CaseIterable {
  /// Distance to the place of picking, against where goods of that turnover belong.
  case travel = "TRAVEL"
  /// How full the place becomes, or how much height is lost.
  case utilisation = "UTILISATION"
  /// Goods that are picked together lie near.
  case affinity = "AFFINITY"
  /// Open tasks in the aisle.
  case congestion = "CONGESTION"
  /// The lot, or the material, lies there already.
  case consolidation = "CONSOLIDATION"
  /// Days between these goods and the same material there.
  case expiry = "EXPIRY"
}

/// How much each part of the score counts; negative weights count as 0.
public struct ScoreWeights: Sendable, Hashable {
  /// Weight of `TRAVEL`.
  public var travel: Double
  /// Weight of `UTILISATION`.
  public var utilisation: Double
  /// Weight of `AFFINITY`.
  public var affinity: Double
  /// Weight of `CONGESTION`.
  public var congestion: Double
  /// Weight of `CONSOLIDATION`.
  public var consolidation: Double
  /// Weight of `EXPIRY`.
  public var expiry: Double

  /// Sets the weights; the defaults favour travel and utilisation.
  public init(
    travel: Double = 0.35,
    utilisation: Double = 0.25,
    affinity: Double = 0.1,
    congestion: Double = 0.1,
    consolidation: Double = 0.1,
    expiry: Double = 0.1
  ) {
    self.travel = travel
    self.utilisation = utilisation
    self.affinity = affinity
    self.congestion = congestion
    self.consolidation = consolidation
    self.expiry = expiry
  }

  /// The weight of a part.
  public func weight(_ kind: PutawayPartKind) -> Double {
    switch kind {
    case .travel: max(0, travel)
    case .utilisation: max(0, utilisation)
    case .affinity: max(0, affinity)
    case .congestion: max(0, congestion)
    case .consolidation: max(0, consolidation)
    case .expiry: max(0, expiry)
    }
  }

  /// The sum of all weights.
  public var total: Double { PutawayPartKind.allCases.reduce(0) { $0 + weight($1) } }
}

/// What a recommendation is judged by besides goods and places: settings and the day's state.
public struct PutawayContext: Sendable {
  /// How much each part of the score counts.
  public var weights: ScoreWeights
  /// Target band of utilisation after putaway, for places that hold several handling units.
  public var band: ClosedRange<Double>
  /// Hazard segregation.
  public var hazards: HazardMatrix
  /// What the trucks reach, in millimetres above ground; nil = everything.
  public var reachMM: Int64?
  /// Share of a base that must be supported.
  public var minSupport: Double
  /// Today, for remaining shelf life; nil = not checked.
  public var today: LocalDay?
  /// Open tasks by aisle (zone and aisle as in `PutawayIndex.aisleName`), for congestion.
  public var openTasks: [String: Int]
  /// Open tasks with which an aisle is full.
  public var fullAisleTasks: Int
  /// For each material the materials picked with it and their shrunk lift (above 1 = attraction).
  public var affinity: [MaterialID: [PutawayLift]]

  /// Settings with the product's defaults.
  public init(
    weights: ScoreWeights = ScoreWeights(),
    band: ClosedRange<Double> = 0.60...0.85,
    hazards: HazardMatrix = HazardMatrix(),
    reachMM: Int64? = nil,
    minSupport: Double = 0.7,
    today: LocalDay? = nil,
    openTasks: [String: Int] = [:],
    fullAisleTasks: Int = 8,
    affinity: [MaterialID: [PutawayLift]] = [:]
  ) {
    self.weights = weights
    self.band = band
    self.hazards = hazards
    self.reachMM = reachMM
    self.minSupport = minSupport
    self.today = today
    self.openTasks = openTasks
    self.fullAisleTasks = fullAisleTasks
    self.affinity = affinity
  }
}

/// How much more often a material is picked with another than chance would have it.
public struct PutawayLift: Sendable, Hashable {
  /// The other material.
  public var material: MaterialID
  /// The shrunk lift; 1 = as chance would have it.
  public var lift: Double

  /// States a lift.
  public init(material: MaterialID, lift: Double) {
    self.material = material
    self.lift = lift
  }
}

/// In which zones a part of the score counts for some goods.
public struct ZoneReach: Sendable, Hashable {
  /// Whether it counts in zones that are not named.
  public var everywhere: Bool
  /// The zones in which it is the other way round.
  public var except: Set<String>

  /// States where a part counts.
  public init(everywhere: Bool = true, except: Set<String> = []) {
    self.everywhere = everywhere
    self.except = except
  }

  /// Whether it counts nowhere.
  public var isNowhere: Bool { !everywhere && except.isEmpty }

  /// Whether it counts in a zone.
  public func holds(zone: String) -> Bool { except.contains(zone) != everywhere }

  /// Whether it counts in an aisle, by the name of `PutawayIndex.aisleName`.
  func holds(aisle name: String) -> Bool {
    except.contains { name.hasPrefix($0 + "/") } ? !everywhere : everywhere
  }
}
