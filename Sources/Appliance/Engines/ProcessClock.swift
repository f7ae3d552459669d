import Foundation
import Operations

/// The clocks of this process.
enum ProcessClock {
  /// The wall and processor clocks for engine runs.
  static let engine = EngineClock(wallNS: { now(CLOCK_MONOTONIC) }) {
    now(CLOCK_PROCESS_CPUTIME_ID)
  }

  /// When this process began, on the monotonic clock.
  ///
  /// The kernel tells it in ticks since boot (proc(5), field 22 of /proc/self/stat), on the clock
  /// that also counts suspended time; both are read now to get from one to the other. Where it
  /// cannot be read, the first call of this stands for it.
  static let startNS: UInt64 = {
    let wall = now(CLOCK_MONOTONIC)
    guard let data = FileManager.default.contents(atPath: "/proc/self/stat"),
      let text = String(validating: data, as: UTF8.self),
      // The second field is the program's name in brackets, and may hold spaces.
      let close = text.lastIndex(of: ")")
    else { return wall }
    let fields = text[text.index(after: close)...].split(separator: " ")
    let ticksPerS = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    guard fields.count > 19, let ticks = UInt64(fields[19]) else { return wall }
    let startedNS = ticks * (1_000_000_000 / ticksPerS)
    let sinceBootNS = now(CLOCK_BOOTTIME)
    let age = sinceBootNS > startedNS ? sinceBootNS - startedNS : 0
    // An age of over a minute means that the two clocks do not belong together.
    return age < 60_000_000_000 && age < wall ? wall - age : wall
  }()

  private static func now(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
