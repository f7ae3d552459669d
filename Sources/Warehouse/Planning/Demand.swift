/// The demand of one material on one day.
public struct DemandDay: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// The day, in the facility's zone.
  public var day: LocalDay
  /// How much, in milli base units; negative where returns outweigh.
  public var quantityMilli: Int64
  /// Whether there was nothing to sell, so that the figure is no demand.
  public var isStockOut: Bool

  /// Makes a day's demand.
  public init(material: MaterialID, day: LocalDay, quantityMilli: Int64, isStockOut: Bool = false) {
    self.material = material
    self.day = day
    self.quantityMilli = quantityMilli
    self.isStockOut = isStockOut
  }
}

/// The daily demand of one material over a range of days without gaps.
public struct DemandHistory: Sendable, Equatable {
  /// The material.
  public var material: MaterialID
  /// The day of the first value.
  public var firstDay: LocalDay
  /// Demand by day, in base units; nan for stock-out days and closed days, 0 for days without
  /// movement after the first movement.
  public var values: [Double]

  /// Makes a history.
  public init(material: MaterialID, firstDay: LocalDay, values: [Double]) {
    self.material = material
    self.firstDay = firstDay
    self.values = values
  }
}
