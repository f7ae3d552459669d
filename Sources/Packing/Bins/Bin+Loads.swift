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
  /// The boxes that it stands on, with the share of its weight that each gets.
  var rests: [Rest] = []
  /// A weight on its top alone beyond which something below it gives way; never too low.
  ///
  /// Loads only grow, so what once was too much stays too much.
  var headroom = Double.infinity

  /// What part of a weight goes on to which box.
  struct Rest: Sendable {
    var box: Int32
    var share: Double
  }

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
  mutating func bears(
    _ box: Cuboid,
    weight: Int64,
    face: ContactFace,
    on below: [Int32]
  ) -> Bool {
    guard box.lo.z > 0 else { return true }
    if face == .line { return false }
    for number in below {
      let index = Int(number)
      guard loads[index].face == .line || loads[index].level >= maxStack else { continue }
      if boxes[index].footprintOverlap(box) > 0 { return false }
    }
    guard hasLimits, weight > 0 else { return true }
    let landing = rests(of: box, face, on: below)
    for rest in landing {
      if Double(weight) * rest.share > loads[Int(rest.box)].headroom + 1e-6 { return false }
    }
    if pass(Double(weight), on: landing, { loads[$0].bears($1) }) { return true }
    for rest in landing { measureHeadroom(of: Int(rest.box)) }
    return false
  }

  /// Whether a box would come to lie right under others where it matters what rests on what.
  ///
  /// They would then rest on it as well, with all that they carry, and on what is below it.
  func slidesUnder(_ box: Cuboid, _ type: ItemType, _ problem: Problem) -> Bool {
    guard problem.hasStacking, hasLimits || type.maxLoad != nil || maxStack != .max,
      let above = bases[box.hi.z]
    else { return false }
    return above.contains { boxes[Int($0)].footprintOverlap(box) > 0 }
  }

  /// Notes the largest weight that a box and all below it still bear on its top alone.
  private mutating func measureHeadroom(of index: Int) {
    var most = Double.infinity
    pass(1, on: [BoxLoad.Rest(box: Int32(index), share: 1)]) { box, part in
      if let limit = loads[box].limit {
        most = min(most, (Double(limit) - loads[box].carried) / part)
      }
      return true
    }
    loads[index].headroom = most
  }

  /// The highest place in its stack of any box that this one would stand on; 0 = the floor.
  private func levelBelow(_ box: Cuboid) -> Int {
    guard box.lo.z > 0 else { return 0 }
    var level = 0
    for number in tops[box.lo.z] ?? [] where boxes[Int(number)].footprintOverlap(box) > 0 {
      level = max(level, loads[Int(number)].level)
    }
    return level
  }

  /// Works out what a box in the list stands on, and adds its weight to all boxes below it.
  mutating func settle(box index: Int) {
    let box = boxes[index]
    loads[index].level = 1 + levelBelow(box)
    loads[index].rests = rests(of: box, loads[index].face, on: tops[box.lo.z] ?? [])
    var carried: [(Int, Double)] = []
    pass(Double(loads[index].weight), on: loads[index].rests) { box, part in
      carried.append((box, part))
      return true
    }
    for (below, part) in carried { loads[below].carried += part }
  }

  /// Lets what a new box slid under rest on it as well; what was refused before is asked again.
  mutating func shelter(under index: Int) {
    let box = boxes[index]
    let above = (bases[box.hi.z] ?? []).filter { boxes[Int($0)].footprintOverlap(box) > 0 }
    guard !above.isEmpty else { return }
    for number in above {
      let other = Int(number)
      loads[other].rests = rests(of: boxes[other], loads[other].face, on: tops[box.hi.z] ?? [])
    }
    forgetRefusals()
  }

  /// Works the contents' own loads and levels out, whatever order they were given in.
  mutating func settleLoads() {
    for index in boxes.indices.sorted(by: { boxes[$0].lo.z < boxes[$1].lo.z }) {
      settle(box: index)
    }
  }

  /// Forgets what was refused before: the rules have changed.
  mutating func forgetRefusals() {
    for index in loads.indices { loads[index].headroom = .infinity }
    free?.forget()
  }

  /// The boxes among `below` that a base touches, with the parts of its area.
  private func rests(of box: Cuboid, _ face: ContactFace, on below: [Int32]) -> [BoxLoad.Rest] {
    guard box.lo.z > 0 else { return [] }
    var touched: [BoxLoad.Rest] = []
    var total: Int64 = 0
    for number in below {
      let index = Int(number)
      let area = Contact.area(box, face, boxes[index], loads[index].face)
      guard area > 0 else { continue }
      touched.append(BoxLoad.Rest(box: number, share: Double(area)))
      total += area
    }
    for place in touched.indices { touched[place].share /= Double(total) }
    return touched
  }

  /// Tells what a weight comes to on every box below, all ways down added up.
  ///
  /// Boxes hand on by falling height of their tops: when one is reached, all that rests on it is
  /// known. Each box is visited once, however many ways lead through it. Ends with false as soon as
  /// `visit` says no: most spots fail at the first box below.
  ///
  /// Complexity: O(b log b) for b boxes below.
  @discardableResult
  private func pass(
    _ weight: Double,
    on landing: [BoxLoad.Rest],
    _ visit: (_ box: Int, _ weight: Double) -> Bool
  ) -> Bool {
    guard weight > 0, !landing.isEmpty else { return true }
    var due = [Double](repeating: 0, count: boxes.count)
    var queue: [Int32] = []
    func hand(_ weight: Double, to rests: [BoxLoad.Rest]) {
      for rest in rests {
        if due[Int(rest.box)] == 0 { enqueue(rest.box, &queue) }
        due[Int(rest.box)] += weight * rest.share
      }
    }
    hand(weight, to: landing)
    while let next = dequeue(&queue) {
      let index = Int(next)
      guard visit(index, due[index]) else { return false }
      hand(due[index], to: loads[index].rests)
    }
    return true
  }

  /// Whether one box is to hand on before another.
  private func precedes(_ a: Int32, _ b: Int32) -> Bool {
    let (top, other) = (boxes[Int(a)].hi.z, boxes[Int(b)].hi.z)
    return top != other ? top > other : a < b
  }

  /// Puts a box into a heap with the highest top first.
  private func enqueue(_ box: Int32, _ heap: inout [Int32]) {
    heap.append(box)
    var place = heap.count - 1
    while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  /// Takes the box with the highest top out of a heap.
  private func dequeue(_ heap: inout [Int32]) -> Int32? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var place = 0
    while true {
      let left = 2 * place + 1
      guard left < heap.count else { return first }
      let right = left + 1
      let child = right < heap.count && precedes(heap[right], heap[left]) ? right : left
      guard precedes(heap[child], heap[place]) else { return first }
      heap.swapAt(place, child)
      place = child
    }
  }
}
