import Synchronization
import Warehouse

/// How often each caller may ask: a bucket of tokens for each, filled at a steady rate.
///
/// Bounded: where too many callers are known, those whose buckets are full again are forgotten, for
/// whom that changes nothing; where that does not help, all are.
final class RateBook<Name: Hashable & Sendable>: Sendable {
  private struct Bucket {
    var level: Double
    var atMS: Int64
  }

  /// How many requests may come at once.
  let burst: Double
  /// How many a second in the long run.
  let perSecond: Double
  private let capacity: Int
  private let buckets = Mutex<[Name: Bucket]>([:])

  init(burst: Double, perSecond: Double, capacity: Int = Limits.rememberedRates) {
    self.burst = burst
    self.perSecond = perSecond
    self.capacity = capacity
  }

  /// Takes one request of a caller: nil where it may pass, else the seconds until one may.
  func take(_ name: Name, at now: Instant) -> Int? {
    buckets.withLock { buckets in
      var bucket = buckets[name] ?? Bucket(level: burst, atMS: now.ms)
      let elapsedMS = max(0, now.ms - bucket.atMS)
      bucket.level = min(burst, bucket.level + Double(elapsedMS) / 1_000 * perSecond)
      bucket.atMS = now.ms
      let mayPass = bucket.level >= 1
      if mayPass { bucket.level -= 1 }
      if buckets[name] == nil, buckets.count >= capacity { makeRoom(&buckets, at: now) }
      buckets[name] = bucket
      return mayPass ? nil : max(1, Int(((1 - bucket.level) / perSecond).rounded(.up)))
    }
  }

  private func makeRoom(_ buckets: inout [Name: Bucket], at now: Instant) {
    buckets = buckets.filter { _, bucket in
      bucket.level + Double(now.ms - bucket.atMS) / 1_000 * perSecond < burst
    }
    if buckets.count >= capacity { buckets = [:] }
  }

  /// How many callers are known.
  var count: Int { buckets.withLock { $0.count } }
}
