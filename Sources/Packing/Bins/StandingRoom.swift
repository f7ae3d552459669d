/// The empty room of a bin: its maximal empty cuboids, lowest first, with what is known of each.
///
/// A greedy plan asks for a spot with every unit, and in a bin of some thousand small boxes most
/// spaces say no to most of them: too little below to stand on, or nothing that would bear it. What
/// was found out once is noted here, so that it is not found out again, and the number of spaces is
/// bounded. A space left out costs the bin a spot, never a rule.
struct StandingRoom: Sendable {
  /// What is known of standing in a space; true until something new comes to lie right below it.
  struct Note: Sendable {
    /// The type that found nothing to stand on, last; -1 = none.
    var refusedType: Int32 = -1
    /// How much of its floor lies on tops, in square millimetres; -1 = not surveyed.
    var floor: Int64 = -1
    /// The one box that bears whatever stands in it; -1 = none such, or not surveyed.
    var sole: Int32 = -1
  }

  /// The maximal empty cuboids, by the height of their floors.
  private(set) var spaces: [Cuboid]
  /// A note for each of them.
  var notes: [Note]

  /// An empty room of that size.
  init(room: SIMD4<Int32>) {
    spaces = [Cuboid(at: SIMD4(0, 0, 0, 0), size: room)]
    notes = [Note()]
  }

  /// On each axis the longest edge of any space; zero where there is none.
  var reach: SIMD4<Int32> {
    spaces.reduce(SIMD4(repeating: 0)) { pointwiseMax($0, $1.size) }
  }

  /// The volume of the largest space.
  var roomiest: Int64 { spaces.reduce(0) { max($0, $1.volume) } }

  /// Takes the room of a box away; spaces with an edge below `smallest` are not kept, and of more
  /// than `most` the smallest quarter is let go.
  mutating func occupy(_ box: Cuboid, smallest: Int32, most: Int) {
    var pieces: [Cuboid] = []
    var kept = 0
    for index in spaces.indices {
      let space = spaces[index]
      if space.overlaps(box) {
        FreeSpaces.split(space, around: box, smallest, false, into: &pieces)
      } else {
        if kept != index {
          spaces[kept] = space
          notes[kept] = notes[index]
        }
        kept += 1
      }
    }
    if kept < spaces.count {
      spaces.removeLast(spaces.count - kept)
      notes.removeLast(notes.count - kept)
      let needed = pieces.indices.filter {
        FreeSpaces.isNeeded(pieces[$0], at: $0, of: pieces, beside: spaces, kept)
      }
      for index in needed { insert(pieces[index]) }
      if spaces.count > most { letGo(most / 4 * 3) }
    }
    renew(above: box)
  }

  /// Forgets all that is known of standing.
  mutating func forget() {
    for index in notes.indices { notes[index] = Note() }
  }

  /// A box has its top where a space has its floor: there things may stand that did not before.
  private mutating func renew(above box: Cuboid) {
    for index in place(of: box.hi.z)..<spaces.count {
      guard spaces[index].lo.z == box.hi.z else { break }
      if spaces[index].footprintOverlap(box) > 0 { notes[index] = Note() }
    }
  }

  /// The first space whose floor is at that height or above.
  private func place(of height: Int32) -> Int {
    var (low, high) = (0, spaces.count)
    while low < high {
      let middle = (low + high) / 2
      if spaces[middle].lo.z < height { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func insert(_ space: Cuboid) {
    let index = place(of: space.lo.z)
    spaces.insert(space, at: index)
    notes.insert(Note(), at: index)
  }

  private mutating func letGo(_ count: Int) {
    let least = spaces.map(\.volume).sorted(by: >)[count]
    let kept = spaces.indices.filter { spaces[$0].volume > least }
    // Where nearly all are equally large, the lowest stay.
    let chosen = kept.isEmpty ? Array(spaces.indices.prefix(count)) : kept
    spaces = chosen.map { spaces[$0] }
    notes = chosen.map { notes[$0] }
  }
}
