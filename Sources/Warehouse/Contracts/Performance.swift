/// How recommendations ended, counted over a stretch of time: one group of equal outcomes.
public struct OutcomeCount: Sendable, Equatable {
  /// How they ended, or how far they are.
  public var status: RecommendationStatus
  /// Why, where they were overridden or rejected.
  public var reason: OverrideReason?
  /// The tenth of the confidence, 0 for below 0.1 to 9 for 0.9 and above.
  public var confidenceTenth: Int
  /// How many.
  public var count: Int
  /// The sum of their confidences.
  public var confidenceSum: Double

  /// Makes a group.
  public init(
    status: RecommendationStatus,
    reason: OverrideReason?,
    confidenceTenth: Int,
    count: Int,
    confidenceSum: Double
  ) {
    self.status = status
    self.reason = reason
    self.confidenceTenth = confidenceTenth
    self.count = count
    self.confidenceSum = confidenceSum
  }
}

/// Picks out of one zone, and how far they were.
public struct PickTravel: Sendable, Equatable {
  /// The zone.
  public var zone: String
  /// Picks out of places whose travel is known.
  public var picks: Int
  /// The travel to those places, one way, summed, in millimetres.
  public var travelMM: Int64
  /// The mean travel to a place of the zone, one way, in millimetres.
  public var meanTravelMM: Double

  /// Makes a figure.
  public init(zone: String, picks: Int, travelMM: Int64, meanTravelMM: Double) {
    self.zone = zone
    self.picks = picks
    self.travelMM = travelMM
    self.meanTravelMM = meanTravelMM
  }
}

/// Reads how the work went.
public protocol PerformanceReading {
  /// How recommendations that changed since a moment ended, or how far they are.
  func outcomeCounts(since: Instant) throws -> [OutcomeCount]
  /// How many ledger rows of each kind were booked since a day, among the newest `Limits` rows.
  func bookings(since: LocalDay) throws -> [LedgerKind: Int]
  /// How far picks since a day were, by zone, among the newest `Limits` rows.
  func pickTravel(since: LocalDay) throws -> [PickTravel]
  /// How often was picked from each location since a day, among the newest `Limits` rows.
  func picksByLocation(since: LocalDay) throws -> [LocationID: Int]
}
