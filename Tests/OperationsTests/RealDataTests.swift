import Foundation
import Operations
import StowageTesting
import Testing
import Warehouse
import WireFormat

@Suite(
  "Real data",
  .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
)
struct RealDataTests {
  private func text(_ path: String, lines: Int? = nil) throws -> String {
    let file = try #require(SharedData.file(path))
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    guard let lines else { return text }
    return text.split(separator: "\n").prefix(lines).joined(separator: "\n")
  }

  /// Locations, parts and allocations of a real small warehouse.
  private func wareviz() throws -> Plant {
    let plant = try Plant()
    let locations = try plant.load(
      .locations,
      text("packing/sku/wareviz/locations.csv"),
      map: [
        "loc_id": "code", "pos_x": "map_x_mm", "pos_y": "map_y_mm", "pos_z": "reach_mm",
        "loc_width": "width_mm", "loc_depth": "depth_mm", "loc_height": "height_mm",
      ],
      constants: ["zone": "MAIN", "aisle": "1"]
    )
    #expect(locations.outcome == .applied, "\(locations.faults)")
    #expect(locations.applied == 357)
    let parts = try plant.load(
      .materials,
      text("packing/sku/wareviz/parts.csv"),
      map: [
        "item_id": "code", "pkg_len": "length_mm", "pkg_width": "width_mm",
        "pkg_depth": "height_mm", "pkg_weight": "weight_kg",
        "items_per_pkg": "handling_unit_quantity", "demand": "-", "abc_class": "pick_class",
      ],
      constants: ["upright": "any"]
    )
    #expect(parts.outcome == .applied, "\(parts.faults)")
    #expect(parts.applied == 67)
    let stock = try plant.load(
      .openingStock,
      text("packing/sku/wareviz/allocations.csv"),
      map: ["loc_id": "location", "item_id": "material", "alloc_qty": "quantity"],
      keepsGood: true
    )
    #expect(stock.outcome != .refused, "\(stock.faults)")
    #expect(stock.validRows + stock.faultyRows == 174)
    try plant.load(.locations, "code,kind,zone,aisle\nDOCK,DOCK,DOCK,D\n")
    return plant
  }

  @Test("Fifty receipts of real parts are planned, confirmed, overridden and rejected")
  func mainJob() throws {
    let plant = try wareviz()
    let environment = plant.environment
    let codes = try Masters(environment)
      .materials(PageRequest(limit: 100), scope: plant.scope).rows.map(\.material.code)
    var dice = SeededGenerator(seed: 5)
    var confirmed = 0
    var other: [String] = []
    for number in 1...50 {
      let lines = (0..<3).map { _ in
        CreateReceipt.Line(
          material: codes[Int.random(in: 0..<codes.count, using: &dice)],
          quantityMilli: Int64.random(in: 1...3, using: &dice) * 1_000
        )
      }
      let receipt = try CreateReceipt(environment)(
        .init(number: "R-\(number)", lines: lines),
        scope: plant.scope
      )
      let plan = try PlanReceipt(environment)(
        .init(receipt: receipt.receipt.publicID, budgetMS: 5),
        scope: plant.scope
      )
      for task in plan.lines.flatMap(\.tasks) {
        let id = task.recommendation.draft.publicID
        switch Int.random(in: 0..<10, using: &dice) {
        case 0:
          _ = try RejectPutaway(environment)(
            .init(recommendation: id, reason: .blocked),
            scope: plant.scope
          )
        case 1 where !other.isEmpty:
          let place = other[Int.random(in: 0..<other.count, using: &dice)]
          _ = try ConfirmPutaway(environment)(
            .init(recommendation: id, location: place, reason: .closer),
            scope: plant.scope
          )
        default:
          let done = try ConfirmPutaway(environment)(
            .init(recommendation: id, location: task.toCode),
            scope: plant.scope
          )
          #expect(done.warnings.isEmpty, "\(done.warnings)")
          confirmed += 1
          other.append(task.toCode)
        }
      }
    }
    #expect(confirmed > 50)
    let audit = try Reports(environment).audit(scope: plant.scope)
    #expect(audit.isClean, "\(audit.findings)")
    #expect(audit.differences.isEmpty)
  }

  @Test("Pallet articles with gaps in their data: the good rows in, the others back with reasons")
  func palletArticles() throws {
    let plant = try Plant()
    var rejects: [UInt8] = []
    let result = try plant.load(
      .materials,
      text("packing/sku/pallet_sku_dev1500.csv"),
      map: [
        "ID": "code", "Tradability": "-", "Init status": "-", "Unitprice": "-",
        "Expire date": "shelf_life_days", "Outbound number": "-", "Total outbound": "-",
        "Pal grossweight": "weight_kg", "Pal height": "height_m",
        "Units per pal": "handling_unit_quantity",
      ],
      constants: ["length_mm": "1200", "width_mm": "800"],
      keepsGood: true,
      rejects: { rejects += $0 }
    )
    #expect(result.outcome == .partly)
    #expect(result.validRows + result.faultyRows == 1_500)
    #expect(result.applied == result.validRows)
    #expect(result.validRows > 800)
    let lines = String(decoding: rejects, as: UTF8.self).split(whereSeparator: \.isNewline)
    #expect(lines.count == result.faultyRows + 1)
    #expect(lines.dropFirst().allSatisfy { $0.contains("must be") })
  }

  @Test("Daily demand of groceries, forecast as it is imported")
  func groceries() throws {
    let plant = try Plant(Plant.day(2019, 1, 1))
    let wide = try text("forecast/pasta_daily.csv", lines: 7)
    let ids = wide.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").first }
    try plant.load(.materials, "code\n" + ids.joined(separator: "\n"))
    let result = try plant.load(.demand, wide)
    #expect(result.outcome == .applied, "\(result.faults)")
    #expect(result.rows == 6)
    let report = try RunForecasts(plant.environment)(.init(horizonDays: 28), scope: plant.scope)
    #expect(report.materials == 6)
    for id in ids {
      let view = try ForecastQueries(plant.environment)
        .forecast(material: String(id), scope: plant.scope)
      #expect(view.forecast.mean.allSatisfy { $0.isFinite && $0 >= 0 })
    }
  }
}
