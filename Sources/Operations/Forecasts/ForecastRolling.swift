import Forecasting
import Warehouse

/// Which forecasts are made anew in a nightly run, and how the others go on.
///
/// A rare material does not move for days on end, and one more day without demand hardly changes
/// what is known of it. So only what moved is fitted again; of the rest the path made earlier is
/// moved on to today. A day of silence is news, though, where demand was held to be sure, and a
/// path gets no older than `Self.mostDays`: each night another seventh of what rests is fitted.
enum ForecastRolling {
  /// No path is moved on further than this many days from its fit.
  static let mostDays: Int32 = 7
  /// Of the oldest days of a history so many are left out of the fingerprint: they will have left
  /// the window of history by the time that it is compared.
  static let margin = 28

  /// A number that changes with what the demand up to a day is known to be.
  ///
  /// The sum over its days, missing ones included, of day and value mixed (the finalizer of
  /// SplitMix64; Steele, Lea and Flood, OOPSLA 2014). A day without demand counts nothing, so that
  /// a material's history may begin with them or not.
  static func fingerprint(
    _ series: DemandSeries,
    from first: LocalDay,
    through last: LocalDay
  ) -> Int64 {
    guard let start = series.startDay else { return 0 }
    var sum: UInt64 = 0
    for (index, value) in series.values.enumerated() where value != 0 {
      let day = start.adding(days: index)
      guard day >= first, day <= last else { continue }
      let bits = value.isNaN ? UInt64.max : value.bitPattern
      sum &+= mixed(bits ^ mixed(UInt64(bitPattern: Int64(day.rawValue))))
    }
    return Int64(bitPattern: sum)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Whether a forecast made earlier still says what is known of its material.
  ///
  /// - Parameters:
  ///   - series: the history as it is now, through `origin`.
  ///   - historyDays: how much history a fit looks at.
  static func holds(
    _ forecast: MaterialForecast,
    _ series: DemandSeries,
    origin: LocalDay,
    historyDays: Int,
    _ request: ForecastRequest
  ) -> Bool {
    guard let fit = forecast.fit, let start = series.startDay else { return false }
    let age = fit.originDay.days(to: origin)
    let isAsked =
      forecast.mean.count == request.horizon && forecast.levels == request.quantiles
      && forecast.cumulative.map(\.steps) == request.cumulative
    guard isAsked, age >= 0, age < Int(mostDays), forecast.firstDay > fit.originDay else {
      return false
    }
    // Each night another part of what rests is due.
    let turn = Int64(origin.rawValue) % Int64(mostDays)
    if age > 0, forecast.material.rawValue % Int64(mostDays) == turn { return false }
    let known = fingerprint(
      series,
      from: fit.originDay.adding(days: margin - historyDays),
      through: fit.originDay
    )
    guard known == fit.fingerprint else { return false }
    // Whoever closes or opens a day ahead changes what is to be expected.
    let last = forecast.firstDay.adding(days: forecast.mean.count - 1)
    let taken = Set(forecast.basis?.closed ?? []).filter { $0 > origin }
    guard taken == request.closedDays.filter({ $0 > origin && $0 <= last }) else { return false }
    let low = forecast.levels.firstIndex { $0 >= 0.05 - 1e-9 } ?? 0
    let shift = forecast.firstDay.days(to: origin)
    for index in series.values.indices {
      let day = start.adding(days: index)
      guard day > fit.originDay, !series.values[index].isNaN else { continue }
      guard series.values[index] == 0 else { return false }
      // Silence where hardly any was expected: the forecast did not know something.
      let step = shift - day.days(to: origin)
      if step >= 0, step < forecast.mean.count, !forecast.levels.isEmpty,
        forecast.quantiles[low][step] > 0
      {
        return false
      }
    }
    return true
  }
}

extension MaterialForecast {
  /// The same forecast some days later: its path moved on, the new last days as a season before.
  ///
  /// Or two seasons before, and so on, where that day is closed; a new day that is closed is zero.
  /// Sums keep the spread that they had, in the proportion of their means.
  func moved(on days: Int, season: Int, closed: Set<LocalDay> = []) -> MaterialForecast {
    let horizon = mean.count
    guard days > 0, horizon > 0 else { return self }
    let back = min(max(season, 1), horizon)
    func shifted(_ path: [Double]) -> [Double] {
      var longer = path
      for _ in 0..<days {
        var source = longer.count - back
        while source >= back, closed.contains(firstDay.adding(days: source)) { source -= back }
        let isClosed = closed.contains(firstDay.adding(days: longer.count))
        longer.append(isClosed ? 0 : longer[source])
      }
      return Array(longer.suffix(horizon))
    }
    var next = self
    next.firstDay = firstDay.adding(days: days)
    next.basis?.closed = closed.filter { day in
      day >= next.firstDay && day < next.firstDay.adding(days: horizon)
    }.sorted()
    next.mean = shifted(mean)
    next.quantiles = quantiles.map(shifted)
    next.cumulative = cumulative.map { sum in
      let before = Self.total(mean, sum.steps, back)
      guard before > 0 else { return sum }
      let ratio = Self.total(next.mean, sum.steps, back) / before
      let isWhole = sum.quantiles.allSatisfy { $0 == $0.rounded() }
      return Cumulative(
        steps: sum.steps,
        mean: sum.mean * ratio,
        quantiles: sum.quantiles.map { isWhole ? ($0 * ratio).rounded() : $0 * ratio }
      )
    }
    return next
  }

  /// The first `steps` of a path added up; beyond its end the last season goes on.
  private static func total(_ path: [Double], _ steps: Int, _ back: Int) -> Double {
    var sum = 0.0
    for step in 0..<steps {
      let end = path.count
      sum += step < end ? path[step] : path[end - back + (step - end) % back]
    }
    return sum
  }
}
