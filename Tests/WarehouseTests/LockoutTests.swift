import Testing
import Warehouse

@Suite("Lock-out") struct LockoutTests {
  @Test("A few slips are free; then each further one doubles the wait, up to an hour")
  func growth() {
    var now = Instant(ms: 1_772_438_400_000)
    var lockout = Lockout()
    var waits: [Int] = []
    for _ in 0..<16 {
      lockout = lockout.afterFailure(at: now, free: Limits.freePersonFailures)
      let wait = lockout.remainingS(at: now) ?? 0
      waits.append(wait)
      now = now.adding(seconds: Int64(wait))
      #expect(lockout.remainingS(at: now) == nil)
    }
    #expect(
      waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600, 3_600]
    )
    // Nobody guesses six digits: a day of patience is some 30 attempts.
    var attempts = 0
    let end = now.adding(seconds: 86_400)
    while now < end {
      lockout = lockout.afterFailure(at: now, free: Limits.freePersonFailures)
      now = now.adding(seconds: Int64(lockout.remainingS(at: now) ?? 0))
      attempts += 1
    }
    #expect(attempts == 24)
  }

  @Test("A count that somebody raised by hand does not overflow")
  func huge() {
    let now = Instant(ms: 0)
    let lockout = Lockout(failures: 1_000_000).afterFailure(at: now, free: 5)
    #expect(lockout.remainingS(at: now) == Int(Limits.lockoutLongestS))
  }

  @Test("A part of a second still to wait is a second")
  func rounding() {
    let lockout = Lockout(failures: 9, lockedUntil: Instant(ms: 1_001))
    #expect(lockout.remainingS(at: Instant(ms: 0)) == 2)
    #expect(lockout.remainingS(at: Instant(ms: 1_000)) == 1)
    #expect(lockout.remainingS(at: Instant(ms: 1_001)) == nil)
  }
}
