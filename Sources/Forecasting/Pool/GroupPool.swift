import RealModule

/// The shapes that a group of series shares.
struct GroupPool: Sendable {
  /// The season's shape as it moves; nil where there is none.
  var season: SharedSeason?
  /// How much the members' true indices differ from the group's (a variance), if known.
  var seasonSpread: Double?
  /// The yearly indices by day of year (366), mean about 1; nil below two known years.
  var year: [Double]?
  /// How the group moves as a whole; nil where it is too small to tell.
  var movement: GroupMovement?
  /// The candidates' errors on frequent and on rare demand.
  var errors = [ErrorPool(), ErrorPool()]
}
