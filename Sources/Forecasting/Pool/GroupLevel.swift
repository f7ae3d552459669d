/// What the demand of a group's members is usually like, for one that is new.
///
/// How far a new member is drawn towards it follows from credibility theory (Bühlmann, ASTIN
/// Bulletin 4, 1967): n own periods count n, the group counts the variance from one period to the
/// next over the variance from one member to the next. Where members are much alike, the group
/// says nearly all; where they differ, a few own periods say more.
struct GroupLevel: Sendable {
  /// The median of the members' means.
  let mean: Double
  /// How many own periods the group is worth.
  let worth: Double

  /// What is taken off for members whose levels lie far apart more often than a variance tells.
  static let doubt = 0.5
  /// The most that a group may be worth.
  static let most = 20.0

  /// Learns from the mean and the squared coefficient of variation of each member.
  init(_ members: [(mean: Double, variation: Double)]) {
    let count = Double(max(members.count, 1))
    var (sum, within) = (0.0, 0.0)
    for member in members {
      sum += member.mean
      within += member.variation * member.mean * member.mean
    }
    let centre = sum / count
    var between = 0.0
    for member in members { between += (member.mean - centre) * (member.mean - centre) }
    let sorted = members.map(\.mean).sorted()
    mean = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    worth = between > 0 ? min(Self.most, Self.doubt * within / between) : Self.most
  }
}
