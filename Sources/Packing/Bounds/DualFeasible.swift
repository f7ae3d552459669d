/// A dual feasible function: sizes that fit together keep a sum of at most 1 after it.
///
/// Every function here is non-decreasing and superadditive with f(0) = 0 and f(1) = 1, so that
/// goods of total size s never weigh more than f(s). It may therefore be used on each axis of a box
/// at once, and on smaller rooms as well: what lies in a room of size r weighs f(r) at most (Fekete
/// and Schepers, "New classes of fast lower bounds for bin packing problems", 2001; survey by
/// Clautiaux, Alves and Valério de Carvalho, 2010). Sizes are whole numbers out of `whole`, so that
/// no rounding decides whether something fits.
enum DualFeasible: Hashable, Sendable {
  /// The size itself.
  case identity
  /// Multiples of 1/(k+1) keep their size, what lies between falls to the next k-th part below.
  case steps(Int64)
  /// Sizes below a threshold count nothing, their complements count whole.
  case threshold(Int64)
  /// Counts how often a threshold goes into a size, and into what a large one leaves over.
  case counts(Int64)

  /// The weight of a size out of `whole`, 0...1.
  func callAsFunction(_ size: Int64, of whole: Int64) -> Double {
    guard size > 0, whole > 0 else { return 0 }
    guard size < whole else { return size == whole ? 1 : Double(size) / Double(whole) }
    switch self {
    case .identity: return Double(size) / Double(whole)
    case .steps(let k):
      let (product, overflowed) = size.multipliedReportingOverflow(by: k + 1)
      if overflowed { return Double(size) / Double(whole) }
      return product % whole == 0
        ? Double(size) / Double(whole) : Double(product / whole) / Double(k)
    case .threshold(let least):
      if size < least { return 0 }
      return whole - size < least ? 1 : Double(size) / Double(whole)
    case .counts(let least):
      guard least > 0, least * 2 <= whole else { return Double(size) / Double(whole) }
      let most = whole / least
      if size * 2 == whole { return 0.5 }
      if size * 2 < whole { return Double(size / least) / Double(most) }
      return Double(most - (whole - size) / least) / Double(most)
    }
  }

  /// Functions worth trying for goods of those sizes: the thresholds are among the sizes.
  static func family(sizes: [Int64], whole: Int64, limit: Int) -> [DualFeasible] {
    var family: [DualFeasible] = [.identity]
    for k in 1...Int64(max(1, limit / 4)) { family.append(.steps(k)) }
    let small = Set(sizes.lazy.filter { $0 > 0 && $0 <= whole / 2 }).sorted()
    let stride = max(1, small.count * 2 / max(1, limit))
    for index in Swift.stride(from: 0, to: small.count, by: stride) {
      family.append(.threshold(small[index]))
      family.append(.counts(small[index]))
    }
    return family
  }
}
