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
  func bears(_ box: Cuboid, weight: Int64, face: ContactFace) -> Bool {
    guard box.lo.z > 0 else { return true }
    if face == .line { return false }
    for (index, other) in boxes.enumerated()
    where loads[index].face == .line && other.hi.z == box.lo.z && other.footprintOverlap(box) > 0 {
      return false
    }
    if levelBelow(box) >= maxStack { return false }
    var isBorne = true
    spread(box, face, Double(weight)) { index, share in
      if !loads[index].bears(share) { isBorne = false }
    }
    return isBorne
  }

  /// The highest place in its stack of any box that this one would stand on; 0 = the floor.
  func levelBelow(_ box: Cuboid) -> Int {
    guard box.lo.z > 0 else { return 0 }
    var level = 0
    for (index, other) in boxes.enumerated()
    where other.hi.z == box.lo.z && other.footprintOverlap(box) > 0 {
      level = max(level, loads[index].level)
    }
    return level
  }

  /// Adds the weight of a box, already in the list, to all boxes below it.
  mutating func press(box index: Int) {
    var shares: [(Int, Double)] = []
    spread(boxes[index], loads[index].face, Double(loads[index].weight)) { shares.append(($0, $1)) }
    for (below, share) in shares { loads[below].carried += share }
  }

  /// Works the contents' own loads and levels out, whatever order they were given in.
  mutating func settleLoads() {
    for index in boxes.indices.sorted(by: { boxes[$0].lo.z < boxes[$1].lo.z }) {
      loads[index].level = 1 + levelBelow(boxes[index])
      press(box: index)
    }
  }

  private func spread(
    _ box: Cuboid,
    _ face: ContactFace,
    _ weight: Double,
    _ visit: (Int, Double) -> Void
  ) {
    guard box.lo.z > 0, weight > 0 else { return }
    var touched: [(index: Int, area: Int64)] = []
    var total: Int64 = 0
    for (index, other) in boxes.enumerated() where other.hi.z == box.lo.z {
      let area = Contact.area(box, face, other, loads[index].face)
      if area > 0 {
        touched.append((index, area))
        total += area
      }
    }
    for (index, area) in touched {
      let share = weight * Double(area) / Double(total)
      visit(index, share)
      spread(boxes[index], loads[index].face, share, visit)
    }
  }
}
