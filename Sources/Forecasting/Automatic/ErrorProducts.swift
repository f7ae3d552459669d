/// Cross products of the candidates' back-test errors, per period and per sum over the horizon.
///
/// Stock is planned on sums over the lead time, shapes on single periods; both count here. The
/// error of a sum over n periods enters divided by n, so that a pure noise has the same weight
/// both ways, while a wrong level, which never cancels, weighs more in the sum.
struct ErrorProducts {
  /// Candidates.
  let size: Int
  /// The matrix in row order, as a mean over origins.
  private(set) var matrix: [Double]
  /// Origins that could be scored.
  private(set) var origins = 0

  /// How much the sums count beside the single periods.
  static let sumShare = 1.0

  init(_ candidates: [CandidatePaths], _ values: [Double], _ plan: OriginPlan, stride: Int) {
    let size = candidates.count
    self.size = size
    self.matrix = [Double](repeating: 0, count: size * size)
    var errors = [Double](repeating: 0, count: size)
    var sums = errors
    var single = matrix
    for (place, origin) in plan.origins.enumerated() {
      var seen = 0.0
      for k in 0..<size { sums[k] = 0 }
      for cell in single.indices { single[cell] = 0 }
      let base = place * stride
      for step in 0..<plan.horizon where origin + step < values.count {
        let value = values[origin + step]
        guard !value.isNaN else { continue }
        seen += 1
        for k in 0..<size {
          errors[k] = value - candidates[k].paths[base + step]
          sums[k] += errors[k]
        }
        for i in 0..<size {
          let e = errors[i]
          for j in 0...i { single[i * size + j] += e * errors[j] }
        }
      }
      guard seen > 0 else { continue }
      origins += 1
      for i in 0..<size {
        for j in 0...i {
          matrix[i * size + j] +=
            (single[i * size + j] + Self.sumShare * sums[i] * sums[j]) / seen
        }
      }
    }
    let scale = 1 / Double(max(origins, 1))
    for i in 0..<size {
      for j in 0...i {
        let value = matrix[i * size + j] * scale
        matrix[i * size + j] = value
        matrix[j * size + i] = value
      }
    }
  }
}
