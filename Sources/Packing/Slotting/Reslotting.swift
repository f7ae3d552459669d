/// Which materials should change their places, in an order that can be carried out.
///
/// A move is worth the walking that it saves over the horizon, less its own work. Only moves that
/// pay, and pay soon enough, are named; what pays barely is left, or next week's figures would move
/// it back. Each step goes to a place that is free when its turn comes: moves into free places,
/// each freeing one for the next, and exchanges of two materials by way of a third, free place.
public struct Reslotting: Sendable {
  /// What a move costs and when it pays.
  public struct Terms: Sendable, Hashable {
    /// Work of one step, as the walk that it is worth, in millimetres.
    public var stepMM: Int64
    /// Days over which the saving counts.
    public var horizonDays: Int
    /// Days within which the work must be paid back.
    public var paybackDays: Int
    /// How many times its work a change must save: above 1, so that nothing swings to and fro.
    public var hysteresis: Double
    /// Steps of one shift.
    public var steps: Int

    /// Terms with the product's defaults: three minutes' walk a step, 90 days, paid in 30.
    public init(
      stepMM: Int64 = 200_000,
      horizonDays: Int = 90,
      paybackDays: Int = 30,
      hysteresis: Double = 1.5,
      steps: Int = 40
    ) {
      self.stepMM = stepMM
      self.horizonDays = horizonDays
      self.paybackDays = paybackDays
      self.hysteresis = hysteresis
      self.steps = steps
    }
  }

  /// One material goes from one cell to another, which is free by then.
  public struct Step: Sendable, Hashable {
    /// The material.
    public var material: Int
    /// Where it lies.
    public var from: Int
    /// Where it goes.
    public var to: Int
    /// Which change it belongs to: the steps of one change are done together.
    public var change: Int
  }

  /// A move or an exchange with what it brings.
  public struct Change: Sendable, Hashable {
    /// Walking saved in a day, in millimetres.
    public var savedADayMM: Double
    /// Its work, in millimetres of walking.
    public var workMM: Int64
    /// Days until the work is paid back.
    public var paybackDays: Double
  }

  /// The steps in order, and the changes that they make up.
  public struct Plan: Sendable, Hashable {
    /// The steps, in the order in which they can be done.
    public var steps: [Step] = []
    /// The changes, in order.
    public var changes: [Change] = []
    /// Handling units carried, each as often as it is carried.
    public var work = 0
    /// The cell of each material afterwards.
    public var cellOf: [Int]

    /// Saving over the horizon less the work, in millimetres.
    public func netMM(_ terms: Terms) -> Double {
      changes.reduce(0) { $0 + $1.savedADayMM * Double(terms.horizonDays) - Double($1.workMM) }
    }
  }

  /// Walk of a pick from each cell, out and back, in millimetres.
  public let pickMM: [Int64]
  /// Picks of each material in a day.
  public let picksADay: [Double]
  /// Handling units of each material, each a step of its own; empty = one each.
  public let units: [Int]
  /// What a move costs and when it pays.
  public let terms: Terms

  /// Materials and cells that are looked at in every choice, at most.
  private static let width = 300

  /// A question of re-slotting.
  public init(
    pickMM: [Int64],
    picksADay: [Double],
    units: [Int] = [],
    terms: Terms = Terms()
  ) {
    self.pickMM = pickMM
    self.picksADay = picksADay
    self.units = units
    self.terms = terms
  }

  /// Whose change is looked for next.
  private enum Choice {
    /// Of all materials, the change that saves most for its work.
    case bestChange
    /// The material that is picked most and still has a change that pays.
    case hottestMaterial
  }

  /// The changes that pay, until the shift is full.
  ///
  /// Two plans are made: the change that saves most for its work first, and the material that is
  /// picked most first. The former uses a short shift well; the latter keeps the nearest cell for
  /// who needs it most, where a nearly as hot one would have taken it. The one that saves more over
  /// the horizon, net of its work, is given.
  ///
  /// - Parameters:
  ///   - cellOf: Where each material lies now; no two in one cell.
  ///   - mayLie: Whether a material may lie in a cell: its rules, weight and edges.
  public func plan(_ cellOf: [Int], mayLie: (Int, Int) -> Bool = { _, _ in true }) -> Plan {
    let greedy = plan(cellOf, .bestChange, mayLie)
    let hottest = plan(cellOf, .hottestMaterial, mayLie)
    return hottest.netMM(terms) > greedy.netMM(terms) ? hottest : greedy
  }

