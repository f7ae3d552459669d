/// The last durations of something, for percentiles.
final class Timings: Sendable {
  private struct State {
    var valuesUS: [Int64] = []
    var next = 0
  }

  private let capacity: Int
  private let state = Guarded(State())

  /// Keeps the last `capacity` durations.
  init(capacity: Int = 512) {
    self.capacity = capacity
  }

  /// Adds a duration in microseconds.
  func add(_ us: Int64) {
    state.withLock { state in
      if state.valuesUS.count < capacity {
        state.valuesUS.append(us)
      } else {
        state.valuesUS[state.next] = us
        state.next = (state.next + 1) % capacity
      }
    }
  }

  /// The value below which that share of the durations lies; nil where there are none.
  func percentileUS(_ share: Double) -> Int64? {
    let values = state.withLock { $0.valuesUS }.sorted()
    guard !values.isEmpty else { return nil }
    let place = Int((share * Double(values.count)).rounded(.up)) - 1
    return values[max(0, min(values.count - 1, place))]
  }
}

/// Reads a clock that never runs backwards.
enum Stopwatch {
  /// Microseconds between two moments.
  static func us(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Int64 {
    let (seconds, attoseconds) = (end - start).components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Microseconds since a moment.
  static func us(since start: ContinuousClock.Instant) -> Int64 {
    us(from: start, to: .now)
  }
}
