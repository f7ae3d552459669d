import Warehouse

/// How much one order brings: the economic quantity, made orderable.
public struct OrderQuantity: Sendable, Hashable {
  /// The economic quantity before rounding, in base units; nil where costs are not known.
  public let economic: Double?
  /// What to order as a rule, in milli base units.
  public let usualMilli: Int64
  /// The most that one order should bring by shelf life and cover, in milli base units.
  public let limitMilli: Int64?
  /// Whether the supplier's smallest order passes that limit.
  public let passesLimit: Bool

  /// The quantity at which ordering and holding cost the same: sqrt(2 D K / (i c)).
  ///
  /// Harris, "How Many Parts to Make at Once", 1913. D is the demand of a year, K the cost of an
  /// order, i c the cost of holding a unit for a year. Nil where one of them is zero. The cost is
  /// flat about it: a fifth more or less costs about 2 % more.
  public static func economic(
    annualDemand: Double,
    orderingCost: Double,
    unitCost: Double,
    holdingCostPct: Double
  ) -> Double? {
    let holding = unitCost * holdingCostPct / 100
    guard annualDemand > 0, orderingCost > 0, holding > 0 else { return nil }
    return (2 * annualDemand * orderingCost / holding).squareRoot()
  }

  /// The quantity for a mean demand by day, in base units.
  public init(dailyMean: Double, policy: StockPolicy) {
    let annual = dailyMean * 365
    economic = Self.economic(
      annualDemand: annual,
      orderingCost: Double(policy.orderingCostMinor),
      unitCost: Double(policy.unitCostMinor),
      holdingCostPct: policy.holdingCostPct
    )
    let wanted = Milli.up((economic ?? dailyMean * policy.usualCoverDays))
    let cover = [policy.shelfLifeDays, policy.maximumCoverDays].compactMap { $0 }.min()
    let limit = cover.map { Milli.down(dailyMean * Double($0)) }
    let holding = Double(policy.unitCostMinor) * policy.holdingCostPct / 100
    let cost = { (milli: Int64) in
      let quantity = Double(milli) / 1_000
      return annual * Double(policy.orderingCostMinor) / quantity + holding * quantity / 2
    }
    var quantity = Self.rounded(wanted, policy, limitMilli: limit)
    // Of the two orderable neighbours the cheaper one; without costs, enough for the cover.
    let fewer = quantity - policy.multipleMilli
    if economic != nil, fewer >= max(policy.minimumOrderMilli, 1), cost(fewer) < cost(quantity) {
      quantity = fewer
    }
    usualMilli = quantity
    limitMilli = limit
    passesLimit = limit.map { quantity > $0 } ?? false
  }

  /// The least orderable quantity of at least `wantedMilli`, but within `limitMilli` where the
  /// supplier's smallest order allows it.
  static func rounded(_ wantedMilli: Int64, _ policy: StockPolicy, limitMilli: Int64?) -> Int64 {
    let least = Milli.multiple(max(policy.minimumOrderMilli, 1), policy.multipleMilli)
    var quantity = max(least, Milli.multiple(wantedMilli, policy.multipleMilli))
    if let limitMilli, quantity > limitMilli {
      quantity = max(least, limitMilli / policy.multipleMilli * policy.multipleMilli)
    }
    return quantity
  }
}

/// Base units to milli units, within the limits of the domain.
enum Milli {
  /// Rounded up, because less would miss the promise; tiny excess from arithmetic is dropped.
  static func up(_ value: Double) -> Int64 {
    guard value.isFinite else { return value > 0 ? Limits.quantityMilli : 0 }
    let milli = (value * 1_000 - 1e-6).rounded(.up)
    return Int64(min(max(milli, -Double(Limits.quantityMilli)), Double(Limits.quantityMilli)))
  }

  /// Rounded down.
  static func down(_ value: Double) -> Int64 { -up(-value) }

  /// The least multiple of `step` that is at least `milli`.
  static func multiple(_ milli: Int64, _ step: Int64) -> Int64 {
    guard milli > 0 else { return 0 }
    let held = min(milli, Limits.quantityMilli)
    return (held + step - 1) / step * step
  }
}