  private func plan(
    _ cellOf: [Int],
    _ choice: Choice,
    _ mayLie: (Int, Int) -> Bool
  ) -> Plan {
    var plan = Plan(cellOf: cellOf)
    var materialAt = [Int](repeating: -1, count: pickMM.count)
    for (material, cell) in cellOf.enumerated() { materialAt[cell] = material }
    // Each material moves once a shift: what was just brought is not carried on.
    var isMoved = [Bool](repeating: false, count: cellOf.count)
    while plan.work < terms.steps {
      guard let next = best(plan, materialAt, isMoved, choice, mayLie) else { break }
      let number = plan.changes.count
      plan.changes.append(next.change)
      plan.work += next.steps.reduce(0) { $0 + unitsOf($1.material) }
      for step in next.steps {
        materialAt[step.from] = -1
        materialAt[step.to] = step.material
        plan.cellOf[step.material] = step.to
        isMoved[step.material] = true
        plan.steps.append(
          Step(material: step.material, from: step.from, to: step.to, change: number)
        )
      }
    }
    return plan
  }

  private typealias Found = (change: Change, steps: [(material: Int, from: Int, to: Int)])

  private func best(
    _ plan: Plan,
    _ materialAt: [Int],
    _ isMoved: [Bool],
    _ choice: Choice,
    _ mayLie: (Int, Int) -> Bool
  ) -> Found? {
    // Those that walk most, or are picked most, into the cells that cost least.
    func weight(_ material: Int) -> Double {
      choice == .bestChange ? walk(material, plan) : picksADay[material]
    }
    let hot = plan.cellOf.indices.filter { !isMoved[$0] && picksADay[$0] > 0 }
      .sorted { (weight($1), $0) < (weight($0), $1) }.prefix(Self.width)
    let near = pickMM.indices.sorted { (pickMM[$0], $0) < (pickMM[$1], $1) }.prefix(Self.width)
    let free = materialAt.indices.filter { materialAt[$0] < 0 }
    let left = terms.steps - plan.work
    var best: Found?
    var bestWorth = 0.0
    for material in hot {
      if choice == .hottestMaterial, best != nil { break }
      let from = plan.cellOf[material]
      for to in near where pickMM[to] < pickMM[from] {
        let other = materialAt[to]
        if other >= 0, isMoved[other] { continue }
        // The one that gives way is carried twice: aside, and into the place that became free.
        let work = unitsOf(material) + (other < 0 ? 0 : 2 * unitsOf(other))
        guard work <= left else { continue }
        let rate = picksADay[material] - (other < 0 ? 0 : picksADay[other])
        let change = change(saved: rate * Double(pickMM[from] - pickMM[to]), steps: work)
        let worth = change.savedADayMM / Double(change.workMM)
        // The rules of the place are asked last: they are by far the dearest question.
        guard worth > bestWorth, pays(change), mayLie(material, to) else { continue }
        if other < 0 {
          best = (change, [(material, from, to)])
        } else {
          guard mayLie(other, from), let aside = free.first(where: { mayLie(other, $0) }) else {
            continue
          }
          best = (change, [(other, to, aside), (material, from, to), (other, aside, from)])
        }
        bestWorth = worth
      }
    }
    return best
  }

  private func unitsOf(_ material: Int) -> Int {
    material < units.count ? max(1, units[material]) : 1
  }

  private func walk(_ material: Int, _ plan: Plan) -> Double {
    picksADay[material] * Double(pickMM[plan.cellOf[material]])
  }

  private func change(saved: Double, steps: Int) -> Change {
    let work = max(1, terms.stepMM.multipliedClamped(Int64(steps)))
    return Change(
      savedADayMM: saved,
      workMM: work,
      paybackDays: saved > 0 ? Double(work) / saved : .infinity
    )
  }

  private func pays(_ change: Change) -> Bool {
    change.paybackDays <= Double(terms.paybackDays)
      && change.savedADayMM * Double(terms.horizonDays)
        >= Double(change.workMM) * max(1, terms.hysteresis)
  }
}
