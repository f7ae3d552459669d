import RealModule
import Statistics

/// Single values so far out that they are faults of the record rather than demand.
///
/// Promotions and project orders are demand, and a forecast of the mean must keep them. So only
/// what is extreme in three ways at once is cut: it stands alone (at most two of them, and at
/// most one value in fifty), it exceeds `multiple` times the largest of all the others, and there
/// are at least twenty positive values to judge by. It is cut back to the largest of the others.
enum Outlier {
  /// How many times the largest of all other values a fault must be.
  static let multiple = 10.0

  /// Cuts outliers back in place and returns their positions.
  static func cut(_ values: inout [Double]) -> [Int] {
    var positive = 0
    // The three largest, kept in one pass.
    var top = (0.0, 0.0, 0.0)
    var places = (-1, -1)
    for index in values.indices where values[index] > 0 {
      let value = values[index]
      positive += 1
      if value > top.0 {
        top = (value, top.0, top.1)
        places = (index, places.0)
      } else if value > top.1 {
        top = (top.0, value, top.1)
        places.1 = index
      } else if value > top.2 {
        top.2 = value
      }
    }
    guard positive >= 20 else { return [] }
    if top.0 > multiple * top.1 {
      values[places.0] = top.1
      return [places.0]
    }
    if positive >= 100, top.1 > multiple * top.2 {
      values[places.0] = top.2
      values[places.1] = top.2
      return [min(places.0, places.1), max(places.0, places.1)]
    }
    return []
  }
}
