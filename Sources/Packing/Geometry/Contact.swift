/// What a unit touches above and below with, as it lies.
enum ContactFace: Hashable, Sendable {
  /// A box: its whole base and top.
  case rectangle
  /// A roll on end: a disc with a hole of that diameter.
  case ring(core: Int32)
  /// A lying roll: a line below; nothing rests on it.
  case line
}

/// The area in which one unit rests on another.
///
/// Boxes touch in rectangles, counted exactly. Where a roll on end is one of the two, the area is
/// summed over strips of equal width, the same strips for a roll's own base: a roll on a roll of
/// its own size is therefore carried wholly, to the last digit.
enum Contact {
  /// Strips across the deeper of two footprints; a 1.2 m roll is cut every 19 mm.
  private static let strips = 64

  /// The area in which two footprints meet, in square millimetres.
  static func area(
    _ first: Cuboid,
    _ firstFace: ContactFace,
    _ second: Cuboid,
    _ secondFace: ContactFace
  ) -> Int64 {
    if firstFace == .line || secondFace == .line { return 0 }
    if firstFace == .rectangle, secondFace == .rectangle { return first.footprintOverlap(second) }
    let low = max(first.lo.y, second.lo.y)
    let high = min(first.hi.y, second.hi.y)
    guard high > low, min(first.hi.x, second.hi.x) > max(first.lo.x, second.lo.x) else { return 0 }
    let step = Double(high - low) / Double(strips)
    var sum = 0.0
    for strip in 0..<strips {
      let y = Double(low) + (Double(strip) + 0.5) * step
      let a = spans(first, firstFace, at: y)
      let b = spans(second, secondFace, at: y)
      sum += (shared(a.left, b.left) + shared(a.left, b.right)) * step
      sum += (shared(a.right, b.left) + shared(a.right, b.right)) * step
    }
    return Int64(sum.rounded(.down))
  }

  /// The area of a base.
  static func base(_ box: Cuboid, _ face: ContactFace) -> Int64 {
    face == .rectangle ? box.base : area(box, face, box, face)
  }

  /// How much of two spans is common.
  @inline(__always)
  private static func shared(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
    max(0, min(a.y, b.y) - max(a.x, b.x))
  }

  /// Where a footprint lies along x at a depth of y: from and to, left and right of the hole.
  ///
  /// Where there is no hole, the right span is empty.
  @inline(__always)
  private static func spans(
    _ box: Cuboid,
    _ face: ContactFace,
    at y: Double
  ) -> (left: SIMD2<Double>, right: SIMD2<Double>) {
    let low = Double(box.lo.x)
    let high = Double(box.hi.x)
    let none = SIMD2(high, low)
    guard case .ring(let core) = face else { return (SIMD2(low, high), none) }
    let middle = (low + high) / 2
    let radius = (high - low) / 2
    let away = y - (Double(box.lo.y) + Double(box.hi.y)) / 2
    let chord = max(0, radius * radius - away * away).squareRoot()
    let inner = Double(core) / 2
    let hole = max(0, inner * inner - away * away).squareRoot()
    if hole <= 0 { return (SIMD2(middle - chord, middle + chord), none) }
    guard hole < chord else { return (none, none) }
    return (SIMD2(middle - chord, middle - hole), SIMD2(middle + hole, middle + chord))
  }
}
