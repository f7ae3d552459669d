import Foundation
import StowageTesting
import Testing
import Warehouse

@testable import Packing

@Suite("The layout of a site, ways and pairs")
struct SiteLayoutTests {
  /// Two aisles of four bays, two levels; what is known of a place is set by `change`.
  private func states(_ change: (inout LocationDraft, Int, Int) -> Void) -> [LocationState] {
    var states: [LocationState] = []
    for (number, aisle) in ["2", "10"].enumerated() {
      for bay in 1...4 {
        for level in 0...1 {
          let id = Int64(states.count + 1)
          var draft = LocationDraft(
            code: "L\(id)",
            zone: "Z",
            aisle: aisle,
            bay: bay,
            level: level
          )
          change(&draft, number, bay)
          states.append(
            LocationState(location: Location(id: LocationID(id), version: 1, draft: draft))
          )
        }
      }
    }
    return states
  }

  private func dock(x: Int64, y: Int64) -> LocationState {
    let draft = LocationDraft(code: "D", kind: .dock, zone: "D", aisle: "D", mapX: x, mapY: y)
    return LocationState(location: Location(id: LocationID(99), version: 1, draft: draft))
  }

  private let steps = SiteLayout.Steps(aisleMM: 4_000, bayMM: 1_000, endMM: 500, levelMM: 300)

  @Test("With numbers alone, aisles stand in the order of their numbers and bays in theirs")
  func bays() {
    let site = SiteLayout(states { _, _, _ in }, steps: steps)
    #expect(site.source == .bays)
    #expect(site.places == Array(0..<16))
    #expect(site.layout.aislesMM == [0, 4_000])
    #expect(site.layout.lengthMM == 500 + 3_000 + 500)
    #expect(site.layout.cells[0] == PickLayout.Cell(aisle: 0, alongMM: 500))
    #expect(site.layout.cells[15] == PickLayout.Cell(aisle: 1, alongMM: 3_500, riseMM: 300))
    #expect(SiteLayout([LocationState]()).layout.cells.isEmpty)
  }

  @Test("With distances along the route, an aisle begins where its nearest place lies")
  func travel() {
    var all = states { draft, aisle, bay in
      draft.travelMM = Int64(aisle) * 10_000 + 2_000 + Int64(bay) * 900
    }
    let site = SiteLayout(all, steps: steps)
    #expect(site.source == .travel)
    #expect(site.layout.aislesMM == [2_400, 12_400])
    for (cell, state) in zip(site.layout.cells, all) {
      let way = site.layout.aislesMM[cell.aisle] + cell.alongMM
      #expect(way == state.location.draft.travelMM)
    }
    all[3].location.draft.travelMM = nil
    #expect(SiteLayout(all, steps: steps).source == .bays)
  }

  @Test("With coordinates, the docks say where the front is, whichever way the aisles run")
  func map() {
    func placed(_ turned: Bool) -> [LocationState] {
      states { draft, aisle, bay in
        let (across, along) = (Int64(aisle) * 6_000 + 1_000, Int64(bay) * 2_000)
        draft.mapX = turned ? along : across
        draft.mapY = turned ? across : along
      }
    }
    let upright = SiteLayout(placed(false) + [dock(x: 4_000, y: 20_000)], steps: steps)
    #expect(upright.source == .map)
    // The depot between the aisles; bay 4 lies at the front, since the dock is beyond it.
    #expect(upright.layout.aislesMM == [-3_000, 3_000])
    #expect(upright.layout.cells[0].alongMM == 6_500)
    #expect(upright.layout.cells[6].alongMM == 500)
    let turned = SiteLayout(placed(true) + [dock(x: 20_000, y: 4_000)], steps: steps)
    #expect(turned.layout.cells == upright.layout.cells)
    #expect(turned.layout.aislesMM == upright.layout.aislesMM)
    // Without a dock nobody knows where the front is.
    #expect(SiteLayout(placed(false), steps: steps).source == .bays)
  }

