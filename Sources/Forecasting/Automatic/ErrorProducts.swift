import RealModule

/// Cross products of the candidates' back-test errors, per period and per sum over the horizon.
///
/// Stock is planned on sums over the lead time, shapes on single periods; both count here. The
/// error of a sum over n periods enters divided by n, so that a pure noise has the same weight
/// both ways, while a wrong level, which never cancels, weighs more in the sum.
struct ErrorProducts {
  /// Candidates.
  let size: Int
  /// The matrix in row order, as a mean over all origins.
  private(set) var matrix: [Double]
  /// The same over the first two fifths of the origins, and over the last two fifths.
  private(set) var early: [Double]
  private(set) var late: [Double]
  /// Origins that could be scored: all of them, the early ones, the late ones.
  private(set) var origins = 0
  private(set) var earlyOrigins = 0
  private(set) var lateOrigins = 0
  /// What errors are measured in, so that series can be compared: the mean squared change from
  /// one period to the next, or what the best candidate reaches where that is much less.
  private(set) var scale = 0.0

  /// How much the sums count beside the single periods.
  static let sumShare = 1.0

  /// Windows that lie side by side (see `OriginPlan`).
  let windows: Double

  init(_ candidates: [CandidatePaths], _ values: [Double], _ plan: OriginPlan, stride: Int) {
    let size = candidates.count
    self.size = size
    self.windows = plan.windows
    let zeros = [Double](repeating: 0, count: size * size)
    (matrix, early, late) = (zeros, zeros, zeros)
    var errors = [Double](repeating: 0, count: size)
    var sums = errors
    var single = zeros
    let count = plan.origins.count
    // Prime to the usual seasons, so that every phase is met.
    let hop = plan.horizon > 60 ? 5 : plan.horizon > 30 ? 3 : 1
    var total = 0.0
    for (place, origin) in plan.origins.enumerated() {
      var (seen, taken) = (0.0, 0.0)
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
        // Of a long horizon every few steps are enough to tell shapes apart.
        guard step % hop == 0 else { continue }
        taken += 1
        for i in 0..<size {
          let e = errors[i]
          for j in 0...i { single[i * size + j] += e * errors[j] }
        }
      }
      guard seen > 0 else { continue }
      for i in 0..<size {
        for j in 0...i {
          let alone = taken > 0 ? single[i * size + j] / taken : 0
          single[i * size + j] = alone + Self.sumShare * sums[i] * sums[j] / seen
        }
      }
      let weight = Double.exp2((Double(place) / Double(count) - 0.5) / 0.4)
      Self.add(single, to: &matrix, weight)
      total += weight
      origins += 1
      if 5 * place < 2 * count {
        Self.add(single, to: &early)
        earlyOrigins += 1
      } else if 5 * place >= 3 * count {
        Self.add(single, to: &late)
        lateOrigins += 1
      }
    }
    Self.finish(&matrix, size, total)
    Self.finish(&early, size, Double(earlyOrigins))
    Self.finish(&late, size, Double(lateOrigins))
    var least = Double.infinity
    for index in 0..<size { least = min(least, matrix[index * size + index]) }
    scale = least + 0.2 * Self.meanSquaredChange(values)
  }

  private static func add(_ part: [Double], to sum: inout [Double], _ weight: Double = 1) {
    for cell in part.indices { sum[cell] += weight * part[cell] }
  }

  /// Turns sums over the lower triangle into means over a whole, symmetric matrix.
  private static func finish(_ matrix: inout [Double], _ size: Int, _ count: Double) {
    let scale = count > 0 ? 1 / count : 1
    for i in 0..<size {
      for j in 0...i {
        let value = matrix[i * size + j] * scale
        matrix[i * size + j] = value
        matrix[j * size + i] = value
      }
    }
  }

  private static func meanSquaredChange(_ values: [Double]) -> Double {
    var (sum, count) = (0.0, 0.0)
    for index in values.indices.dropFirst() {
      let change = values[index] - values[index - 1]
      guard !change.isNaN else { continue }
      sum += change * change
      count += 1
    }
    return count > 0 ? sum / count : 0
  }
}
