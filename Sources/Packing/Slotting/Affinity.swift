/// Which materials are picked together more often than chance would have it.
public enum Affinity {
  /// Two materials that are picked together.
  public struct Pair: Sendable, Hashable {
    /// One material.
    public var first: Int
    /// The other; always the larger number.
    public var second: Int
    /// Orders with both.
    public var orders: Int
    /// Their share of all orders.
    public var support: Double
    /// Of the orders with the rarer one the share that has the other too.
    public var confidence: Double
    /// How many times as often as chance, shrunk towards 1 where there is little to go by.
    public var lift: Double
  }

  /// Orders with both materials that a pair needs to count at all.
  public static let minimumOrders = 20
  /// Orders' worth of belief that a pair is as frequent as chance would have it.
  public static let prior = 10.0

  /// The pairs with enough support, by falling lift; ties by number.
  ///
  /// The number of common orders is taken as Poisson with a mean of lift times what independence
  /// expects, the lift as gamma distributed around 1 with the prior's weight; given is the mean of
  /// what is then believed (DuMouchel 1999, a gamma-Poisson shrinker with one component).
  ///
  /// Complexity: O(sum of squared order lengths); orders longer than `longest` are left out, since
  /// in those everything goes with everything.
  public static func pairs(
    _ orders: [[Int]],
    minimumOrders: Int = Self.minimumOrders,
    prior: Double = Self.prior,
    longest: Int = 100
  ) -> [Pair] {
    var alone: [Int: Int] = [:]
    var together: [UInt64: Int] = [:]
    var count = 0
    for order in orders {
      let materials = Set(order)
      guard materials.count <= longest, !materials.isEmpty else { continue }
      count += 1
      for material in materials { alone[material, default: 0] += 1 }
    }
    for order in orders {
      let all = Set(order)
      guard all.count <= longest else { continue }
      // A pair is no more frequent than the rarer of the two: the others need no counter.
      let materials = all.filter { alone[$0, default: 0] >= minimumOrders }.sorted()
      for (place, first) in materials.enumerated() {
        for second in materials[(place + 1)...] {
          together[
            UInt64(UInt32(truncatingIfNeeded: first)) << 32
              | UInt64(UInt32(truncatingIfNeeded: second)),
            default: 0
          ] += 1
        }
      }
    }
    var pairs: [Pair] = []
    for (key, common) in together where common >= max(1, minimumOrders) {
      let first = Int(key >> 32)
      let second = Int(key & 0xFFFF_FFFF)
      let (a, b) = (alone[first] ?? 0, alone[second] ?? 0)
      guard a > 0, b > 0 else { continue }
      let expected = Double(a) * Double(b) / Double(count)
      pairs.append(
        Pair(
          first: first,
          second: second,
          orders: common,
          support: Double(common) / Double(count),
          confidence: Double(common) / Double(min(a, b)),
          lift: (Double(common) + prior) / (expected + prior)
        )
      )
    }
    return pairs.sorted { ($1.lift, $0.first, $0.second) < ($0.lift, $1.first, $1.second) }
  }
}
