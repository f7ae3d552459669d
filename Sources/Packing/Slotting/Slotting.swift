/// Which material lies in which cell, so that pickers walk least.
///
/// Materials and cells are numbers; an order is the set of materials picked together. An assignment
/// gives each material its cell. What an assignment saves is always told against another one on the
/// same orders and the same routing.
public struct Slotting: Sendable {
  /// The block.
  public let layout: PickLayout
  /// How it is walked.
  public let routing: PickLayout.Routing
  /// The orders, each a set of materials.
  public let orders: [[Int]]
  /// How many materials there are; at most as many as cells.
  public let materials: Int

  /// A question of slotting; materials outside `0..<materials` are left out of the orders.
  public init(
    layout: PickLayout,
    routing: PickLayout.Routing,
    orders: [[Int]],
    materials: Int
  ) {
    self.layout = layout
    self.routing = routing
    self.materials = min(materials, layout.cells.count)
    let known = 0..<self.materials
    self.orders = orders.map { Array(Set($0.lazy.filter(known.contains)).sorted()) }
  }

  /// The mean length of a tour, in millimetres, of those orders under an assignment.
  public func meanTourMM(_ cellOf: [Int], over orders: [[Int]]? = nil) -> Double {
    let orders = orders ?? self.orders
    guard !orders.isEmpty else { return 0 }
    var meter = TourMeter(layout, routing)
    let sum = orders.reduce(Int64(0)) { sum, order in
      sum + meter.measure(order, at: cellOf)
    }
    return Double(sum) / Double(orders.count)
  }

  /// How often each material is picked.
  public func turnover() -> [Int] {
    var picks = [Int](repeating: 0, count: materials)
    for order in orders { for material in order { picks[material] += 1 } }
    return picks
  }

  /// Materials by falling turnover, aisle after aisle from the depot, each filled from its front.
  ///
  /// Within-aisle storage; under S-shape and midpoint it is the pattern that fits the routing.
  public func byTurnover() -> [Int] {
    let picks = turnover()
    let ranked = (0..<materials).sorted { (picks[$1], $0) < (picks[$0], $1) }
    var cellOf = [Int](repeating: 0, count: materials)
    for (place, material) in ranked.enumerated() { cellOf[material] = cellsByAisle[place] }
    return cellOf
  }

  /// Three classes by turnover, 20-30-50 % of the materials, seeded at random within their class.
  public func byClass(seed: UInt64) -> [Int] {
    let picks = turnover()
    var ranked = (0..<materials).sorted { (picks[$1], $0) < (picks[$0], $1) }
    let cuts = [0, materials / 5, materials / 2, materials]
    var dice = Dice(seed: seed)
    for (low, high) in zip(cuts, cuts.dropFirst()) { ranked[low..<high].shuffle(using: &dice) }
    var cellOf = [Int](repeating: 0, count: materials)
    for (place, material) in ranked.enumerated() { cellOf[material] = cellsByAisle[place] }
    return cellOf
  }

  /// Anywhere.
  public func atRandom(seed: UInt64) -> [Int] {
    var dice = Dice(seed: seed)
    return Array(layout.cells.indices.shuffled(using: &dice).prefix(materials))
  }

  /// The cells aisle by aisle from the depot, front first.
  private var cellsByAisle: [Int] {
    layout.cells.indices.sorted { left, right in
      let (a, b) = (layout.cells[left], layout.cells[right])
      let (x, y) = (abs(layout.aislesMM[a.aisle]), abs(layout.aislesMM[b.aisle]))
      return (x, a.aisle, a.alongMM, left) < (y, b.aisle, b.alongMM, right)
    }
  }
}
