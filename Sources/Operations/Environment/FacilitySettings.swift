import Warehouse

/// Every knob of the use cases, with the defaults of a new box.
///
/// A pure value: the composition root fills it from the configuration and hands out a new one when
/// the configuration changes.
public struct FacilitySettings: Sendable, Equatable {
  /// The units in which people read and enter sizes, weights and ways.
  public var units = MeasureUnits.metric
  /// Putaway.
  public var putaway = PutawaySettings()
  /// Layout of the site, and what walking and moving costs.
  public var slotting = SlottingSettings()
  /// ABC classes.
  public var classes = ClassSettings()
  /// Forecasts.
  public var forecast = ForecastSettings()
  /// Replenishment.
  public var replenishment = ReplenishmentSettings()
  /// How the scanners are set up.
  public var scanning = ScanSettings()
  /// Parts that can be switched off.
  public var flags = FeatureFlags()
  /// What they are for some zones, materials and classes.
  public var pilots = Pilots()

  /// The defaults.
  public init() {}
}

/// The units in which the pages show and take sizes, weights and ways; the API's stay metric.
public enum MeasureUnits: String, Sendable, CaseIterable {
  /// Metres, millimetres, kilogrammes.
  case metric = "METRIC"
  /// Feet, inches, pounds: US customary units.
  case us = "US"
}

/// How putaway recommendations are made.
public struct PutawaySettings: Sendable, Equatable {
  /// The algorithm where a request names none.
  public var algorithm = PackingAlgorithm.hybrid
  /// Weight of the travel part of the score.
  public var travelWeight = 0.30
  /// Weight of the utilisation part.
  public var utilizationWeight = 0.25
  /// Weight of the affinity part.
  public var affinityWeight = 0.10
  /// Weight of the congestion part.
  public var congestionWeight = 0.10
  /// Weight of the consolidation part.
  public var consolidationWeight = 0.15
  /// Weight of the expiry order part.
  public var expiryWeight = 0.10
  /// Lower end of the utilisation that is aimed at, 0...1.
  public var utilizationLow = 0.60
  /// Upper end of it.
  public var utilizationHigh = 0.85
  /// Share of a unit's base that must rest on something, 0...1.
  public var minSupport = 0.7
  /// How high the trucks reach, in millimetres; nil where it does not matter.
  public var maximumReachMM: Int64?
  /// How long a recommendation holds its space, in seconds.
  public var reservationTTLS: Int64 = Limits.reservationTTLS
  /// Time for the improvement of a plan, in milliseconds, where a request names none.
  public var planBudgetMS = 250
  /// How often a plan is made anew where another station was faster.
  public var conflictAttempts = 8
  /// Open demand due within so many hours is served from staging.
  public var crossDockWindowH: Int64 = 24
  /// Tasks of so many seconds count as congestion of their aisle.
  public var congestionWindowS: Int64 = 300
  /// So many open tasks make an aisle full.
  public var congestionTasks = 8
  /// The dock where a receipt names none; nil means the first dock by code.
  public var defaultDock: String?
  /// The defaults.
  public init() {}
}

/// Where the cuts of the ABC analysis lie.
public struct ClassSettings: Sendable, Equatable {
  /// Class A holds this share of the whole; the material that crosses it is still A.
  public var shareA = 0.80
  /// Classes A and B together hold this share.
  public var shareAB = 0.95

  /// The defaults: A 80 %, B 15 %, C 5 %.
  public init() {}
}

/// How forecasts are made.
public struct ForecastSettings: Sendable, Equatable {
  /// How many days ahead.
  public var horizonDays = 90
  /// The method, by its name.
  public var method = "AUTO"
  /// Days of a season.
  public var seasonDays = 7
  /// How many days of history are looked at.
  public var historyDays = 1_100
  /// The quantile levels that are kept, rising.
  public var levels = [0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.975, 0.99]
  /// Over how many first days sums are kept.
  public var cumulativeDays = [1, 3, 5, 7, 10, 14, 21, 28, 42, 60, 90]
  /// The seed of what is random.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}
}

/// How stock policies are made.
public struct ReplenishmentSettings: Sendable, Equatable {
  /// Service level of value class A.
  public var serviceLevelA = 0.98
  /// Service level of value class B.
  public var serviceLevelB = 0.95
  /// Service level of value class C, and of what has no class.
  public var serviceLevelC = 0.90
  /// Whether the levels are fill rates (share of units) instead of cycle levels (share of cycles).
  public var isFillRate = false
  /// Days between two looks at the stock.
  public var reviewDays = 1.0
  /// The longest demand that one order may cover, in days.
  public var maximumCoverDays = 180
  /// Stock counts as dead after so many days without demand.
  public var deadDays = 365
  /// Lead time in days where nobody gave one.
  public var defaultLeadTimeDays = 14.0

  /// The defaults.
  public init() {}

  /// The service level of a value class.
  public func serviceLevel(of valueClass: ABCClass?) -> Double {
    switch valueClass {
    case .a: serviceLevelA
    case .b: serviceLevelB
    case .c, nil: serviceLevelC
    }
  }
}

/// Parts that can be switched off while the box runs.
public struct FeatureFlags: Sendable, Equatable {
  /// Whether what is picked together is put together.
  public var skuAffinity = true
  /// Whether goods with open demand go to staging.
  public var crossDock = true
  /// Whether busy aisles are avoided.
  public var congestion = true
  /// Whether the confidence comes from the learned model; else it is the base rate.
  public var learnedConfidence = true

  /// All on.
  public init() {}
}
