import Warehouse

/// A place that was recommended a moment ago, looked at again.
///
/// Between a recommendation and its reservation another station may take the very spot. The place
/// as a whole is often still as good: then the goods need another spot in it, and not a whole new
/// decision among ten thousand places, in which all stations would meet at the next best place.
extension PutawaySuggestion {
  /// What came of another look.
  public enum Renewal: Sendable {
    /// The place takes the goods, maybe at another spot.
    case stands(PutawaySuggestion)
    /// The first constraint that keeps them out now.
    case broken(PutawayConstraint)
  }

  /// The suggestion for the place as it is now.
  ///
  /// The parts that speak of what lies in the place are worked out anew; those about where it lies
  /// stand. Rules about its neighbours (beam, bay, next bays) are not seen from here: who reserves
  /// checks them.
  ///
  /// - Parameters:
  ///   - goods: The line; `handlingUnits` of it go there.
  ///   - state: The place now.
  ///   - context: Settings and the day's state, as for the recommendation.
  ///   - contents: What lies in the place now, promises included.
  public func renewed(
    _ goods: PutawayGoods,
    at state: LocationState,
    context: PutawayContext,
    contents: PutawayContents
  ) -> Renewal {
    var index = PutawayIndex(CollectionOfOne(state))
    let query = PutawayQuery(goods, units: handlingUnits, context: context, index: &index)
    if let rule = index.faults(query, at: 0, exhaustive: false).first { return .broken(rule) }
    var renewed = self
    switch FitCheck(index, context: context, at: 0).fit(goods, units: handlingUnits, in: contents) {
    case .broken(let rule): return .broken(rule)
    case .fits(let boxes, let isGeometric):
      renewed.boxes = boxes
      renewed.isGeometric = isGeometric
    }
    renewed.decided = ""
    for (lane, part) in index.parts(query, at: 0).enumerated() {
      switch part.kind {
      case .utilisation, .consolidation, .expiry: renewed.parts[lane] = part
      case .travel, .affinity, .congestion: break
      }
    }
    renewed.score = renewed.parts.reduce(0) { $0 + $1.value * $1.weight }
    renewed.reasons = Self.reasons(renewed.parts, isGeometric: renewed.isGeometric)
    return .stands(renewed)
  }
}
