import Warehouse

/// What is promised to those who draw from the stock.
public enum ServiceTarget: Sendable, Hashable {
  /// The share of order cycles without a stock-out, 0 to 1 (P1).
  case cycle(Double)
  /// The share of demanded units that is there at once, 0 to 1 (P2).
  ///
  /// This is what contracts mean. It needs less stock than the same cycle level wherever an order
  /// is much larger than the swings of demand.
  case fillRate(Double)

  /// The share that is promised.
  public var level: Double {
    switch self {
    case .cycle(let level), .fillRate(let level): level
    }
  }
}

/// By which rules one material is replenished.
///
/// Quantities are milli base units, money minor currency units, lead times calendar days (working
/// days are converted by the caller, who knows the calendar).
public struct StockPolicy: Sendable, Hashable {
  /// Mean lead time, in days.
  public var leadTimeDays: Double
  /// Standard deviation of the lead time, in days.
  public var leadTimeDeviationDays: Double
  /// Days between two looks at the stock; 0 for one that is always watched.
  public var reviewDays: Double
  /// What is promised.
  public var service: ServiceTarget
  /// Smallest order.
  public var minimumOrderMilli: Int64
  /// Orders are whole multiples of this.
  public var multipleMilli: Int64
  /// Price of one base unit.
  public var unitCostMinor: Int64
  /// Cost of placing one order.
  public var orderingCostMinor: Int64
  /// Cost of holding stock for a year, in per cent of its value.
  public var holdingCostPct: Double
  /// How long goods keep after receipt, in days; nil for goods that keep.
  public var shelfLifeDays: Int?
  /// The longest demand that an order may cover, in days; nil for no limit.
  public var maximumCoverDays: Int?
  /// What one order covers where the costs for an economic quantity are not known, in days.
  public var usualCoverDays: Double

  /// Makes a policy; with costs left at zero an order covers `usualCoverDays`.
  public init(
    leadTimeDays: Double,
    leadTimeDeviationDays: Double = 0,
    reviewDays: Double = 1,
    service: ServiceTarget = .cycle(0.95),
    minimumOrderMilli: Int64 = 0,
    multipleMilli: Int64 = 1,
    unitCostMinor: Int64 = 0,
    orderingCostMinor: Int64 = 0,
    holdingCostPct: Double = 20,
    shelfLifeDays: Int? = nil,
    maximumCoverDays: Int? = nil,
    usualCoverDays: Double = 30
  ) {
    self.leadTimeDays = leadTimeDays
    self.leadTimeDeviationDays = leadTimeDeviationDays
    self.reviewDays = reviewDays
    self.service = service
    self.minimumOrderMilli = minimumOrderMilli
    self.multipleMilli = multipleMilli
    self.unitCostMinor = unitCostMinor
    self.orderingCostMinor = orderingCostMinor
    self.holdingCostPct = holdingCostPct
    self.shelfLifeDays = shelfLifeDays
    self.maximumCoverDays = maximumCoverDays
    self.usualCoverDays = usualCoverDays
  }

  /// Makes a policy from a supplier's terms.
  public init(
    terms: SupplyTerms,
    service: ServiceTarget,
    reviewDays: Double = 1,
    shelfLifeDays: Int? = nil,
    maximumCoverDays: Int? = nil
  ) {
    self.init(
      leadTimeDays: terms.leadTimeDays,
      leadTimeDeviationDays: terms.leadTimeDeviationDays,
      reviewDays: reviewDays,
      service: service,
      minimumOrderMilli: terms.minimumOrderMilli,
      multipleMilli: terms.multipleMilli,
      unitCostMinor: terms.unitCostMinor,
      orderingCostMinor: terms.orderingCostMinor,
      holdingCostPct: terms.holdingCostPct,
      shelfLifeDays: shelfLifeDays,
      maximumCoverDays: maximumCoverDays
    )
  }

  /// Days that the stock must last between a look at it and the receipt of what the next look
  /// orders: lead time and review period.
  public var protectionDays: Double { leadTimeDays + reviewDays }

  /// Throws `invalid` with one fault per value that no policy can have.
  public func check() throws(Failure) {
    var faults: [Failure.Fault] = []
    func hold(_ isRight: Bool, _ place: String, _ value: Any, _ rule: String) {
      if !isRight { faults.append(Failure.Fault(place: place, value: "\(value)", rule: rule)) }
    }
    hold((0...3_650).contains(leadTimeDays), "lead_time_days", leadTimeDays, "0 to 3650 days")
    hold(
      (0...3_650).contains(leadTimeDeviationDays),
      "lead_time_deviation_days",
      leadTimeDeviationDays,
      "0 to 3650 days"
    )
    hold((0...365).contains(reviewDays), "review_days", reviewDays, "0 to 365 days")
    let level = service.level
    hold((0.5...0.9999).contains(level), "service_level", level, "a share from 0.5 to 0.9999")
    hold(minimumOrderMilli >= 0, "minimum_order", minimumOrderMilli, "not negative")
    hold(multipleMilli >= 1, "multiple", multipleMilli, "more than zero")
    hold(unitCostMinor >= 0, "unit_cost", unitCostMinor, "not negative")
    hold(orderingCostMinor >= 0, "ordering_cost", orderingCostMinor, "not negative")
    hold((0...1_000).contains(holdingCostPct), "holding_cost_pct", holdingCostPct, "0 to 1000")
    hold(shelfLifeDays ?? 1 >= 1, "shelf_life_days", shelfLifeDays ?? 0, "at least a day")
    hold(maximumCoverDays ?? 1 >= 1, "maximum_cover_days", maximumCoverDays ?? 0, "at least a day")
    hold((1...3_650).contains(usualCoverDays), "usual_cover_days", usualCoverDays, "1 to 3650 days")
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        "the stock policy cannot be used",
        hint: "Correct the supplier's terms or the replenishment settings.",
        faults: faults
      )
    }
  }
}
