import Operations
import Packing
import Storage
import StowageTesting
import Testing
import Warehouse
import WireFormat

@Suite("Slotting: what is picked together, and moves that pay")
struct SlottingTests {
  private static let aisles = 4
  private static let bays = 10

  /// Four aisles of ten pallet positions; in each aisle bay 1 bears little.
  private func site() throws -> Plant {
    let plant = try Plant()
    var rows = "code,kind,zone,aisle,bay,level,width_mm,depth_mm,height_mm,max_weight_kg,"
    rows += "max_handling_units,travel_m\nD1,DOCK,DOCK,D,0,0,,,,,,\n"
    for aisle in 1...Self.aisles {
      for bay in 1...Self.bays {
        rows += "P\(aisle)-\(bay),STORAGE,A,\(aisle),\(bay),0,1300,900,1600,\(bay == 1 ? 200 : 900)"
        rows += ",1,\(aisle * 6 + bay * 2)\n"
      }
    }
    try plant.load(.locations, rows)
    var materials = "code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,"
    materials += "weight_kg\n"
    for number in 1...36 {
      materials += "M\(number),Goods \(number),EACH,400,1200,800,1000,\(number == 1 ? 500 : 150)\n"
    }
    try plant.load(.materials, materials)
    return plant
  }

  /// Opening stock: material n in the place that `place` names.
  private func stock(_ plant: Plant, _ place: (Int) -> String) throws {
    var rows = "material,location,quantity,lot,received_on\n"
    for number in 1...12 { rows += "M\(number),\(place(number)),400,LOT\(number),2026-01-05\n" }
    try plant.load(.openingStock, rows)
  }

  /// Orders of the last 80 days, oldest first, by their materials.
  @discardableResult
  private func order(_ plant: Plant, _ orders: [[Int]]) throws -> [[Int]] {
    var rows = "number,due,material,ordered,shipped\n"
    let today = Plant.day(2026, 3, 2)
    for (number, order) in orders.enumerated() {
      let day = today.adding(days: -80 + 80 * number / orders.count)
      for material in order {
        rows += "O\(number),\(day)T12:00:00Z,M\(material),1,1\n"
      }
    }
    try plant.load(.outboundOrders, rows)
    return orders
  }

  private func json(_ plant: Plant) throws -> JSONValue {
    var writer = JSONWriter()
    try ReslotPlaces(plant.environment)(scope: plant.scope).write(to: &writer)
    return try JSONReader.parse(writer.text)
  }

  /// The S-shape tour through some places, in metres, by other code than the engine's.
  private func tour(_ codes: [String]) -> Double {
    var aisles: [Int: Int] = [:]
    for code in Set(codes) {
      let parts = code.dropFirst().split(separator: "-").compactMap { Int($0) }
      aisles[parts[0]] = max(aisles[parts[0]] ?? 0, parts[1])
    }
    guard let last = aisles.keys.max() else { return 0 }
    // Bay 1 lies 2.5 m into its aisle, which begins 5.5 m from the depot and 6 m from the next;
    // from bay 10 it is 2.5 m to the back.
    let length = 2.5 + 18 + 2.5
    let reach = 2 * (5.5 + 6 * Double(last - 1))
    let whole = length * Double(aisles.count)
    if aisles.count.isMultiple(of: 2) { return reach + whole }
    return reach + whole - length + 2 * (2.5 + 2 * Double((aisles[last] ?? 1) - 1))
  }

