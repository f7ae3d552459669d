import Warehouse

/// A box in space by two opposite corners, as four-lane vectors.
///
/// The fourth lane is 0 below and 1 above, so that comparisons may run over all lanes at once.
struct Cuboid: Hashable, Sendable {
  /// The corner nearest to the origin.
  var lo: SIMD4<Int32>
  /// The opposite corner.
  var hi: SIMD4<Int32>

  init(lo: SIMD4<Int32>, hi: SIMD4<Int32>) {
    self.lo = lo
    self.hi = hi
  }

  /// A cuboid of that size (fourth lane 1) at that corner (fourth lane 0).
  init(at corner: SIMD4<Int32>, size: SIMD4<Int32>) {
    self.lo = corner
    self.hi = corner &+ size
  }

  /// The edges, fourth lane 1.
  var size: SIMD4<Int32> { hi &- lo }

  /// The volume.
  var volume: Int64 {
    let edges = hi &- lo
    return Int64(edges.x) * Int64(edges.y) * Int64(edges.z)
  }

  /// The base area.
  var base: Int64 {
    let edges = hi &- lo
    return Int64(edges.x) * Int64(edges.y)
  }

  /// Whether the insides meet.
  func overlaps(_ other: Cuboid) -> Bool {
    all((lo .< other.hi) .& (other.lo .< hi))
  }

  /// Whether `other` lies wholly inside.
  func contains(_ other: Cuboid) -> Bool {
    all((lo .<= other.lo) .& (other.hi .<= hi))
  }

  /// The area in which the footprints meet.
  func footprintOverlap(_ other: Cuboid) -> Int64 {
    let low = pointwiseMax(lo, other.lo)
    let high = pointwiseMin(hi, other.hi)
    let edges = high &- low
    guard edges.x > 0, edges.y > 0 else { return 0 }
    return Int64(edges.x) * Int64(edges.y)
  }
}

extension SIMD4<Int32> {
  /// The edges of a size, fourth lane 1.
  init(edges size: Dimensions) {
    self.init(Int32(clamping: size.x), Int32(clamping: size.y), Int32(clamping: size.z), 1)
  }

  /// The first three lanes as dimensions.
  var dimensions: Dimensions { Dimensions(Int64(x), Int64(y), Int64(z)) }
}

/// The ways in which a good may stand.
enum Orientations {
  /// Every different size that turning and tipping allow, fourth lane 1.
  ///
  /// An edge may stand vertical where its upright flag is set; turning about the vertical is
  /// always allowed. Equal sizes appear once. The order is fixed: by the edge that stands
  /// vertical (z, y, x), each as given and then turned.
  static func of(_ size: Dimensions, uprights: Uprights) -> [SIMD4<Int32>] {
    let edges = SIMD4<Int32>(edges: size)
    var found: [SIMD4<Int32>] = []
    func add(_ x: Int32, _ y: Int32, _ z: Int32) {
      for (a, b) in [(x, y), (y, x)] {
        let turned = SIMD4<Int32>(a, b, z, 1)
        if !found.contains(turned) { found.append(turned) }
      }
    }
    if uprights.z { add(edges.x, edges.y, edges.z) }
    if uprights.y { add(edges.x, edges.z, edges.y) }
    if uprights.x { add(edges.y, edges.z, edges.x) }
    return found
  }
}
