/// Rare demand seen from further away: summed over several periods, smoothed, and spread again.
///
/// Over as many periods as usually pass between two demands (their mean interval, rounded) most of
/// the zeros are gone and simple smoothing does well (ADIDA: Nikolopoulos, Syntetos, Boylan,
/// Petropoulos and Assimakopoulos, JORS 62, 2011). The mean over all widths from 1 up to that one
/// spares the choice (IMAPA: Petropoulos and Kourentzes, JORS 66, 2015). Buckets end with the
/// last value, so that what is left over is the oldest.
struct AggregatedSmoothing {
  /// The expected demand per period.
  var rate: Double
  /// The widest bucket, in periods.
  var width: Int

  /// Smooths with the best constant of each width; nil where no demand was observed.
  init?(_ values: [Double], every: Bool) {
    var (observed, places): ([Double], [Int]) = ([], [])
    for value in values where !value.isNaN {
      observed.append(value)
      if value > 0 { places.append(observed.count) }
    }
    guard let last = places.last else { return nil }
    // From the start of the record to the first demand counts as an interval as well.
    let interval = (Double(last) / Double(places.count)).rounded(.toNearestOrEven)
    let width = min(max(1, Int(interval)), observed.count)
    self.width = width
    var (sum, count) = (0.0, 0.0)
    for one in (every ? 1 : width)...width {
      guard let level = SimpleSmoothing(Self.buckets(observed, one))?.level else { continue }
      sum += level / Double(one)
      count += 1
    }
    guard count > 0 else { return nil }
    rate = sum / count
  }

  /// Sums of `width` values each, the oldest left-overs dropped.
  static func buckets(_ values: [Double], _ width: Int) -> [Double] {
    stride(from: values.count % width, to: values.count, by: width).map { start in
      var sum = 0.0
      for index in start..<(start + width) { sum += values[index] }
      return sum
    }
  }
}
