/// Three edges in whole millimetres.
///
/// For a good: length, width, height as it stands on its label. For a location: the inner width
/// along the aisle (x), depth (y) and clear height (z).
public struct Dimensions: Hashable, Sendable {
  /// Length (x), in millimetres.
  public var x: Int64
  /// Width or depth (y), in millimetres.
  public var y: Int64
  /// Height (z), in millimetres.
  public var z: Int64

  /// Makes dimensions from three edges in millimetres.
  public init(_ x: Int64, _ y: Int64, _ z: Int64) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The volume in cubic millimetres; saturates instead of overflowing.
  public var volumeMM3: Int64 {
    let (base, overflowed) = x.multipliedReportingOverflow(by: y)
    let (volume, overflowedToo) = base.multipliedReportingOverflow(by: z)
    return overflowed || overflowedToo ? .max : volume
  }

  /// Whether every edge is at least one and within `Limits.edgeMM`.
  public var isPlausible: Bool {
    (1...Limits.edgeMM).contains(x) && (1...Limits.edgeMM).contains(y)
      && (1...Limits.edgeMM).contains(z)
  }
}

/// A point inside a location, in whole millimetres from its lower left front corner.
public typealias Position = Dimensions

/// Which of the three edges of a good may stand vertical.
///
/// `upright(z: true)` alone means "this side up"; all three means that it may be tipped anyhow.
/// Turning about the vertical is always allowed.
public struct Uprights: Hashable, Sendable {
  /// The first edge (length) may be vertical.
  public var x: Bool
  /// The second edge (width) may be vertical.
  public var y: Bool
  /// The third edge (height) may be vertical.
  public var z: Bool

  /// Says for each edge whether it may stand vertical.
  public init(x: Bool, y: Bool, z: Bool) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// Any edge may stand vertical.
  public static let any = Uprights(x: true, y: true, z: true)
  /// This side up.
  public static let thisSideUp = Uprights(x: false, y: false, z: true)
}
