/// Finds a subset of goods, sorted by falling size, that fills a room best.
///
/// Depth-first, the larger goods first, each taken before it is left out; a branch ends when even
/// all that is left could not beat the best, and the search ends at a perfect fill or after some
/// number of nodes. The largest good that fits is always taken: it is the hardest to place later.
struct SubsetFill {
  let sizes: [Int64]
  let others: [Int64]
  let isHeld: [Bool]
  let room: Int64
  let otherRoom: Int64
  let units: Int
  /// Indices of the best subset, rising.
  private(set) var best: [Int] = []
  private var bestSum: Int64 = -1
  private var taken: [Int] = []
  private var rest: [Int64] = []
  private var nodes = 0

  init(
    sizes: [Int64],
    others: [Int64],
    isHeld: [Bool],
    room: Int64,
    otherRoom: Int64,
    units: Int
  ) {
    self.sizes = sizes
    self.others = others
    self.isHeld = isHeld
    self.room = room
    self.otherRoom = otherRoom
    self.units = units
  }

  /// Searches up to that many nodes.
  mutating func search(nodes limit: Int) {
    guard units > 0,
      let first = sizes.indices.first(where: { sizes[$0] <= room && others[$0] <= otherRoom })
    else { return }
    rest = [Int64](repeating: 0, count: sizes.count + 1)
    for index in sizes.indices.reversed() {
      rest[index] = rest[index + 1] + (isHeld[index] ? 0 : sizes[index])
    }
    nodes = limit
    taken = [first]
    descend(
      from: first + 1,
      room: room == .max ? .max : room - sizes[first],
      otherRoom: otherRoom == .max ? .max : otherRoom - others[first],
      sum: sizes[first]
    )
  }

  private mutating func descend(from start: Int, room: Int64, otherRoom: Int64, sum: Int64) {
    if sum > bestSum {
      bestSum = sum
      best = taken
    }
    guard room > 0, taken.count < units else { return }
    var before: Int64 = -1
    for index in start..<sizes.count {
      if sum + rest[index] <= bestSum { return }
      // A good of the size that was just left out leads to the same sums.
      if isHeld[index] || sizes[index] > room || others[index] > otherRoom
        || sizes[index] == before
      {
        continue
      }
      nodes -= 1
      if nodes < 0 || bestSum == self.room { return }
      taken.append(index)
      descend(
        from: index + 1,
        room: room == .max ? .max : room - sizes[index],
        otherRoom: otherRoom == .max ? .max : otherRoom - others[index],
        sum: sum + sizes[index]
      )
      taken.removeLast()
      before = sizes[index]
    }
  }
}
