/// The empty room of a location as its maximal empty cuboids.
///
/// A cuboid is maximal when it meets no box and no other empty cuboid contains it. A box fits
/// somewhere exactly when it fits into one of them, so a fit test compares edges and never looks at
/// the boxes. Placing a box splits every space that it meets into at most six, one on each side of
/// it; of those only the ones that no other space contains stay. (The method is the "difference
/// process" of Lai and Chan, 1997.) Spaces thinner than the smallest edge of anything still to be
/// packed are dropped at once.
struct FreeSpaces: Sendable {
  /// The maximal empty cuboids, in no promised order.
  var spaces: [Cuboid]

  /// An empty room of that size.
  init(room: SIMD4<Int32>) {
    spaces = [Cuboid(at: SIMD4(0, 0, 0, 0), size: room)]
  }

  /// On each axis the longest edge of any space; zero where there is none.
  var reach: SIMD4<Int32> {
    spaces.reduce(SIMD4(repeating: 0)) { pointwiseMax($0, $1.size) }
  }

  /// The volume of the largest space.
  var roomiest: Int64 { spaces.reduce(0) { max($0, $1.volume) } }

  /// Takes the room of `box` away; spaces with an edge below `smallest` are not kept.
  ///
  /// The work is proportional to the spaces that the box meets times all spaces. With
  /// `isSupported` the space above the box ends at the edges of the box, so that the floor of every
  /// space is the floor of the room or lies wholly on one box.
  mutating func occupy(_ box: Cuboid, smallest: Int32, isSupported: Bool = false) {
    var pieces: [Cuboid] = []
    var kept = 0
    for index in spaces.indices {
      let space = spaces[index]
      if space.overlaps(box) {
        Self.split(space, around: box, smallest, isSupported, into: &pieces)
      } else {
        if kept != index { spaces[kept] = space }
        kept += 1
      }
    }
    guard kept < spaces.count else { return }
    spaces.removeLast(spaces.count - kept)
    for index in pieces.indices
    where Self.isNeeded(pieces[index], at: index, of: pieces, beside: spaces, kept) {
      spaces.append(pieces[index])
    }
  }

  /// Whether a piece is maximal: inside none of the first `kept` spaces, and inside no other piece.
  @inline(__always)
  static func isNeeded(
    _ piece: Cuboid,
    at index: Int,
    of pieces: [Cuboid],
    beside spaces: [Cuboid],
    _ kept: Int
  ) -> Bool {
    for other in 0..<kept where spaces[other].contains(piece) { return false }
    for (rival, other) in pieces.enumerated() where rival != index && other.contains(piece) {
      // Of equal pieces the first stays.
      if other != piece || rival < index { return false }
    }
    return true
  }

  /// The up to six pieces of a space around a box.
  static func split(
    _ space: Cuboid,
    around box: Cuboid,
    _ smallest: Int32,
    _ isSupported: Bool,
    into pieces: inout [Cuboid]
  ) {
    for axis in 0..<3 {
      if box.lo[axis] - space.lo[axis] >= smallest {
        var piece = space
        piece.hi[axis] = box.lo[axis]
        pieces.append(piece)
      }
      if space.hi[axis] - box.hi[axis] >= smallest {
        var piece = space
        piece.lo[axis] = box.hi[axis]
        if isSupported, axis == 2 {
          piece.lo = pointwiseMax(piece.lo, SIMD4(box.lo.x, box.lo.y, piece.lo.z, 0))
          piece.hi = pointwiseMin(piece.hi, SIMD4(box.hi.x, box.hi.y, piece.hi.z, 1))
          if piece.hi.x - piece.lo.x < smallest || piece.hi.y - piece.lo.y < smallest { continue }
        }
        pieces.append(piece)
      }
    }
  }
}
