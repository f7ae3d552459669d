import Operations
import StowageTesting
import Testing
import Warehouse

/// Random warehouses with every rule in them: the engine outside the writer and the check inside it
/// must agree, and what is promised must be right by a third opinion, written down here.
@Suite("Random warehouses")
struct RandomWarehouseTests {
  private let hazards = ["3", "8", "9", "X"]

  private func pick<T>(_ list: [T], _ dice: inout SeededGenerator) -> T {
    list[Int.random(in: 0..<list.count, using: &dice)]
  }

  private func locations(_ dice: inout SeededGenerator) -> String {
    var rows =
      "code,zone,aisle,bay,level,width_mm,depth_mm,height_mm,volume_l,max_weight_kg,"
      + "beam_max_weight_kg,max_handling_units,storage_types,temperature_zone,hazard_classes,"
      + "mixing,max_materials,hold,secure,travel_m\n"
    for aisle in 1...3 {
      for bay in 1...6 {
        for level in 0...2 {
          let size = pick(["1300,1300,1600", "2700,1300,1600", "1300,1300,900", ",,"], &dice)
          let fields: [String] = [
            "L-\(aisle)-\(bay)-\(level)", "Z\(aisle)", "A\(aisle)", "\(bay)", "\(level)", size,
            pick(["", "1500", "4000"], &dice), pick(["", "800", "1600"], &dice),
            pick(["", "", "2500"], &dice), pick(["1", "2", "4", ""], &dice),
            pick(["", "PALLET", "PALLET|ROLL"], &dice),
            pick(["AMBIENT", "AMBIENT", "COLD"], &dice),
            pick(["", "3|9", "3|8|9|X"], &dice),
            pick(["SINGLE_LOT", "SINGLE_MATERIAL", "MIXED", "MIXED"], &dice),
            pick(["", "2"], &dice), pick(["", "", "", "broken"], &dice),
            pick(["no", "yes"], &dice), "\(bay * 3 + level)",
          ]
          rows += fields.joined(separator: ",") + "\n"
        }
      }
    }
    return rows
  }

  private func materials(_ dice: inout SeededGenerator) -> String {
    var rows =
      "code,handling_unit_quantity,length_mm,width_mm,height_mm,weight_kg,storage_type,"
      + "temperature_zone,hazard_class,security,upright,load_on_top_kg\n"
    for number in 1...14 {
      let size = pick(["1200,800,1200", "1200,800,700", "1000,1000,400", ",,"], &dice)
      let fields: [String] = [
        "M\(number)", "10", size, pick(["90", "350", "700", ""], &dice),
        pick(["PALLET", "PALLET", "ROLL"], &dice), pick(["AMBIENT", "AMBIENT", "COLD"], &dice),
        pick(["", "", ""] + hazards, &dice), pick(["no", "no", "yes"], &dice),
        pick(["any", "this_side_up"], &dice), pick(["", "0", "500"], &dice),
      ]
      rows += fields.joined(separator: ",") + "\n"
    }
    return rows
  }

  @Test("What the engine recommends, the store accepts, and no rule is broken", arguments: 1...6)
  func agreement(_ seed: UInt64) throws {
    print("seed \(seed)")
    var dice = SeededGenerator(seed: seed)
    let plant = try Plant()
    plant.set { $0.putaway.conflictAttempts = 1 }
    let loaded = try plant.load(.locations, locations(&dice))
    #expect(loaded.outcome == .applied, "\(loaded.faults)")
    try plant.load(.locations, "code,kind,zone,aisle\nD1,DOCK,D,D\n")
    try plant.load(.materials, materials(&dice))
    let environment = plant.environment
    var placed = 0
    for number in 1...70 {
      let quantity = Int64.random(in: 1...35, using: &dice) * 1_000
      let details = ReceiptLineDraft(
        material: MaterialID(0),
        quantityMilli: 0,
        expiry: pick([nil, plant.now.utcDay.adding(days: 90)], &dice),
        fscClaim: pick([nil, nil, "FSC Mix"], &dice)
      )
      let receipt = try CreateReceipt(environment)(
        .init(
          number: "R-\(number)",
          dock: "D1",
          lines: [.init(material: "M\(number % 14 + 1)", quantityMilli: quantity, details: details)]
        ),
        scope: plant.scope
      )
      let answer: Recommendations
      do {
        answer = try Recommend(environment)(
          .init(items: [.init(lot: LotReference(text: "R-\(number)-1"))]),
          scope: plant.scope
        )
      } catch let failure as Failure {
        #expect(failure.message.hasPrefix("No place takes"), "\(failure)")
        continue
      }
      for task in answer.tasks {
        placed += 1
        try check(task, plant)
        let id = task.recommendation.draft.publicID
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: break
        case 1:
          _ = try RejectPutaway(environment)(
            .init(recommendation: id, reason: .other),
            scope: plant.scope
          )
        default:
          let done = try ConfirmPutaway(environment)(
            .init(recommendation: id, location: task.toCode),
            scope: plant.scope
          )
          #expect(done.warnings.isEmpty, "seed \(seed): \(done.warnings)")
        }
      }
      #expect(receipt.receipt.lines.count == 1)
    }
    #expect(placed > 10)
    #expect(try Reports(environment).audit(scope: plant.scope).isClean)
  }

  /// Every rule that a promise must keep, judged on what the store shows of the place afterwards.
  private func check(_ task: TaskView, _ plant: Plant) throws {
    let place = try Masters(plant.environment).location(code: task.toCode, scope: plant.scope)
    let material = try Masters(plant.environment)
      .material(code: task.materialCode, scope: plant.scope).material.draft
    let state = place.state
    let rules = state.location.draft
    let code = "\(task.toCode) for \(task.materialCode)"
    #expect(rules.hold == nil, "\(code)")
    #expect(rules.temperatureZone == material.temperatureZone, "\(code)")
    #expect(!material.needsSecurity || rules.isSecure, "\(code)")
    #expect(
      rules.storageTypes.isEmpty || rules.storageTypes.contains(material.storageType),
      "\(code)"
    )
    if let hazard = material.hazardClass {
      #expect(rules.hazardClasses.contains(hazard), "\(code)")
      let cautious = HazardMatrix.cautious
      for other in state.occupants where other.lot != task.lot.id {
        #expect(cautious.allows(hazard, other.hazardClass), "\(code)")
      }
    }
    if let limit = rules.capacityMM3 {
      #expect(state.usedVolumeMM3 + state.reservedVolumeMM3 <= limit, "\(code)")
    }
    if let limit = rules.maxWeightG {
      #expect(state.usedWeightG + state.reservedWeightG <= limit, "\(code)")
    }
    if let limit = rules.maxHandlingUnits {
      #expect(state.usedHandlingUnits + state.reservedHandlingUnits <= limit, "\(code)")
    }
    let lots = Set(state.occupants.map(\.lot))
    let materials = Set(state.occupants.map(\.material))
    if rules.mixing == .singleLot { #expect(lots.count == 1, "\(code)") }
    if rules.mixing == .singleMaterial { #expect(materials.count == 1, "\(code)") }
    if rules.mixing == .mixed, let most = rules.maxMaterials {
      #expect(materials.count <= most, "\(code)")
    }
    #expect(Set(state.occupants.map(\.fscClaim)).count == 1, "\(code)")
  }
}
