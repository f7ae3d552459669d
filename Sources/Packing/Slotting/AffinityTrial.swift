import Warehouse

/// What laying goods by what is picked along would have saved, measured on orders it never saw.
///
/// The orders are cut in three by time. From the first half come classes and lifts. The goods start
/// anywhere; then, again and again, one after the other is put away anew as a recommendation would
/// do it: into the free cell where class and company are worth most, by the site's own weights. On
/// the next quarter of the orders the full or half the weight of company is chosen; on the last,
/// which nothing was fitted to, tours are measured under the site's own routing, with company and
/// without. What counts is the lower end of a 95 % interval (one-sided) of the mean saving of a
/// tour, so that chance alone earns no weight.
public struct AffinityTrial: Sendable, Hashable {
  /// Orders from which classes and lifts came, and on which the strength was chosen.
  public var trainedOrders: Int
  /// Orders on which the tours were measured.
  public var heldOutOrders: Int
  /// Mean tour with goods laid at random, in millimetres.
  public var randomMM: Double
  /// Mean tour with goods laid by their class.
  public var classMM: Double
  /// Mean tour with goods laid by class and company.
  public var affinityMM: Double
  /// What company surely saves of a tour; 0 where chance explains it.
  public var gainMM: Double

  /// Orders that a trial needs at the least.
  public static let fewestOrders = 200
  /// One-sided 95 % of the normal distribution.
  private static let confidence = 1.645

  /// Tries it; nil with too few orders, or without a cell.
  ///
  /// - Parameters:
  ///   - orders: Each the materials picked together, the oldest first.
  ///   - materials: How many materials there are; orders name them by number.
  ///   - layout: The site's block.
  ///   - routing: How the site walks it.
  ///   - share: The weight of company as a share of those of travel and company, 0...1.
  ///   - minimumOrders: Orders with both that a pair needs.
  public init?(
    _ orders: [[Int]],
    materials: Int,
    layout: PickLayout,
    routing: PickLayout.Routing,
    share: Double = 0.25,
    minimumOrders: Int = Affinity.minimumOrders
  ) {
    guard orders.count >= Self.fewestOrders, !layout.cells.isEmpty, materials > 0 else {
      return nil
    }
    let first = orders.count / 2
    let second = orders.count * 3 / 4
    let train = Array(orders[..<first])
    var picks = [Int](repeating: 0, count: materials)
    for order in train { for material in Set(order) { picks[material] += 1 } }
    let ranked = picks.indices.filter { picks[$0] > 0 }
      .sorted { (picks[$1], $0) < (picks[$0], $1) }.prefix(layout.cells.count)
    var numberOf = [Int](repeating: -1, count: materials)
    for (number, material) in ranked.enumerated() { numberOf[material] = number }
    func known(_ orders: some Sequence<[Int]>) -> [[Int]] {
      orders.map { order in Set(order.map { numberOf[$0] }).filter { $0 >= 0 }.sorted() }
    }
    let past = known(train)
    let choice = known(orders[first..<second])
    let held = known(orders[second...])
    var laying = Laying(
      layout,
      routing,
      picks: ranked.map { picks[$0] },
      pairs: Affinity.pairs(past, minimumOrders: minimumOrders),
      tours: past
    )
    let slotting = Slotting(
      layout: laying.block,
      routing: routing,
      orders: past,
      materials: ranked.count
    )
    let plain = laying.lay(share: 0)
    var best = plain
    var least = slotting.meanTourMM(plain, over: choice)
    for strength in [share, share / 2] where strength > 0 && laying.hasPairs {
      let drawn = laying.lay(share: strength)
      let length = slotting.meanTourMM(drawn, over: choice)
      if length < least { (best, least) = (drawn, length) }
    }
    trainedOrders = second
    heldOutOrders = held.count
    randomMM =
      (1...3).reduce(0.0) { $0 + slotting.meanTourMM(slotting.atRandom(seed: $1), over: held) } / 3
    classMM = slotting.meanTourMM(plain, over: held)
    affinityMM = slotting.meanTourMM(best, over: held)
    var meter = TourMeter(laying.block, routing)
    let saved = held.map {
      Double(meter.measure($0, at: plain)) - Double(meter.measure($0, at: best))
    }
    gainMM = Self.sure(saved)
  }

