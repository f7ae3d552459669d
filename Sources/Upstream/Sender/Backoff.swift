/// How long to wait before the next attempt: full jitter under a growing ceiling.
///
/// `random(0, min(cap, base * 2^n))` after the nth failure in a row (Brooker, "Exponential Backoff
/// and Jitter", AWS Architecture Blog, 2015). Thousands of boxes whose head office comes back
/// after an outage then knock spread over time, not together.
struct Backoff: Sendable, Equatable {
  /// The ceiling after the first failure, in milliseconds.
  var baseMS: Int64 = 2_000
  /// The largest ceiling, in milliseconds.
  var capMS: Int64 = 900_000

  /// The wait after that many failures in a row (at least 1), from 64 random bits.
  func waitMS(failures: Int, random: UInt64) -> Int64 {
    let doublings = min(max(0, failures - 1), 40)
    let ceiling = min(capMS, baseMS << Int64(doublings))
    return Int64(random % UInt64(ceiling + 1))
  }
}
