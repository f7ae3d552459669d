/// What a box weighs, what rests on it, and what may.
struct BoxLoad: Sendable {
  /// Its own weight.
  var weight: Int64
  /// The weight that may rest on it; nil = not checked.
  var limit: Int64?
  /// What it touches others with.
  var face = ContactFace.rectangle
  /// The weight that rests on it, from all boxes above.
  var carried: Double = 0
  /// Its place in its stack, 1 = on the floor.
  var level = 1

  /// Whether that much more may rest on it.
  func bears(_ more: Double) -> Bool {
    guard let limit else { return true }
    return carried + more <= Double(limit) + 1e-6
  }
}

/// Load on top: weight runs down through the contact areas.
///
/// A box hands its own weight and all that rests on it to the boxes under it, in proportion to the
/// areas in which they touch. Boxes are added only on top of what is there, so a new box changes
/// the load of the boxes below it alone.
extension Bin {
  /// Whether everything below could carry a box of that weight, and nothing is stacked too high.
  ///
  /// Nothing stands on a lying roll, not even by a corner.
  ///
  /// `below` names boxes with their tops at its base, all those among them that it touches.
  func bears(_ box: Cuboid, weight: Int64, face: ContactFace, on below: [Int32]) -> Bool {
    guard box.lo.z > 0 else { return true }
    if face == .line { return false }
    for number in below {
      let index = Int(number)
      guard loads[index].face == .line || loads[index].level >= maxStack else { continue }
      if boxes[index].footprintOverlap(box) > 0 { return false }
    }
    if !hasLimits { return true }
    return spread(box, face, Double(weight)) { loads[$0.index].bears($0.weight) } != nil
  }

  /// The highest place in its stack of any box that this one would stand on; 0 = the floor.
  func levelBelow(_ box: Cuboid) -> Int {
    guard box.lo.z > 0 else { return 0 }
    var level = 0
    for number in tops[box.lo.z] ?? [] where boxes[Int(number)].footprintOverlap(box) > 0 {
      level = max(level, loads[Int(number)].level)
    }
    return level
  }

  /// Adds the weight of a box, already in the list, to all boxes below it.
  mutating func press(box index: Int) {
    let shares = spread(boxes[index], loads[index].face, Double(loads[index].weight)) { _ in true }
    for share in shares ?? [] { loads[share.index].carried += share.weight }
  }

  /// Works the contents' own loads and levels out, whatever order they were given in.
  mutating func settleLoads() {
    for index in boxes.indices.sorted(by: { boxes[$0].lo.z < boxes[$1].lo.z }) {
      loads[index].level = 1 + levelBelow(boxes[index])
      press(box: index)
    }
  }

  /// A box below another, and what it gets to carry.
  private typealias Share = (index: Int, weight: Double)

  /// What a weight comes to on every box below, all ways down added up.
  ///
  /// Boxes hand on by falling height of their tops: when one is reached, all that rests on it is
  /// known. Each box is visited once, however many ways lead through it. Nil as soon as one of them
  /// may not bear its share: most spots fail at the first box below.
  ///
  /// Complexity: O(b t) for b boxes below with t others at the height of each base.
  private func spread(
    _ box: Cuboid,
    _ face: ContactFace,
    _ weight: Double,
    while bears: (Share) -> Bool
  ) -> [Share]? {
    guard box.lo.z > 0, weight > 0 else { return [] }
    var pending: [Share] = []
    var reached: [Share] = []
    hand(weight, from: box, face, to: &pending)
    while !pending.isEmpty {
      var highest = 0
      for place in pending.indices {
        let (a, b) = (boxes[pending[place].index], boxes[pending[highest].index])
        if a.hi.z > b.hi.z { highest = place }
      }
      let next = pending.remove(at: highest)
      guard bears(next) else { return nil }
      reached.append(next)
      hand(next.weight, from: boxes[next.index], loads[next.index].face, to: &pending)
    }
    return reached
  }

  /// Hands a weight to the boxes that touch the base, by the areas in which they do.
  private func hand(
    _ weight: Double,
    from box: Cuboid,
    _ face: ContactFace,
    to pending: inout [Share]
  ) {
    guard box.lo.z > 0 else { return }
    var touched: [(index: Int, area: Int64)] = []
    var total: Int64 = 0
    for number in tops[box.lo.z] ?? [] {
      let index = Int(number)
      let area = Contact.area(box, face, boxes[index], loads[index].face)
      if area > 0 {
        touched.append((index, area))
        total += area
      }
    }
    for (index, area) in touched {
      let share = weight * Double(area) / Double(total)
      if let known = pending.firstIndex(where: { $0.index == index }) {
        pending[known].weight += share
      } else {
        pending.append((index, share))
      }
    }
  }
}
