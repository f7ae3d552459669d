import RealModule
import Warehouse

/// How much must be there when an order is placed, and how much of that is safety.
///
/// Reorder point = the quantile of the demand until the order after this one could arrive, that is
/// over lead time and review period; or, where demand comes in bursts and that is more, of how far
/// the burst that calls for the order goes below it, and the demand of the lead time (see
/// `crossingLaw`). Safety stock = what of it lies above the mean. Lead times that
/// swing widen each quantile: the distance from the mean becomes the root of the sum of squares of
/// the distance by demand and the distance by lead time, the latter from a log-normal lead time
/// times the mean demand of a day. Where both are normal and independent this is the textbook's
/// sigma = sqrt(L s^2 + d^2 s_L^2), and with a skewed demand it keeps the skew.
public struct SafetyStock: Sendable, Hashable {
  /// The reorder point, in base units.
  public let reorderPoint: Double
  /// The safety stock in it, in base units; never negative.
  public let safetyStock: Double
  /// The mean demand over lead time and review period.
  public let meanDemand: Double

  /// The law of the demand over so many days, lead-time swings included.
  static func protectionLaw(
    _ outlook: DemandOutlook,
    _ policy: StockPolicy,
    from start: LocalDay,
    days: Double
  ) -> (law: QuantileLaw, mean: Double) {
    let mean = outlook.mean(from: start, days: days)
    let law = outlook.law(from: start, days: days)
    guard policy.leadTimeDeviationDays > 0, policy.leadTimeDays > 0 else { return (law, mean) }
    let variation = policy.leadTimeDeviationDays / policy.leadTimeDays
    let spread = Double.log(1 + variation * variation).squareRoot()
    let daily = days > 0 ? mean / days : 0
    let widened = QuantileLaw(at: law.table) { score in
      let byDemand = law.quantile(score: score) - mean
      let factor = Double.exp(spread * score - 0.5 * spread * spread)
      let byLeadTime = daily * policy.leadTimeDays * (factor - 1)
      return mean + Self.joined(byDemand, byLeadTime)
    }
    return (widened, mean)
  }

  /// The law of what is missing from the reorder point when an order arrives.
  ///
  /// Stock does not stop at the reorder point and wait: the demand that takes it below goes on to
  /// take it some way further, and where demand comes in bursts that way is longer than a usual
  /// day's demand. How far follows from renewal theory (Tijms and Groenevelt, EJOR 17, 1984): the
  /// share of undershoots beyond u is the expected shortage of a review period's demand beyond u,
  /// over its mean. To that comes the demand of the lead time. Nil where demand does not burst.
  ///
  /// Where a stock is looked at daily and the past has told what its order cycles ask (see
  /// `BurstExtra`), that is taken instead: it knows that busy days come together as well.
  static func crossingLaw(
    _ outlook: DemandOutlook,
    _ policy: StockPolicy,
    from start: LocalDay
  ) -> QuantileLaw? {
    if policy.reviewDays <= 1, let burst = outlook.burst(leadTimeDays: policy.leadTimeDays) {
      let days = policy.protectionDays
      let (law, mean) = protectionLaw(outlook, policy, from: start, days: days)
      let daily = days > 0 ? mean / days : 0
      return QuantileLaw(at: law.table) { law.quantile(score: $0) + daily * burst($0) }
    }
    let review =
      policy.reviewDays > 1
      ? outlook.law(from: start, days: policy.reviewDays)
      : outlook.dayLaw(from: start, days: policy.protectionDays)
    let (usual, variation) = review.moments
    // Up to the variation of the exponential law, whose undershoot is as long as its demand, the
    // usual law over lead time and review asks for no less.
    guard usual > 0, variation > 1 else { return nil }
    let (law, mean) = protectionLaw(outlook, policy, from: start, days: policy.leadTimeDays)
    let depth = review.remainder(mean: usual)
    let meanDepth = depth.shortage(beyond: 0)
    return QuantileLaw(at: law.table) { score in
      let byDemand = law.quantile(score: score) - mean
      let byDepth = depth.quantile(score: score) - meanDepth
      return mean + meanDepth + Self.joined(byDemand, byDepth)
    }
  }

  /// Two independent distances from the mean as one: the root of the sum of their squares.
  private static func joined(_ one: Double, _ other: Double) -> Double {
    let distance = (one * one + other * other).squareRoot()
    return one + other < 0 ? -distance : distance
  }

  /// The reorder point that keeps the promise of the policy.
  ///
  /// `orderQuantity` (base units) matters for a fill rate: the expected shortage of a cycle may be
  /// that share of what one order brings.
  public init(
    outlook: DemandOutlook,
    policy: StockPolicy,
    orderQuantity: Double,
    from start: LocalDay
  ) {
    let (law, mean) = Self.protectionLaw(outlook, policy, from: start, days: policy.protectionDays)
    let steady = SafetyStock(
      law: law,
      mean: mean,
      service: policy.service,
      orderQuantity: orderQuantity
    )
    // A stock that is always watched is ordered for at the reorder point itself.
    guard policy.reviewDays > 0, let crossing = Self.crossingLaw(outlook, policy, from: start)
    else {
      self = steady
      return
    }
    let bursting = SafetyStock(
      law: crossing,
      mean: mean,
      service: policy.service,
      orderQuantity: orderQuantity
    )
    self = bursting.reorderPoint > steady.reorderPoint ? bursting : steady
  }

  init(law: QuantileLaw, mean: Double, service: ServiceTarget, orderQuantity: Double) {
    let point =
      switch service {
      case .cycle(let level): law.quantile(level)
      case .fillRate(let level): law.stock(forShortage: (1 - level) * orderQuantity)
      }
    meanDemand = mean
    reorderPoint = max(point, mean)
    safetyStock = reorderPoint - mean
  }

  init(meanDemand: Double, safetyStock: Double) {
    self.meanDemand = meanDemand
    self.safetyStock = max(0, safetyStock)
    self.reorderPoint = meanDemand + self.safetyStock
  }

  /// The textbook's reorder point, to be shown beside the one from quantiles.
  ///
  /// Safety stock = k sqrt((L + R) s^2 + d^2 s_L^2), with k from the cycle level or, for a fill
  /// rate, from G(k) = Q (1 - P2) / sigma, floored at 0 (Silver, Pyke and Peterson, "Inventory
  /// Management and Production Planning and Scheduling", 1998, chapter 7; the lead time is not
  /// squared in the first term).
  public static func textbook(
    dailyMean: Double,
    dailyDeviation: Double,
    policy: StockPolicy,
    orderQuantity: Double
  ) -> SafetyStock {
    let days = policy.protectionDays
    let byLeadTime = dailyMean * policy.leadTimeDeviationDays
    let sigma = (days * dailyDeviation * dailyDeviation + byLeadTime * byLeadTime).squareRoot()
    let k =
      switch policy.service {
      case .cycle(let level): Normal.quantile(level)
      case .fillRate(let level):
        sigma > 0 ? Normal.inverseLoss((1 - level) * orderQuantity / sigma) : 0
      }
    return SafetyStock(meanDemand: dailyMean * days, safetyStock: sigma > 0 ? k * sigma : 0)
  }
}
