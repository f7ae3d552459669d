/// The theta method as Assimakopoulos and Nikolopoulos made it and M4 used it.
///
/// The theta-0 line is the linear trend by least squares. The theta-2 line doubles the distance of
/// each value from it and is forecast by simple exponential smoothing. The forecast is their mean,
/// which is simple exponential smoothing with half the slope as drift (Hyndman and Billah 2003).
struct ThetaModel {
  /// Where the linear trend stands at the first value.
  var intercept: Double
  /// What it gains per period.
  var slope: Double
  /// The smoothed level of the theta-2 line.
  var level: Double
  /// The number of periods seen.
  var count: Int

  /// Fits; nil where nothing was observed.
  init?(_ values: [Double]) {
    var (n, st, stt, sy, sty) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() where !value.isNaN {
      let t = Double(index)
      n += 1
      st += t
      stt += t * t
      sy += value
      sty += t * value
    }
    guard n > 0 else { return nil }
    let spread = n * stt - st * st
    self.slope = spread > 0 ? (n * sty - st * sy) / spread : 0
    self.intercept = (sy - slope * st) / n
    self.count = values.count
    var doubled = values
    for index in doubled.indices {
      doubled[index] = 2 * values[index] - (intercept + slope * Double(index))
    }
    guard let smoothed = SimpleSmoothing(doubled) else { return nil }
    self.level = smoothed.level
  }

  /// The path of the forecast.
  func path(horizon: Int) -> [Double] {
    (0..<horizon).map { (intercept + slope * Double(count + $0) + level) / 2 }
  }
}
