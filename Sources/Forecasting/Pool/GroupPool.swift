import RealModule

/// The shapes that a group of series shares.
struct GroupPool: Sendable {
  /// The season's shape as it moves; nil where there is none.
  var season: SharedSeason?
  /// How much the members' true indices differ from the group's (a variance), if known.
  var seasonSpread: Double?
  /// The yearly indices by day of year (366), mean about 1; nil below two known years.
  var year: [Double]?
  /// What a member's demand is usually like; nil where too few tell.
  var level: GroupLevel?
  /// How frequent and rare demand of the group move as a whole; nil where too few tell.
  var movements: [GroupMovement?] = [nil, nil]
  /// The candidates' errors on frequent and on rare demand.
  var errors = [ErrorPool(), ErrorPool()]
  /// How far outcomes follow forecasts, on frequent and on rare demand.
  var pulls = [PullChoice(), PullChoice()]
}
