extension Slotting {
  /// Exchanges tried in one round.
  public static let exchangesARound = 500

  /// Improves an assignment by exchanging cells, judged by the real tours of the orders.
  ///
  /// Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983): two materials, or a material and a
  /// free cell, change places; a longer sum of tours is accepted with a probability that falls to
  /// nothing over the rounds. What is picked together, what is picked often and how the block is
  /// walked are thereby weighed by what they are worth, not by a guessed factor. The best
  /// assignment met is returned.
  ///
  /// Complexity: O(orders of the two materials) for an exchange.
  ///
  /// - Parameters:
  ///   - start: The assignment to begin with.
  ///   - seed: Starts the repeatable choices.
  ///   - rounds: Rounds of `exchangesARound` exchanges; the same number gives the same answer.
  ///   - mayContinue: Asked between rounds.
  public func improved(
    _ start: [Int],
    seed: UInt64 = 1,
    rounds: Int = 400,
    mayContinue: () -> Bool = { true }
  ) -> [Int] {
    guard materials > 1, start.count == materials, !orders.isEmpty else { return start }
    var search = SlottingSearch(self, start, seed: seed)
    let hot = 0.4 * meanTourMM(start)
    for round in 0..<max(0, rounds) {
      guard mayContinue() else { break }
      let share = Double(round) / Double(max(1, rounds))
      search.round(temperature: hot * (1 - share) * (1 - share))
    }
    return search.best
  }
}

/// The state of an improvement.
private struct SlottingSearch {
  let slotting: Slotting
  private(set) var best: [Int]
  private var cellOf: [Int]
  private var materialAt: [Int]
  private var meter: TourMeter
  private var dice: Dice
  /// The orders of each material.
  private let ordersOf: [[Int32]]
  private var tours: [Int64]
  private var fresh: [Int64] = []
  private var affected: [Int32] = []
  private var seen: [Int32]
  private var stamp: Int32 = 0
  private var sum: Int64
  private var bestSum: Int64

  init(_ slotting: Slotting, _ start: [Int], seed: UInt64) {
    self.slotting = slotting
    best = start
    cellOf = start
    materialAt = [Int](repeating: -1, count: slotting.layout.cells.count)
    for (material, cell) in start.enumerated() { materialAt[cell] = material }
    var meter = TourMeter(slotting.layout, slotting.routing)
    dice = Dice(seed: seed)
    var ordersOf = [[Int32]](repeating: [], count: slotting.materials)
    for (number, order) in slotting.orders.enumerated() {
      for material in order { ordersOf[material].append(Int32(number)) }
    }
    self.ordersOf = ordersOf
    tours = slotting.orders.map { order in meter.measure(order, at: start) }
    self.meter = meter
    seen = [Int32](repeating: 0, count: slotting.orders.count)
    sum = tours.reduce(0, +)
    bestSum = sum
  }

  mutating func round(temperature: Double) {
    for _ in 0..<Slotting.exchangesARound {
      let first = dice.below(slotting.materials)
      let target = dice.below(materialAt.count)
      let second = materialAt[target]
      let source = cellOf[first]
      guard target != source, slotting.layout.cells[target] != slotting.layout.cells[source] else {
        continue
      }
      exchange(first, second, source, target)
      let change = measure(first, second)
      if change <= 0 || dice.unit() < Self.chance(Double(change), temperature) {
        for (place, order) in affected.enumerated() { tours[Int(order)] = fresh[place] }
        sum += change
        if sum < bestSum {
          bestSum = sum
          best = cellOf
        }
      } else {
        exchange(first, second, target, source)
      }
    }
  }

  /// exp(-change / temperature) to a few digits, without a library: (1 - x/64)^64, 0 beyond x = 12.
  private static func chance(_ change: Double, _ temperature: Double) -> Double {
    guard temperature > 0 else { return 0 }
    let x = change / temperature
    guard x < 12 else { return 0 }
    var power = 1 - x / 64
    for _ in 0..<6 { power *= power }
    return power
  }

  private mutating func exchange(_ first: Int, _ second: Int, _ source: Int, _ target: Int) {
    cellOf[first] = target
    materialAt[target] = first
    materialAt[source] = second
    if second >= 0 { cellOf[second] = source }
  }

  /// What the tours of all orders with either material change by.
  private mutating func measure(_ first: Int, _ second: Int) -> Int64 {
    stamp += 1
    affected.removeAll(keepingCapacity: true)
    fresh.removeAll(keepingCapacity: true)
    var change: Int64 = 0
    for material in [first, second] where material >= 0 {
      for order in ordersOf[material] where seen[Int(order)] != stamp {
        seen[Int(order)] = stamp
        let length = meter.measure(slotting.orders[Int(order)], at: cellOf)
        affected.append(order)
        fresh.append(length)
        change += length - tours[Int(order)]
      }
    }
    return change
  }
}
