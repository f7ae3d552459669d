import Warehouse

/// The demand of one material, oldest period first, as it was recorded.
///
/// A missing period (closed, stocked out, not delivered by the source) is `.nan`, never zero: a
/// zero says that nobody wanted anything. Zeros and missing periods before the first demand mean
/// that the material had not been launched yet.
public struct DemandSeries: Sendable {
  /// What the caller knows the series by.
  public var id: String
  /// Demand per period, in whatever unit the caller keeps; `.nan` where it is missing.
  public var values: [Double]
  /// The day of the first value, where the periods are known calendar days.
  ///
  /// Then step 1 of a forecast is the day after the last value given, missing or not. Without a
  /// calendar step 1 follows the last value that is not missing.
  public var startDay: LocalDay?
  /// What the series is pooled with (value class, category); nil pools it with all others.
  public var group: String?

  /// Makes a series.
  public init(id: String, values: [Double], startDay: LocalDay? = nil, group: String? = nil) {
    self.id = id
    self.values = values
    self.startDay = startDay
    self.group = group
  }
}
