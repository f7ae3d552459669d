import RealModule
import Statistics
import Warehouse

/// A series made ready for the models.
///
/// Preparation, in this order:
/// 1. what is not a finite number is missing; magnitudes above `largest` are missing too;
/// 2. returns (negative demand) are netted against the demand before them, latest first, and what
///    cannot be netted is dropped, so that the sum is kept where it can be and nothing stays
///    negative;
/// 3. the head before the launch is cut (see `launch`), and so is the missing tail (ended, or not
///    yet recorded);
/// 4. what was counted in another unit is left out and reported (see `UnitBreak`);
/// 5. single values far out of everything else seen are cut back and reported (see `Outlier`).
///
/// `offset` remembers where the kept part began, so that seasons stay in phase.
struct PreparedSeries {
  /// Values from launch to the last observation; `.nan` inside where missing.
  var values: [Double]
  /// Position of the first kept value in what was given.
  var offset: Int
  /// Position of the first kept value on the axis that all series share: day or column.
  var axisStart: Int { firstDay.map { Int($0.rawValue) } ?? offset }
  /// Whether it is young: too few values for a back-test, and recorded to the end.
  var isNew: Bool { observed < AutomaticStudy.fewest && gap <= 7 }
  /// Periods between the last observation and the period before step 1.
  var gap: Int
  /// The day of the first kept value, where the calendar is known.
  var firstDay: LocalDay?
  /// Observed (not missing) values kept.
  var observed: Int
  /// The largest observed value.
  var maximum: Double
  /// The mean of the observed values.
  var mean: Double
  /// The squared coefficient of variation of the observed values, zeros included.
  var variation: Double
  /// Whether zeros are a regular part of the demand.
  var isRare: Bool
  /// Whether every observed value is a whole number.
  var isCount: Bool
  /// Whether no observed value is zero.
  var isPositive: Bool
  /// Positions in what was given that were cut back.
  var outliers: [Int]
  /// What is said of a change of unit; nil where there is none.
  var unitChange: String?

  /// Magnitudes above this are taken for faults of the source, not for demand.
  static let largest = 1e15

  init(_ series: DemandSeries, treatingOutliers: Bool) {
    var all = series.values
    Self.clean(&all)
    if treatingOutliers, let change = UnitBreak(all) {
      unitChange = change.reason
      for index in 0..<change.position { all[index] = .nan }
    }
    let first = Self.launch(all)
    let last = all.lastIndex { !$0.isNaN } ?? -1
    self.offset = first
    self.values = first <= last ? Array(all[first...last]) : []
    self.gap = series.startDay == nil || last < 0 ? 0 : all.count - 1 - last
    self.firstDay = series.startDay?.adding(days: first)
    self.outliers = []
    self.observed = 0
    self.maximum = 0
    self.mean = 0
    self.variation = 0
    self.isRare = true
    self.isCount = true
    self.isPositive = true
    if treatingOutliers { outliers = Outlier.cut(&values).map { $0 + first } }
    measure()
    isRare = DemandClass(values: values)?.isRare ?? true
  }

  private mutating func measure() {
    var (sum, squares) = (0.0, 0.0)
    for value in values where !value.isNaN {
      observed += 1
      sum += value
      squares += value * value
      if value > maximum { maximum = value }
      if value == 0 { isPositive = false }
      if value != value.rounded() { isCount = false }
    }
    mean = observed > 0 ? sum / Double(observed) : 0
    variation = mean > 0 ? max(0, squares / Double(observed) / (mean * mean) - 1) : 0
  }

  /// Where the material was launched.
  ///
  /// Zeros before the first demand may mean "not yet on the market" or just the usual waiting of a
  /// rare demand. To begin at the first demand always would make every rare item look busier than
  /// it is. So a head that is no longer than three usual intervals stays, and of a longer one the
  /// usual interval is kept.
  private static func launch(_ values: [Double]) -> Int {
    guard let first = values.firstIndex(where: { $0 > 0 }) else {
      return values.firstIndex { !$0.isNaN } ?? values.count
    }
    var (observed, positive) = (0.0, 0.0)
    for value in values[first...] where !value.isNaN {
      observed += 1
      if value > 0 { positive += 1 }
    }
    let interval = observed / positive
    var begin = first
    while begin > 0, values[begin - 1] == 0 { begin -= 1 }
    let head = Double(first - begin)
    if head <= 3 * interval { return begin }
    return first - min(first - begin, Int((interval - 1).rounded()))
  }

  /// Steps 1 and 2: drops what is no number, and nets returns backwards.
  private static func clean(_ values: inout [Double]) {
    var anyNegative = false
    for index in values.indices {
      let value = values[index]
      if !value.isFinite || abs(value) > largest {
        values[index] = .nan
      } else if value < 0 {
        anyNegative = true
      }
    }
    guard anyNegative else { return }
    var owed = 0.0
    for index in values.indices.reversed() where !values[index].isNaN {
      if values[index] < 0 {
        owed -= values[index]
        values[index] = 0
      } else if owed > 0 {
        let taken = min(owed, values[index])
        values[index] -= taken
        owed -= taken
      }
    }
  }
}
