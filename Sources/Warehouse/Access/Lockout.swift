/// How wrong attempts slow down whoever makes them: a count, and the moment until which it waits.
///
/// A few slips cost nothing. After that each further wrong attempt doubles the wait, so that a PIN
/// of six digits outlives every patience, and nobody is locked out for good by a colleague's joke.
/// The count is kept in the database: a restart forgives nothing.
public struct Lockout: Sendable, Equatable {
  /// Wrong attempts since the last right one.
  public var failures: Int
  /// Until when no attempt is looked at; nil where the next one is.
  public var lockedUntil: Instant?

  /// Nothing went wrong yet.
  public init(failures: Int = 0, lockedUntil: Instant? = nil) {
    self.failures = failures
    self.lockedUntil = lockedUntil
  }

  /// For how many seconds it is still locked; nil where it is not.
  public func remainingS(at now: Instant) -> Int? {
    guard let lockedUntil, lockedUntil > now else { return nil }
    return Int((lockedUntil.ms - now.ms + 999) / 1_000)
  }

  /// The state after another wrong attempt; `free` attempts have no consequence.
  public func afterFailure(at now: Instant, free: Int) -> Lockout {
    let failures = self.failures + 1
    guard failures >= free else { return Lockout(failures: failures) }
    let doublings = min(failures - free, 20)
    let seconds = min(Limits.lockoutFirstS << Int64(doublings), Limits.lockoutLongestS)
    return Lockout(failures: failures, lockedUntil: now.adding(seconds: seconds))
  }
}