  /// The weight that company earns where travel has the weight given.
  ///
  /// In proportion to what each saves of a tour, and never more than the most that is allowed.
  public static func weight(
    gainMM: Double,
    classSavesMM: Double,
    travelWeight: Double,
    atMost most: Double
  ) -> Double {
    guard gainMM > 0 else { return 0 }
    return min(max(0, most), max(0, travelWeight) * gainMM / max(gainMM, classSavesMM))
  }

  /// The lower end of the interval of a mean, 0 where it is below.
  private static func sure(_ saved: [Double]) -> Double {
    let count = Double(saved.count)
    guard saved.count > 1 else { return 0 }
    let mean = saved.reduce(0, +) / count
    let variance = saved.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return max(0, mean - confidence * (variance / count).squareRoot())
  }
}

/// Goods that are put away again and again, as recommendations would do it.
struct Laying {
  /// The cells that are used, the cheapest to pick from first.
  let block: PickLayout
  private let materials: Int
  /// Where each material belongs by its class, 0...1.
  private let ranks: [Double]
  private var partners: [[(other: Int, excess: Double)]]

  /// Whether there is anything to be drawn by.
  var hasPairs: Bool { partners.contains { !$0.isEmpty } }

  /// How often everything is put away anew.
  private static let sweeps = 5
  /// Free cells among which a place is chosen, at most.
  private static let choices = 200

  init(
    _ layout: PickLayout,
    _ routing: PickLayout.Routing,
    picks: [Int],
    pairs: [Affinity.Pair],
    tours: [[Int]]
  ) {
    materials = picks.count
    // A tenth of the cells is free, so that there is a choice.
    let wanted = min(layout.cells.count, materials + max(1, min(Self.choices, materials / 10)))
    let single = layout.pickMM(routing, tours: [])
    let byWay = layout.cells.indices.sorted { (single[$0], $0) < (single[$1], $1) }
    let near = layout.only(Array(byWay.prefix(wanted)))
    // As on the site, what a pick costs depends on the tours: here those of goods laid by turnover.
    let costs = near.pickMM(routing, tours: tours.filter { !$0.isEmpty })
    block = near.only(near.cells.indices.sorted { (costs[$0], $0) < (costs[$1], $1) })
    let total = Double(picks.reduce(0, +))
    var sum = 0.0
    var ranks: [Double] = []
    for count in picks {
      let share = total > 0 ? sum / total : 1
      ranks.append(ABCClass.rank(share < 0.8 ? .a : share < 0.95 ? .b : .c))
      sum += Double(count)
    }
    self.ranks = ranks
    partners = [[(other: Int, excess: Double)]](repeating: [], count: materials)
    for pair in pairs where pair.lift > 1 {
      partners[pair.first].append((pair.second, pair.lift - 1))
      partners[pair.second].append((pair.first, pair.lift - 1))
    }
  }

  /// Lays the goods, company counting for that share of the score.
  mutating func lay(share: Double) -> [Int] {
    var dice = Dice(seed: 1)
    var cellOf = Array(block.cells.indices.shuffled(using: &dice).prefix(materials))
    var free = Array(Set(block.cells.indices).subtracting(cellOf)).sorted()
    let scale = 1 / Double(max(1, block.cells.count - 1))
    for _ in 0..<Self.sweeps {
      for material in (0..<materials).shuffled(using: &dice) {
        free.append(cellOf[material])
        var excess = [Double](repeating: 0, count: share > 0 ? block.aislesMM.count : 0)
        if share > 0 {
          for partner in partners[material] {
            excess[block.cells[cellOf[partner.other]].aisle] += partner.excess
          }
        }
        var best = (value: -1.0, at: 0)
        for (at, cell) in free.enumerated() {
          var value = 1 - abs(Double(cell) * scale - ranks[material])
          if share > 0 {
            let drawn = excess[block.cells[cell].aisle]
            value = (1 - share) * value + share * drawn / (1 + drawn)
          }
          if value > best.value { best = (value, at) }
        }
        cellOf[material] = free[best.at]
        free[best.at] = free[free.count - 1]
        free.removeLast()
      }
    }
    return cellOf
  }
}

extension ABCClass {
  /// Where goods of a class belong among all places, 0 = the cheapest to pick from.
  ///
  /// A materials are about a fifth of all, B three tenths, C the rest; each at its middle.
  static func rank(_ pickClass: ABCClass?) -> Double {
    switch pickClass {
    case .a: 0.1
    case .b: 0.35
    case .c, nil: 0.75
    }
  }
}
