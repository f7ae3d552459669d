import RealModule
import Warehouse

/// How steady a demand is: the second letter of the ABC-XYZ matrix.
///
/// By the coefficient of variation of weekly demand, weeks without demand included: up to 0.5
/// steady (X), up to 1 changing (Y), above that hardly to be told (Z). The cuts are those that the
/// trade uses. Weeks, because the shape of the week is known and no surprise.
public enum SteadinessClass: String, Sendable, CaseIterable {
  /// Steady.
  case x = "X"
  /// Changing.
  case y = "Y"
  /// Hardly to be told.
  case z = "Z"

  /// The coefficient of variation up to which a demand is steady.
  public static let steadyCut = 0.5
  /// The one up to which it is changing.
  public static let changingCut = 1.0

  /// Sorts demand by day, oldest first; what is unknown (nan) is left out of its week.
  ///
  /// Whole weeks are counted back from the last day. Without two of them, or without demand, Z.
  public init(daily: [Double]) {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for end in stride(from: daily.count, to: 6, by: -7) {
      var (week, seen) = (0.0, 0.0)
      for value in daily[(end - 7)..<end] where !value.isNaN {
        week += max(0, value)
        seen += 1
      }
      // A week that is known by half is blown up to a whole one; of less nothing is said.
      guard seen >= 4 else { continue }
      week *= 7 / seen
      sum += week
      squares += week * week
      count += 1
    }
    guard count >= 2, sum > 0 else {
      self = .z
      return
    }
    let mean = sum / count
    let variance = max(0, squares / count - mean * mean) * count / (count - 1)
    let variation = variance.squareRoot() / mean
    self = variation <= Self.steadyCut ? .x : variation <= Self.changingCut ? .y : .z
  }
}

/// What lies in stock beyond what anybody will ask for.
public enum StockHealth: Sendable, Hashable {
  /// No demand for so many days, or never any: the whole stock.
  case dead(daysWithoutDemand: Int?)
  /// More than the demand expected within the longest cover: what is above it, in base units, and
  /// for how many days the whole will last.
  case excess(quantity: Double, coverDays: Double)
  /// Neither.
  case sound

  /// Judges a stock.
  ///
  /// - Parameters:
  ///   - onHand: what lies there, in base units.
  ///   - daysWithoutDemand: whole days since the last demand; nil where there never was any.
  ///   - recordedDays: how long demand has been recorded: a new material is not dead.
  ///   - deadDays: days without demand from which stock counts as dead.
  ///   - dailyMean: expected demand of a day.
  ///   - coverDays: the longest cover that is wanted.
  ///   - reorderPoint: below this nothing is excess, however slow.
  public init(
    onHand: Double,
    daysWithoutDemand: Int?,
    recordedDays: Int,
    deadDays: Int,
    dailyMean: Double,
    coverDays: Double,
    reorderPoint: Double
  ) {
    guard onHand > 0 else {
      self = .sound
      return
    }
    if (daysWithoutDemand ?? recordedDays) >= deadDays {
      self = .dead(daysWithoutDemand: daysWithoutDemand)
      return
    }
    let wanted = max(dailyMean * coverDays, reorderPoint)
    guard onHand > wanted, dailyMean > 0 else {
      self = .sound
      return
    }
    self = .excess(quantity: onHand - wanted, coverDays: onHand / dailyMean)
  }
}
