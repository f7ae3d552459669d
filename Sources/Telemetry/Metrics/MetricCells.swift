import Metrics
import Synchronization

/// Something with a current value.
protocol MetricCell: AnyObject, Sendable {
  /// What it shows now.
  var reading: MetricReading { get }
}

/// What a series shows at one moment.
enum MetricReading: Sendable {
  case value(Double)
  /// Counts by bucket, not yet added up, the last one for infinity; and the sum of all values.
  case histogram(counts: [UInt64], sum: Double)
}

/// A counter; whole steps, which are nearly all there is, need no lock.
final class CounterCell: CounterHandler, FloatingPointCounterHandler, MetricCell {
  private let whole = Atomic<Int64>(0)
  private let fraction = Mutex<Double>(0)

  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    whole.wrappingAdd(amount, ordering: .relaxed)
  }

  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    fraction.withLock { $0 += amount }
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fraction.withLock { $0 = 0 }
  }

  var reading: MetricReading {
    .value(Double(whole.load(ordering: .relaxed)) + fraction.withLock { $0 })
  }
}

/// A gauge, also behind recorders that do not aggregate.
final class GaugeCell: MeterHandler, RecorderHandler, MetricCell {
  private let current = Mutex<Double>(0)

  func set(_ value: Int64) { current.withLock { $0 = Double(value) } }
  func set(_ value: Double) { current.withLock { $0 = value } }
  func increment(by amount: Double) { current.withLock { $0 += amount } }
  func decrement(by amount: Double) { current.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(value) }
  func record(_ value: Double) { set(value) }

  var reading: MetricReading { .value(current.withLock { $0 }) }
}

/// A histogram, behind timers (in seconds) and recorders that aggregate.
///
/// Every request of every connection ends here, so it has no lock: a thread that is put aside while
/// it holds one makes all the others wait. A scrape may see a count without its part of the sum.
final class HistogramCell: TimerHandler, RecorderHandler, MetricCell {
  /// A number that many threads add to; a class, since an atomic cannot stand in an array.
  private final class Count: Sendable {
    let value = Atomic<UInt64>(0)
  }

  private let bounds: [Double]
  private let counts: [Count]
  /// The sum of all values, as the bits of a double.
  private let sumBits = Atomic<UInt64>(0)

  init(bounds: [Double]) {
    self.bounds = bounds
    self.counts = (0...bounds.count).map { _ in Count() }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    // NaN would spoil the sum for good.
    guard !value.isNaN else { return }
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    counts[bucket].value.wrappingAdd(1, ordering: .relaxed)
    var older = sumBits.load(ordering: .relaxed)
    while true {
      let sum = (Double(bitPattern: older) + value).bitPattern
      let (isDone, found) = sumBits.weakCompareExchange(
        expected: older,
        desired: sum,
        ordering: .relaxed
      )
      if isDone { return }
      older = found
    }
  }

  var reading: MetricReading {
    .histogram(
      counts: counts.map { $0.value.load(ordering: .relaxed) },
      sum: Double(bitPattern: sumBits.load(ordering: .relaxed))
    )
  }
}
