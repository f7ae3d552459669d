import Warehouse

/// The lower bound L2 of Martello and Toth for bins of one capacity.
///
/// For a threshold t up to half the capacity: goods above `capacity - t` lie alone; goods above
/// half lie in different bins; goods of at least t up to half use the room that those leave, and
/// new bins beyond it. The largest result over all thresholds counts. Bins smaller than
/// `capacity` only make the truth larger, so the largest capacity may stand for all.
enum TwoSided {
  /// The bound for goods given as sizes with counts; 0 where the capacity has no limit.
  ///
  /// Complexity: O(n log n) for n different sizes.
  static func count(_ goods: [(size: Int64, count: Int)], capacity: Int64) -> Int {
    guard capacity > 0, capacity < .max else { return 0 }
    let sorted = goods.filter { $0.size > 0 && $0.size <= capacity && $0.count > 0 }
      .sorted { $0.size > $1.size }
    var best = 0
    let half = sorted.prefix { $0.size > capacity - $0.size }
    let small = sorted.dropFirst(half.count)
    let bigCount = half.reduce(0) { $0 + $1.count }
    var smallSum: Int64 = 0
    // As the threshold falls, goods above half go over from "alone" to "sharing", smallest first.
    var alone = half.endIndex
    var aloneCount = bigCount
    var sharedCount = 0
    var sharedSum: Int64 = 0
    for good in [(size: capacity / 2, count: 0)] + small {
      smallSum = smallSum.addingClamped(good.size.multipliedClamped(Int64(good.count)))
      while alone > half.startIndex, half[alone - 1].size <= capacity - good.size {
        alone -= 1
        aloneCount -= half[alone].count
        sharedCount += half[alone].count
        sharedSum = sharedSum.addingClamped(
          half[alone].size.multipliedClamped(Int64(half[alone].count))
        )
      }
      let room = Int64(sharedCount).multipliedClamped(capacity).addingClamped(-sharedSum)
      let beyond = smallSum.addingClamped(-room)
      let extra = beyond > 0 ? Int(clamping: (beyond - 1) / capacity + 1) : 0
      best = max(best, aloneCount + sharedCount + extra)
    }
    return best
  }
}
