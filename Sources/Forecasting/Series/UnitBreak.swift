import RealModule

/// A point from which a series counts in another unit: cartons where it was pieces before.
///
/// Trade grows and shrinks, even suddenly, but hardly ever by a factor of six from one day to the
/// next and evenly ever after. So a break is held to be a change of unit where the sizes before and
/// after it differ by at least `factor`, and by many times what they differ among themselves.
/// What lies before it tells nothing in the unit of today, and is left out.
struct UnitBreak {
  /// Position of the first value in the new unit.
  let position: Int
  /// How many times the earlier sizes the later ones are.
  let ratio: Double

  /// How many times larger or smaller sizes must be.
  static let factor = 6.0
  /// How many standard deviations of the sizes, on the scale of logarithms, lie between.
  static let deviations = 4.0
  /// Fewest positive values on either side.
  static let fewest = 20

  /// Looks for the break that explains most of the variance of the sizes' logarithms.
  ///
  /// Nil where none is as clear as that. Linear in the number of values.
  init?(_ values: [Double]) {
    var places: [Int] = []
    var sums = [0.0]
    var squares = 0.0
    for (index, value) in values.enumerated() where value > 0 {
      let size = Double.log(value)
      places.append(index)
      sums.append(sums[sums.count - 1] + size)
      squares += size * size
    }
    let count = places.count
    guard count >= 2 * Self.fewest else { return nil }
    let total = sums[count]
    var best = (gain: 0.0, split: 0, apart: 0.0)
    for split in Self.fewest...(count - Self.fewest) {
      let (before, after) = (Double(split), Double(count - split))
      let apart = (total - sums[split]) / after - sums[split] / before
      let gain = apart * apart * before * after / Double(count)
      if gain > best.gain { best = (gain, split, apart) }
    }
    let within = max(0, squares - total * total / Double(count) - best.gain)
    let deviation = Double.sqrt(within / Double(count - 2))
    guard abs(best.apart) >= max(Double.log(Self.factor), Self.deviations * deviation) else {
      return nil
    }
    position = places[best.split]
    ratio = Double.exp(best.apart)
  }

  /// What is said of it.
  var reason: String {
    let times = Int((ratio >= 1 ? ratio : 1 / ratio).rounded())
    return "From period \(position + 1) on its figures are about \(times) times as "
      + "\(ratio >= 1 ? "large" : "small"): a change of unit? What lies before was left out."
  }
}