  @Test("Moves can be carried out, hold every rule, and save what the tours say")
  func moves() throws {
    let plant = try site()
    // The more an article is picked, the farther it lies.
    func start(_ number: Int) -> String {
      "P\(Self.aisles - (number - 1) / 4)-\(Self.bays - (number - 1) % 4)"
    }
    try stock(plant, start)
    var dice = SeededGenerator(seed: 11)
    let orders = try order(
      plant,
      (0..<600).map { _ in
        let count = Int.random(in: 1...3, using: &dice)
        return Array(
          Set(
            (0..<count).map { _ in
              min(Int.random(in: 1...12, using: &dice), Int.random(in: 1...12, using: &dice))
            }
          )
        ).sorted()
      }
    )
    plant.set { $0.slotting.moveS = 60 }
    let plan = try json(plant)
    #expect(plan["layout"]?.string == "TRAVEL")
    #expect(plan["orders"]?.double == 600)
    var lies = Dictionary(uniqueKeysWithValues: (1...12).map { ("M\($0)", start($0)) })
    func mean() -> Double {
      orders.reduce(0) { $0 + tour($1.compactMap { lies["M\($0)"] }) } / Double(orders.count)
    }
    let before = mean()
    #expect(abs(before - (plan["tour_before_m"]?.double ?? 0)) < 0.06)
    let moves = plan["moves"]?.array ?? []
    #expect(!moves.isEmpty)
    for (number, move) in moves.enumerated() {
      let material = try #require(move["material"]?.string)
      let to = try #require(move["to"]?.string)
      #expect(move["step"]?.double == Double(number + 1))
      #expect(lies[material] == move["from"]?.string)
      #expect(!lies.values.contains(to), "\(to) is taken when its turn comes")
      if material == "M1" { #expect(!to.hasSuffix("-1"), "\(to) does not bear 500 kg") }
      lies[material] = to
    }
    let after = mean()
    #expect(abs(after - (plan["tour_after_m"]?.double ?? 0)) < 0.06)
    #expect(after < before - 5)
    let work = plan["work_m"]?.double ?? 0
    #expect(abs(work - 60 * Double(moves.count)) < 0.1)
    let saved = plan["saved_m"]?.double ?? 0
    // No more than the tours say over the horizon.
    #expect(saved > 1.5 * work && saved <= (before - after) * 600 + 1)
    let net = plan["net_cost"]?.double ?? 0
    #expect(abs(net - (saved - work) / 3_600 * 30) < 0.02)
    plant.set { $0.slotting.movesPerShift = 3 }
    #expect((try json(plant)["moves"]?.array ?? []).count <= 3)
    plant.set { $0.slotting.moveS = 36_000 }
    #expect(try json(plant)["moves"]?.array?.isEmpty == true)
  }

  @Test("What is promised, held or mixed stays, and is counted")
  func leftAlone() throws {
    let plant = try site()
    try stock(plant) { "P\(4 - ($0 - 1) / 4)-\(10 - ($0 - 1) % 4)" }
    try order(plant, (0..<300).map { [1, 2 + $0 % 3] })
    let lot = try plant.read { try $0.lots(number: "LOT1") }
    try plant.store.write(plant.scope) { try $0.setHold(lot[0].id, "QC") }
    let plan = try json(plant)
    #expect(plan["left_alone"]?["ON_HOLD"]?.double == 1)
    #expect(plan["movable"]?.double == 11)
    #expect(plan["moves"]?.array?.contains { $0["material"]?.string == "M1" } == false)
  }

  @Test("Without orders, or on an empty site, there is an answer without moves")
  func nothing() throws {
    let plant = try Plant()
    #expect(try json(plant)["moves"]?.array?.isEmpty == true)
    let full = try site()
    try stock(full) { "P\(4 - ($0 - 1) / 4)-\(10 - ($0 - 1) % 4)" }
    let plan = try json(full)
    #expect(plan["moves"]?.array?.isEmpty == true)
    #expect(plan["net_cost"]?.double == 0)
  }

  @Test("Pairs are mined, earn their weight, and draw goods to their partner's aisle")
  func affinity() throws {
    let plant = try site()
    try stock(plant) { "P\(1 + ($0 - 1) % 4)-\(3 + ($0 - 1) / 4)" }
    // Nine families of four; an order takes three of one.
    var dice = SeededGenerator(seed: 2)
    try order(
      plant,
      (0..<1_800).map { _ in
        let family = Int.random(in: 0..<9, using: &dice)
        return Array((1...4).shuffled(using: &dice).prefix(3)).map { family * 4 + $0 }.sorted()
      }
    )
    plant.set { $0.putaway.affinityWeight = 0.3 }
    let report = try MineAffinity(plant.environment)(scope: plant.scope)
    #expect(report.orders == 1_800 && report.pairs == 54 && report.places == 40)
    let trial = try #require(report.trial)
    #expect(trial.heldOutOrders == 450)
    #expect(trial.gainMM > 0, "\(report.sentence)")
    let materials = try plant.read { try $0.materialKeys() }
    let five = try #require(materials["M5"])
    let pairs = try plant.read { try $0.affinities(of: [five])[five] ?? [] }
    #expect(Set(pairs.map(\.other)) == Set(["M6", "M7", "M8"].compactMap { materials[$0] }))
    for pair in pairs {
      // Two of three orders with one of a family have another given one as well.
      #expect(abs(pair.confidence - 2.0 / 3) < 0.1)
      #expect(pair.lift > 4 && pair.lift < 6)
    }
    func part(_ number: Int) throws -> JSONValue {
      _ = try plant.receive("R-\(number)", [("M5", 400)])
      let answer = try Recommend(plant.environment)(
        .init(items: [.init(lot: LotReference(text: "R-\(number)-1"))]),
        scope: plant.scope
      )
      let json = try JSONReader.parse(try #require(answer.tasks.first).json)
      return try #require(json["parts"]?.array?.first { $0["name"]?.string == "AFFINITY" })
    }
    let drawn = try part(1)
    #expect((drawn["weight"]?.double ?? 0) > 0)
    #expect(abs((drawn["figure"]?.double ?? 0) - (pairs.first?.lift ?? 0)) < 0.006)
    let near = try #require(drawn["near"]?.string)
    #expect(["P2-4", "P3-4", "P4-4"].contains(near))
    #expect(drawn["distance_m"]?.double != nil)
    plant.set { $0.flags.skuAffinity = false }
    #expect(try part(2)["weight"]?.double == 0)
    // A second run replaces the first; pairs without support are gone.
    plant.set { $0.slotting.minimumOrders = 10_000 }
    plant.wait(seconds: 60)
    _ = try MineAffinity(plant.environment)(scope: plant.scope)
    #expect(try plant.read { try $0.affinities(of: Array(materials.values)) }.isEmpty)
    let run = try #require(try plant.read { try $0.slottingRun() })
    #expect(run.number == 2 && run.pairs == 0 && run.pickMM.count == 40)
    let shown = try json(plant)["affinity"]
    #expect(shown?["weight"]?.double == 0)
  }

  @Test("Before the first run, and with too few orders, pairs have no weight")
  func unlearned() throws {
    let plant = try site()
    try order(plant, (0..<30).map { _ in [1, 2] })
    let report = try MineAffinity(plant.environment)(scope: plant.scope)
    #expect(report.trial == nil && report.pairs == 1)
    #expect(report.sentence.contains("Too few orders"))
    let run = try #require(try plant.read { try $0.slottingRun() })
    #expect(run.trial == nil && run.layout == "TRAVEL" && run.routing == "S_SHAPE")
  }

  @Test("A run that is stopped stores no figures")
  func stopped() throws {
    let plant = try site()
    try order(plant, (0..<300).map { [1, 2 + $0 % 3] })
    var asked = 0
    _ = try MineAffinity(plant.environment)(scope: plant.scope) {
      asked += 1
      return asked < 3
    }
    #expect(try plant.read { try $0.slottingRun() } == nil)
  }
}
