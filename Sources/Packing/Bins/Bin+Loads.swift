/// What a box weighs, what rests on it, and what may.
struct BoxLoad: Sendable {
  /// Its own weight.
  var weight: Int64
  /// The weight that may rest on it; nil = not checked.
  var limit: Int64?
  /// The weight that rests on it, from all boxes above.
  var carried: Double = 0

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
  /// Whether everything below could carry a box of that weight.
  func bears(_ box: Cuboid, weight: Int64) -> Bool {
    var isBorne = true
    spread(box, Double(weight)) { index, share in
      if !loads[index].bears(share) { isBorne = false }
    }
    return isBorne
  }

  /// Adds the weight of a box, already in the list, to all boxes below it.
  mutating func press(box index: Int) {
    var shares: [(Int, Double)] = []
    spread(boxes[index], Double(loads[index].weight)) { shares.append(($0, $1)) }
    for (below, share) in shares { loads[below].carried += share }
  }

  /// Works the contents' own loads out, lowest first, whatever order they were given in.
  mutating func settleLoads() {
    for index in boxes.indices { press(box: index) }
  }

  private func spread(_ box: Cuboid, _ weight: Double, _ visit: (Int, Double) -> Void) {
    guard box.lo.z > 0, weight > 0 else { return }
    var touched: [(index: Int, area: Int64)] = []
    var total: Int64 = 0
    for (index, other) in boxes.enumerated() where other.hi.z == box.lo.z {
      let area = box.footprintOverlap(other)
      if area > 0 {
        touched.append((index, area))
        total += area
      }
    }
    for (index, area) in touched {
      let share = weight * Double(area) / Double(total)
      visit(index, share)
      spread(boxes[index], share, visit)
    }
  }
}
