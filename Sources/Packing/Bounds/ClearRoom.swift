import Warehouse

/// The room that contents leave clear, where they fill it wall to wall.
///
/// A layer of goods on the floor makes a lower room; goods along a whole wall make a narrower one.
/// Contents that do neither leave the room as it is: bounds may then be weaker, never wrong.
enum ClearRoom {
  /// The edges of the clear part of a kind's room, and whether nothing lies in it; nil without
  /// geometry.
  static func of(_ kind: BinKind, in problem: Problem) -> (size: SIMD4<Int32>, isEmpty: Bool)? {
    let location = problem.locations[kind.sample]
    guard let room = kind.room, let inner = location.inner else { return nil }
    var clear = Cuboid(at: SIMD4(0, 0, 0, 0), size: room)
    let boxes = location.contents.prefix(64).compactMap { content -> Cuboid? in
      guard let box = content.clipped(to: inner) else { return nil }
      let at = SIMD4<Int32>(edges: Dimensions(box.position.x, box.position.y, box.position.z))
      return Cuboid(at: SIMD4(at.x, at.y, at.z, 0), size: SIMD4(edges: box.size))
    }
    var isTrimmed = true
    while isTrimmed {
      isTrimmed = false
      for box in boxes where box.overlaps(clear) {
        for axis in 0..<3 where box.spans(clear, across: axis) {
          if box.lo[axis] <= clear.lo[axis] {
            clear.lo[axis] = min(clear.hi[axis], box.hi[axis])
            isTrimmed = true
          } else if box.hi[axis] >= clear.hi[axis] {
            clear.hi[axis] = max(clear.lo[axis], box.lo[axis])
            isTrimmed = true
          }
          if isTrimmed { break }
        }
      }
    }
    let isEmpty =
      location.contents.count <= 64 && !boxes.contains { $0.overlaps(clear) }
    return (clear.size, isEmpty)
  }

  /// What rows of goods can fill of each edge of a room at most.
  ///
  /// Boxes may always be pushed back, down and to one side until each touches a wall or another
  /// box, so every one of them stands at a sum of edges, and the room beyond the largest sum that
  /// fits is lost (normal patterns, Christofides and Whitlock 1977).
  static func reachable(
    _ room: SIMD4<Int32>,
    _ rows: (flat: LengthTable, tall: LengthTable)
  ) -> SIMD4<Int32> {
    SIMD4(rows.flat[room.x], rows.flat[room.y], rows.tall[room.z], 1)
  }

  /// The row lengths that the goods of a problem can make, flat and upright.
  ///
  /// Nil for rooms so long that the tables would be coarse: what is rounded is no bound.
  static func rows(_ problem: Problem, longest: Int32) -> (flat: LengthTable, tall: LengthTable)? {
    guard longest <= LengthTable.entries else { return nil }
    var flat: [Int32: Int] = [:]
    var tall: [Int32: Int] = [:]
    for goods in problem.types where goods.isSized {
      for edge in Set(goods.orientations.flatMap { [$0.x, $0.y] }) {
        flat[edge, default: 0] += goods.count
      }
      for edge in Set(goods.orientations.map(\.z)) { tall[edge, default: 0] += goods.count }
    }
    func table(_ edges: [Int32: Int]) -> LengthTable {
      LengthTable(
        edges: edges.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
        longest: longest
      )
    }
    return (table(flat), table(tall))
  }
}

extension Cuboid {
  /// Whether the other two axes of `other` are covered wholly.
  fileprivate func spans(_ other: Cuboid, across axis: Int) -> Bool {
    (0..<3).allSatisfy { $0 == axis || (lo[$0] <= other.lo[$0] && hi[$0] >= other.hi[$0]) }
  }
}
