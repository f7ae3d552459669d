import Operations
import Storage
import StowageTesting
import Testing
import Warehouse
import WireFormat

@Suite("Moves of re-slotting as tasks")
struct MoveTaskTests {
  /// Four aisles of ten positions, full but for one; the twelve articles that are ordered lie
  /// farthest away, the more they are ordered the farther.
  private func hall() throws -> Plant {
    let plant = try Plant()
    var rows = "code,kind,zone,aisle,bay,level,width_mm,depth_mm,height_mm,max_weight_kg,"
    rows += "max_handling_units,travel_m\nD1,DOCK,DOCK,D,0,0,,,,,,\n"
    var materials = "code,name,base_unit,handling_unit_quantity,length_mm,width_mm,height_mm,"
    materials += "weight_kg\n"
    var stock = "material,location,quantity,lot,received_on\n"
    for place in 0..<40 {
      let (aisle, bay) = (4 - place / 10, 10 - place % 10)
      rows += "P\(aisle)-\(bay),STORAGE,A,\(aisle),\(bay),0,1300,900,1600,900,1,"
      rows += "\(aisle * 6 + bay * 2)\n"
      guard place < 39 else { continue }
      let number = place + 1
      materials += "M\(number),Goods \(number),EACH,400,1200,800,1000,150\n"
      stock += "M\(number),P\(aisle)-\(bay),400,LOT\(number),2026-01-05\n"
    }
    try plant.load(.locations, rows)
    try plant.load(.materials, materials)
    try plant.load(.openingStock, stock)
    var dice = SeededGenerator(seed: 11)
    var orders = "number,due,material,ordered,shipped\n"
    for number in 0..<600 {
      let day = Plant.day(2026, 3, 2).adding(days: -80 + 78 * number / 600)
      let wanted = (0..<Int.random(in: 1...3, using: &dice)).map { _ in
        min(Int.random(in: 1...12, using: &dice), Int.random(in: 1...12, using: &dice))
      }
      for material in Set(wanted).sorted() {
        orders += "O\(number),\(day)T12:00:00Z,M\(material),1,1\n"
      }
    }
    try plant.load(.outboundOrders, orders)
    plant.set { $0.slotting.moveS = 60 }
    return plant
  }

  /// The moves that the engine proposes now.
  private func proposed(_ plant: Plant) throws -> [AcceptMoves.Move] {
    let report = try JSONReader.parse(ReslotPlaces(plant.environment)(scope: plant.scope).json)
    return try (report["moves"]?.array ?? []).map { move in
      AcceptMoves.Move(
        lot: try #require(PublicID(move["lot"]?.string ?? "")),
        from: move["from"]?.string ?? "",
        to: move["to"]?.string ?? ""
      )
    }
  }

  private func open(_ plant: Plant) throws -> [TaskView] {
    try Tasks(plant.environment)
      .tasks(statuses: [.recommended, .started], PageRequest(limit: 100), scope: plant.scope).rows
  }

  private func plan(_ plant: Plant) throws -> JSONValue {
    let page = try ReslottingPlans(plant.environment).list(PageRequest(), scope: plant.scope)
    return try JSONReader.parse(try #require(page.rows.first).json)
  }

  @Test(
    "Worked off in any order that the tasks allow, each finds its place empty",
    arguments: 1...4
  )
  func anyOrder(seed: UInt64) throws {
    let plant = try hall()
    let moves = try proposed(plant)
    #expect(moves.count >= 3, "\(moves)")
    #expect(moves.contains { move in moves.contains { $0.from == move.to } }, "nothing waits")
    _ = try AcceptMoves(plant.environment)(.init(moves), scope: plant.scope)
    var lies = [PublicID: String]()
    for move in moves.reversed() { lies[move.lot] = move.from }
    var dice = SeededGenerator(seed: seed)
    var done = 0
    while let task = try open(plant).randomElement(using: &dice) {
      #expect(lies[task.lot.publicID] == task.fromCode)
      #expect(!lies.values.contains(task.toCode), "\(task.toCode) is taken")
      let confirmed = try ConfirmPutaway(plant.environment)(
        .init(recommendation: task.recommendation.draft.publicID, location: task.toCode),
        scope: plant.scope
      )
      #expect(confirmed.warnings.isEmpty, "\(confirmed.warnings)")
      #expect(confirmed.transaction?.entry.draft.kind == .move)
      lies[task.lot.publicID] = task.toCode
      done += 1
    }
    #expect(done == moves.count, "seed \(seed)")
    let ended = try plan(plant)
    #expect(ended["done"]?.double == Double(moves.count))
    #expect(ended["ended_at"]?.isNull == false)
    for move in moves { #expect(lies[move.lot] != move.from) }
    #expect(try proposed(plant).count < moves.count, "the same moves are proposed again")
  }

  @Test("What was picked empty or put on hold meanwhile is told, and stops what waits for it")
  func obstacles() throws {
    let plant = try hall()
    let moves = try proposed(plant)
    let waiting = try #require(
      moves.first { move in moves.first { $0.from == move.to && $0.lot != move.lot } != nil }
    )
    _ = try AcceptMoves(plant.environment)(.init(moves), scope: plant.scope)
    let lot = try #require(try plant.read { try $0.lot(publicID: waiting.lot) })
    try plant.store.write(plant.scope) { try $0.setHold(lot.id, "QC") }
    while let task = try open(plant).first {
      _ = try ConfirmPutaway(plant.environment)(
        .init(recommendation: task.recommendation.draft.publicID, location: task.toCode),
        scope: plant.scope
      )
    }
    let ended = try plan(plant)
    let steps = ended["steps"]?.array ?? []
    let held = steps.filter { $0["obstacle"]?.string?.contains("on hold: QC") == true }
    #expect(!held.isEmpty, "\(ended.text)")
    #expect(held.allSatisfy { $0["status"] == "STOPPED" })
    #expect(ended["ended_at"]?.isNull == false, "what is stopped keeps the plan open")
  }

  @Test("A started task goes on to its end after the rest was called off; nothing follows it")
  func calledOff() throws {
    let plant = try hall()
    let moves = try proposed(plant)
    let accepted = try AcceptMoves(plant.environment)(.init(moves), scope: plant.scope)
    let id = try #require(PublicID(try JSONReader.parse(accepted.json)["id"]?.string ?? ""))
    let task = try #require(try open(plant).first)
    let name = task.recommendation.draft.publicID
    _ = try StartPutaway(plant.environment)(.init(recommendation: name), scope: plant.scope)
    _ = try CancelMoves(plant.environment)(.init(plan: id), scope: plant.scope)
    #expect(try open(plant).map(\.recommendation.draft.publicID) == [name])
    let confirmed = try ConfirmPutaway(plant.environment)(
      .init(recommendation: name, location: task.toCode),
      scope: plant.scope
    )
    #expect(confirmed.nextTasks.isEmpty)
    #expect(try open(plant).isEmpty)
  }
}
