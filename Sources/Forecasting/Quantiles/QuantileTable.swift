import RealModule

/// Quantiles for many forecasts under one law, each distinct forecast worked out once.
struct QuantileTable {
  let law: DemandLaw
  /// Levels in ascending order.
  let levels: [Double]
  private var known: [Int: Int] = [:]
  private var rows: [[Double]] = []

  init(law: DemandLaw, levels: [Double]) {
    self.law = law
    self.levels = levels
  }

  /// Quantiles at a forecast, which is rounded to half a per cent first.
  mutating func row(_ mean: Double) -> [Double] {
    guard mean > 1e-9 else { return [Double](repeating: 0, count: levels.count) }
    let key = Int((Double.log(mean) * 200).rounded())
    if let place = known[key] { return rows[place] }
    let row = law.quantiles(mean: Double.exp(Double(key) / 200), levels: levels)
    known[key] = rows.count
    rows.append(row)
    return row
  }
}
