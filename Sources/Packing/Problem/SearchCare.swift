/// How carefully a bin is searched for a spot, by how many units there are to place.
///
/// A greedy plan is owed at once, whatever comes in: ten units deserve every corner, ten thousand
/// in one place would take minutes at that rate. Fewer spots looked at cost a plan some room, never
/// a rule. Up to a thousand units hardly anything is left out.
struct SearchCare: Sendable {
  /// Empty spaces that a bin keeps.
  let spaces: Int
  /// Boxes below a space whose corners are tried.
  private let corners: Int
  /// Refusals after which any bin is asked for smaller goods only.
  private let patience: Int
  /// Overlaps with boxes below that one search for a corner may work out.
  private static let overlaps = 8_000

  /// The fewest corners tried, however many overlaps that takes.
  private let leastCorners: Int

  /// Care for that many units; `hasStacking` says that what stands on what is judged for each try.
  init(units: Int, hasGeometry: Bool, hasStacking: Bool) {
    let units = max(1, units)
    spaces = max(128, 5_000_000 / units)
    corners = hasStacking ? max(1, min(48, 48_000 / units)) : .max
    leastCorners = units > 5_000 ? 1 : 4
    patience = hasGeometry && units > 5_000 ? max(32, 1_000_000 / units) : .max
  }

  /// How often a bin with so many boxes refuses before it is asked for smaller goods only.
  ///
  /// To find out that a unit finds no spot costs with the boxes, and the next unit in a decreasing
  /// order is hardly smaller.
  func patience(with boxes: Int) -> Int {
    boxes > 100 ? min(patience, max(4, 20_000 / boxes)) : patience
  }

  /// How many of so many boxes below are tried by their corners.
  func corners(of count: Int) -> Int {
    min(corners, max(leastCorners, Self.overlaps / max(1, count)))
  }
}