  @Test(
    "A pick costs what it adds to the tours that are walked",
    arguments: PickLayout.Routing.allCases
  )
  func costs(_ routing: PickLayout.Routing) {
    var dice = SeededGenerator(seed: 5)
    let block = PickLayout.block(
      aisles: 5,
      cellsASide: 6,
      aisleStepMM: 4_000,
      cellMM: 1_200,
      endMM: 900
    )
    let tours = (0..<40).map { _ in
      (0..<Int.random(in: 1...6, using: &dice)).map { _ in
        Int.random(in: block.cells.indices, using: &dice)
      }
    }
    let costs = block.pickMM(routing, tours: tours)
    for cell in stride(from: 0, to: block.cells.count, by: 7) {
      let added = tours.map { block.tourMM($0 + [cell], routing) - block.tourMM($0, routing) }
      #expect(costs[cell] == max(0, added.reduce(0, +) / Int64(tours.count)))
    }
    let alone = block.pickMM(routing, tours: [])
    for cell in block.cells.indices { #expect(alone[cell] == block.tourMM([cell], routing)) }
  }

  /// Orders of four picks out of one of `groups` groups of ten, or out of all.
  private func orders(_ count: Int, groups: Int?, seed: UInt64) -> [[Int]] {
    var dice = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let group = groups.map { Int.random(in: 0..<$0, using: &dice) }
      return (0..<4).map { _ in
        group.map { $0 + Int.random(in: 0..<10, using: &dice) * (groups ?? 1) }
          ?? Int.random(in: 0..<60, using: &dice)
      }
    }
  }

  @Test("Pairs earn weight where they save ways on orders never seen, and none where they do not")
  func trial() throws {
    let block = PickLayout.block(
      aisles: 6,
      cellsASide: 6,
      aisleStepMM: 5_000,
      cellMM: 1_000,
      endMM: 1_500
    )
    let grouped = try #require(
      AffinityTrial(
        orders(2_000, groups: 6, seed: 3),
        materials: 60,
        layout: block,
        routing: .sShape,
        share: 0.5,
        minimumOrders: 10
      )
    )
    #expect(grouped.trainedOrders == 1_500 && grouped.heldOutOrders == 500)
    // What is surely saved is a little less than the mean.
    #expect(grouped.affinityMM < grouped.classMM, "\(grouped)")
    #expect(grouped.gainMM > 0 && grouped.gainMM < grouped.classMM - grouped.affinityMM)
    let loose = try #require(
      AffinityTrial(
        orders(2_000, groups: nil, seed: 4),
        materials: 60,
        layout: block,
        routing: .sShape,
        minimumOrders: 2
      )
    )
    #expect(loose.gainMM == 0)
    let few = orders(AffinityTrial.fewestOrders - 1, groups: 6, seed: 3)
    #expect(AffinityTrial(few, materials: 60, layout: block, routing: .sShape) == nil)
  }

  @Test("The weight is what pairs save beside what turnover saves, and never more than allowed")
  func weight() {
    func weight(_ gain: Double, _ turnover: Double) -> Double {
      AffinityTrial.weight(
        gainMM: gain,
        classSavesMM: turnover,
        travelWeight: 0.3,
        atMost: 0.1
      )
    }
    #expect(weight(0, 1_000) == 0)
    #expect(weight(100, -20) == 0.1)
    #expect(abs(weight(100, 1_000) - 0.03) < 1e-12)
    #expect(weight(900, 1_000) == 0.1)
  }

  @Test(
    "What pairs are worth to a grocer under his routing",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func groceries() throws {
    let url = try #require(SharedData.file("packing/basket/groceries.csv"))
    let text = try String(contentsOf: url, encoding: .utf8)
    var numbers: [Substring: Int] = [:]
    let orders = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",").map { name -> Int in
        let number = numbers[name] ?? numbers.count
        numbers[name] = number
        return number
      }
    }
    let block = PickLayout.block(
      aisles: 6,
      cellsASide: 15,
      aisleStepMM: 5_000,
      cellMM: 1_000,
      endMM: 1_500
    )
    for routing in PickLayout.Routing.allCases {
      let trial = try #require(
        AffinityTrial(orders, materials: numbers.count, layout: block, routing: routing)
      )
      if ProcessInfo.processInfo.environment["STOWAGE_SLOTTING_ROUNDS"] != nil {
        print(routing.rawValue, trial)
      }
      #expect(trial.classMM < 0.8 * trial.randomMM, "\(trial)")
      #expect(trial.gainMM < 0.1 * trial.classMM, "\(trial)")
    }
  }
}
