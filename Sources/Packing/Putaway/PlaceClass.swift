import Warehouse

/// What the rules of a place itself look at; many places are alike in all of it.
///
/// A hall of ten thousand places has some hundred classes: a line is judged against each class
/// once, and a place that its class already rules out is never looked at.
struct PlaceClass: Sendable, Hashable {
  var isOnHold = false
  var isSecure = false
  var takesLyingRolls = false
  var owner = Int64.min
  var storageBits: UInt64 = 0
  var temperature: Int32 = -1
  var hazardsPermitted: UInt64 = 0
  var reachMM: Int64 = 0
  /// Inner edges, fourth lane 1; all zero = unknown.
  var inner = SIMD4<Int32>(repeating: 0)

  /// How a line stands to all places of a class, whatever lies in them.
  struct Verdict: Sendable {
    /// The rules that they break, the edges included.
    var broken = ConstraintSet()
    /// The height of the tallest way in which a unit stands there; nil where none is known.
    var standingMM: Int32?
  }

  /// Judges a line.
  func judge(_ query: PutawayQuery) -> Verdict {
    var verdict = Verdict()
    if isOnHold { verdict.broken.insert(PutawayConstraint.hold.bit) }
    if owner != .min, owner != query.goods.owner.rawValue {
      verdict.broken.insert(PutawayConstraint.owner.bit)
    }
    if storageBits != 0, storageBits & query.storageBit == 0 {
      verdict.broken.insert(PutawayConstraint.storageType.bit)
    }
    if temperature != query.temperature {
      verdict.broken.insert(PutawayConstraint.temperature.bit)
    }
    if query.goods.needsSecurity, !isSecure {
      verdict.broken.insert(PutawayConstraint.security.bit)
    }
    if reachMM > query.reachMM { verdict.broken.insert(PutawayConstraint.reach.bit) }
    if query.onlyLies, !takesLyingRolls { verdict.broken.insert(PutawayConstraint.cradle.bit) }
    if query.lacksShelfLife { verdict.broken.insert(PutawayConstraint.shelfLife.bit) }
    if query.hazardBit != 1, hazardsPermitted & query.hazardBit & ~(1 << 63) == 0 {
      verdict.broken.insert(PutawayConstraint.hazard.bit)
    }
    for size in query.orientations where all(size .<= inner) {
      verdict.standingMM = max(verdict.standingMM ?? 0, size.z)
    }
    if verdict.standingMM == nil, !query.orientations.isEmpty, inner.x > 0 {
      verdict.broken.insert(PutawayConstraint.dimensions.bit)
    }
    return verdict
  }
}
