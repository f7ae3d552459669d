/// Centred moving averages by running sums, with missing values left out.
enum MovingAverage {
  /// The mean of the observed values within `reach` periods on both sides of each position.
  ///
  /// Near the ends the window is what exists of it. Positions with nothing in reach are 0.
  static func centred(_ values: [Double], reach: Int) -> [Double] {
    let count = values.count
    var result = [Double](repeating: 0, count: count)
    var sum = 0.0
    var seen = 0
    var (low, high) = (0, -1)
    for centre in 0..<count {
      let last = min(count - 1, centre + reach)
      while high < last {
        high += 1
        if !values[high].isNaN {
          sum += values[high]
          seen += 1
        }
      }
      while low < centre - reach {
        if !values[low].isNaN {
          sum -= values[low]
          seen -= 1
        }
        low += 1
      }
      result[centre] = seen > 0 ? max(0, sum) / Double(seen) : 0
    }
    return result
  }
}
