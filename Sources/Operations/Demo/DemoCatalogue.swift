import Statistics
import Warehouse

/// The demo plant's materials, each with the way in which it is asked for.
enum DemoCatalogue {
  /// The four demand classes (Syntetos, Boylan, Croston 2005), as the demo makes them.
  enum Pattern: CaseIterable {
    case smooth
    case erratic
    case intermittent
    case lumpy
  }

  /// One material and its demand.
  struct Goods {
    var draft: MaterialDraft
    var pattern: Pattern
    /// Mean demand of a day with demand, in handling units.
    var meanUnits: Double
    var supplier: Int
  }

  /// 500 materials: 140 rolls, 180 skids, 80 inks, 100 plates.
  static func materials(_ random: inout SeededRandom) -> [Goods] {
    (0..<140).map { roll($0, &random) } + (0..<180).map { skid($0, &random) }
      + (0..<80).map { ink($0, &random) } + (0..<100).map { plate($0, &random) }
  }

  private static func finish(
    _ draft: MaterialDraft,
    _ index: Int,
    suppliers: ClosedRange<Int>,
    _ random: inout SeededRandom
  ) -> Goods {
    var draft = draft
    let rank = random.unit()
    draft.pickClass = rank < 0.2 ? .a : rank < 0.5 ? .b : .c
    draft.valueClass = rank < 0.2 ? .a : rank < 0.5 ? .b : .c
    draft.isCritical = rank < 0.03
    let pattern = Pattern.allCases[index % 4]
    let scale = rank < 0.2 ? 2.5 : rank < 0.5 ? 1.0 : 0.4
    return Goods(
      draft: draft,
      pattern: pattern,
      meanUnits: scale * (0.5 + random.unit()),
      supplier: random.integer(suppliers)
    )
  }

  private static func roll(_ index: Int, _ random: inout SeededRandom) -> Goods {
    let width = Int64(random.pick([640, 720, 860, 1_000, 1_260]))
    let diameter = Int64(random.pick([1_000, 1_150, 1_250]))
    let grams = random.pick([45, 60, 80, 90, 115])
    var draft = MaterialDraft(
      code: "ROLL-\(1_000 + index)",
      name: "Web paper \(grams) g, \(width) mm, diameter \(diameter) mm",
      baseUnit: .roll,
      handlingUnitMilli: 1_000
    )
    draft.gtin = gtin(1_000 + index)
    draft.category = "PAPER"
    draft.storageType = "ROLL"
    draft.handlingUnitSize = Dimensions(diameter, diameter, width)
    draft.handlingUnitWeightG = width * diameter * diameter / 1_500
    draft.loadOnTopG = 2_000_000
    draft.coreMM = 76
    draft.unitCostMinor = Int64(random.integer(30_000...90_000))
    return finish(draft, index, suppliers: 1...4, &random)
  }

  private static func skid(_ index: Int, _ random: inout SeededRandom) -> Goods {
    let format = random.pick([(700, 1_000), (640, 900), (530, 740), (720, 1_020)])
    let sheets = Int64(random.pick([4_000, 5_000, 7_500, 10_000]))
    let grams = random.pick([90, 115, 135, 170, 250])
    var draft = MaterialDraft(
      code: "SKID-\(2_000 + index)",
      name: "Sheets \(format.0)x\(format.1) mm, \(grams) g, grain long",
      baseUnit: .sheet,
      handlingUnitMilli: sheets * 1_000
    )
    draft.gtin = gtin(2_000 + index)
    draft.category = "SHEETS"
    draft.storageType = "PALLET"
    draft.handlingUnitSize = Dimensions(
      Int64(max(format.1, 800)),
      Int64(max(format.0, 600)),
      150 + sheets * Int64(grams) / 1_000
    )
    draft.handlingUnitWeightG = min(
      1_150_000,
      20_000 + sheets * Int64(format.0 * format.1) / 1_000 * Int64(grams) / 1_000
    )
    draft.loadOnTopG = 1_000_000
    draft.unitCostMinor = Int64(random.integer(2...9))
    if index % 20 == 7 { draft.handlingUnitSize = nil }
    return finish(draft, index, suppliers: 2...6, &random)
  }

  private static func ink(_ index: Int, _ random: inout SeededRandom) -> Goods {
    let colour = random.pick(["cyan", "magenta", "yellow", "black", "spot blue", "varnish"])
    var draft = MaterialDraft(
      code: "INK-\(3_000 + index)",
      name: "Offset ink, \(colour), drum 20 kg",
      baseUnit: .kilogram,
      handlingUnitMilli: 20_000
    )
    draft.gtin = gtin(3_000 + index)
    draft.category = "INK"
    draft.storageType = "DRUM"
    draft.hazardClass = index % 3 == 0 ? "3" : nil
    draft.handlingUnitSize = Dimensions(300, 300, 380)
    draft.handlingUnitWeightG = 21_500
    draft.loadOnTopG = 45_000
    draft.shelfLifeDays = 540
    draft.minimumRemainingDays = 60
    draft.unitCostMinor = Int64(random.integer(600...2_400))
    return finish(draft, index, suppliers: 7...9, &random)
  }

  private static func plate(_ index: Int, _ random: inout SeededRandom) -> Goods {
    let height = Int64(random.pick([60, 80, 110]))
    var draft = MaterialDraft(
      code: "PLATE-\(4_000 + index)",
      name: "Printing plates, box of 50, \(height) mm",
      baseUnit: .each,
      handlingUnitMilli: 50_000
    )
    draft.gtin = gtin(4_000 + index)
    draft.category = "PLATES"
    draft.storageType = "SHELF"
    draft.handlingUnitSize = Dimensions(900, 560, height)
    draft.handlingUnitWeightG = 12_000 + height * 150
    draft.loadOnTopG = 90_000
    draft.shelfLifeDays = 720
    draft.unitCostMinor = Int64(random.integer(250...900))
    return finish(draft, index, suppliers: 10...12, &random)
  }

  /// A GTIN-14 of the demo's own prefix, with its check digit (GS1 General Specifications 7.9).
  private static func gtin(_ number: Int) -> String {
    let body = "0952100" + String(number + 100_000)
    var sum = 0
    for (place, digit) in body.utf8.reversed().enumerated() {
      sum += Int(digit - 0x30) * (place % 2 == 0 ? 3 : 1)
    }
    return body + String((10 - sum % 10) % 10)
  }
}
