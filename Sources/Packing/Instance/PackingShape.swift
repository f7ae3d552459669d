import Warehouse

/// What a unit is, beside its edges.
public enum PackingShape: Sendable, Hashable {
  /// A box: it rests on its base, and its top carries.
  case box
  /// A roll around that edge of its size, with a core of that diameter in millimetres.
  ///
  /// The other two edges are its diameter. On end it is a cylinder that stands on a ring and
  /// carries on a ring. Lying it needs a floor or a cradle with chocks, and carries nothing: it is
  /// never stacked, and lying rolls are not assumed to nest.
  case roll(axis: Axis, coreMM: Int64 = 0)

  /// An edge of a size.
  public enum Axis: Sendable, Hashable, CaseIterable {
    /// The first edge.
    case x
    /// The second edge.
    case y
    /// The third edge.
    case z
  }

  /// A roll by its edges: its axis is the edge that differs from two equal ones.
  ///
  /// Nil where no two edges are equal: then its diameter is not known, and it counts as a box.
  public static func roll(_ size: Dimensions, coreMM: Int64 = 0) -> PackingShape? {
    if size.x == size.y { return .roll(axis: .z, coreMM: coreMM) }
    if size.y == size.z { return .roll(axis: .x, coreMM: coreMM) }
    if size.x == size.z { return .roll(axis: .y, coreMM: coreMM) }
    return nil
  }

  /// The core of most printing papers, 3 inches: what is assumed where nobody has said.
  public static let usualCoreMM: Int64 = 76

  /// A roll with the core that is known of its kind, or the usual one; never wider than the roll.
  public static func roll(_ size: Dimensions, knownCoreMM: Int64?) -> PackingShape? {
    guard case .roll(let axis, _) = roll(size) else { return nil }
    let diameter = axis == .x ? size.y : size.x
    return .roll(axis: axis, coreMM: min(max(0, knownCoreMM ?? usualCoreMM), diameter - 1))
  }
}

extension ContactFace {
  /// The posture of a unit that stands on the face.
  var posture: PackedPosture {
    switch self {
    case .rectangle: .box
    case .ring(let core): .standingRoll(coreMM: Int64(core))
    case .line: .lyingRoll
    }
  }
}

/// How a unit stands in a location, as far as others may rest on it.
public enum PackedPosture: Sendable, Hashable {
  /// A box.
  case box
  /// A roll on end, with a core of that diameter in millimetres.
  case standingRoll(coreMM: Int64 = 0)
  /// A lying roll.
  case lyingRoll

  /// What it touches others with.
  var face: ContactFace {
    switch self {
    case .box: .rectangle
    case .standingRoll(let core): .ring(core: Int32(clamping: core))
    case .lyingRoll: .line
    }
  }

  /// How a stored roll stands, by the edges that it was stored with.
  ///
  /// On end its base is square. One with three equal edges may lie: it carries nothing then.
  public static func roll(standing size: Dimensions, coreMM: Int64 = 0) -> PackedPosture {
    size.x == size.y && size.z != size.x ? .standingRoll(coreMM: coreMM) : .lyingRoll
  }
}
