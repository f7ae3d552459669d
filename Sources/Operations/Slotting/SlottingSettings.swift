import Packing

/// How the site is laid out and walked, and what walking and moving costs.
public struct SlottingSettings: Sendable, Equatable {
  /// How pickers go through the aisles that an order needs.
  public var routing = PickLayout.Routing.sShape
  /// Lengths where nobody has measured any.
  public var steps = SiteLayout.Steps()
  /// Days of orders that are looked at.
  public var historyDays = 90
  /// Orders with both materials that a pair needs to count.
  public var minimumOrders = Affinity.minimumOrders
  /// How fast a picker walks, in metres a second.
  public var walkingSpeed = 1.0
  /// Work of moving one handling unit, in seconds.
  public var moveS = 180.0
  /// What an hour of work costs, in the facility's currency.
  public var labourCostPerHour = 30.0
  /// Days over which the saving of a move counts.
  public var horizonDays = 90
  /// Days within which a move must be paid back.
  public var paybackDays = 30
  /// How many times its work a move must save.
  public var hysteresis = 1.5
  /// Handling units that are moved in one shift.
  public var movesPerShift = 40

  /// The defaults.
  public init() {}

  /// The terms of re-slotting in millimetres of walking.
  var terms: Reslotting.Terms {
    Reslotting.Terms(
      stepMM: Int64((moveS * walkingSpeed * 1_000).rounded()),
      horizonDays: horizonDays,
      paybackDays: paybackDays,
      hysteresis: hysteresis,
      steps: movesPerShift
    )
  }

  /// What walking so far costs, in the facility's currency.
  func cost(ofMM length: Double) -> Double {
    length / 1_000 / walkingSpeed / 3_600 * labourCostPerHour
  }
}
