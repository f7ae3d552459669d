/// Where a back-test stands: the points of the past from which it forecasts what then happened.
///
/// Origins lie evenly between the first point with enough past (half of the series, at
/// least one season and a few values) and the last from which a fair part of the horizon is
/// known. Windows may overlap; what counts is that every forecast is made from its past alone.
struct OriginPlan {
  /// How many values are known at each origin, ascending; the full length is not among them.
  var origins: [Int]
  /// Steps that are forecast and scored from each.
  var horizon: Int

  /// How many of the windows lie side by side: overlapping ones tell little that is new.
  private(set) var windows = 1.0

  /// Most origins of one series, and of one with a long past.
  static let most = 16
  static let mostOfLong = 32
  /// Values from which a past is long.
  static let longPast = 600

  init(count: Int, season: Int, horizon: Int, most: Int? = nil) {
    let most = most ?? (count < Self.longPast ? Self.most : Self.mostOfLong)
    let first = min(max(count / 2, min(season + 1, count / 2), 3), max(count - 1, 0))
    let steps = max(1, min(horizon, (count - first) / 2))
    self.horizon = steps
    let last = count - steps
    guard count >= 6, last >= first else {
      self.origins = count >= 4 ? [count - 1] : []
      self.horizon = 1
      return
    }
    // Old habits are not today's: at most as far back as it takes for that many windows.
    let begin = max(first, last - max(most * steps, 4 * season))
    let wanted = min(most, last - begin + 1)
    self.origins =
      wanted <= 1
      ? [last] : (0..<wanted).map { begin + (last - begin) * $0 / (wanted - 1) }
    let reach = (origins.last ?? 0) - (origins.first ?? 0) + steps
    windows = min(Double(reach) / Double(steps), Double(origins.count))
  }
}
