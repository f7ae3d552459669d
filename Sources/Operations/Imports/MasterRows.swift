import Warehouse

/// Reads materials.
struct MaterialRows: RowReader {
  private var seen = SeenKeys()
  private var pending: (draft: MaterialDraft, row: Int)?

  mutating func read(_ fields: inout FieldReader) {
    guard let draft = Self.draft(&fields) else { return }
    seen.check(draft.code, "code", &fields)
    pending = (draft, fields.record.row)
  }

  mutating func finish() -> [ImportRow] {
    guard let (draft, row) = pending else { return [] }
    seen.insert(draft.code, row: row)
    pending = nil
    return [.material(draft)]
  }

  mutating func drop() { pending = nil }

  /// A material from one record; nil where its code cannot be read.
  static func draft(_ fields: inout FieldReader) -> MaterialDraft? {
    let code = fields.code("code")
    let unit = fields.word("base_unit", as: BaseUnit.self) ?? .each
    let handlingUnit = fields.quantity("handling_unit_quantity", isPositive: true) ?? 1_000
    if unit.isWhole, handlingUnit % 1_000 != 0 {
      fields.fault("handling_unit_quantity", "must be whole, since \(unit.rawValue) is counted")
    }
    var draft = MaterialDraft(
      code: code ?? "",
      name: fields.text("name") ?? code ?? "",
      baseUnit: unit,
      handlingUnitMilli: handlingUnit
    )
    draft.gtin = gtin(&fields)
    draft.category = fields.text("category")
    if let type = fields.code("storage_type") { draft.storageType = type }
    if let zone = fields.code("temperature_zone") { draft.temperatureZone = zone }
    draft.hazardClass = fields.code("hazard_class")
    draft.needsSecurity = fields.flag("security") ?? false
    draft.shelfLifeDays = fields.whole("shelf_life_days", 1...36_500).map { Int($0) }
    draft.minimumRemainingDays = fields.whole("minimum_remaining_days", 0...36_500).map { Int($0) }
    draft.uprights = uprights(&fields)
    draft.loadOnTopG = fields.weight("load_on_top", .down)
    draft.pickClass = fields.word("pick_class", as: ABCClass.self)
    draft.valueClass = fields.word("value_class", as: ABCClass.self)
    draft.isCritical = fields.flag("critical") ?? false
    draft.unitCostMinor = fields.money("unit_cost")
    draft.handlingUnitSize = fields.size("length", "width", "height", .up)
    draft.handlingUnitWeightG = fields.weight("weight", .up, atLeast: 1)
    draft.coreMM = core(&fields, draft)
    return code == nil ? nil : draft
  }

  /// The core of a roll: smaller than the roll.
  private static func core(_ fields: inout FieldReader, _ draft: MaterialDraft) -> Int64? {
    guard let core = fields.length("core", .up, atLeast: 0) else { return nil }
    if draft.baseUnit != .roll {
      fields.fault("core", "only a roll has a core: base_unit must be ROLL")
    } else if let size = draft.handlingUnitSize, core >= max(size.x, size.y, size.z) {
      fields.fault("core", "must be smaller than the roll")
    }
    return core
  }

  /// A GTIN as 14 digits with a check digit that is right.
  private static func gtin(_ fields: inout FieldReader) -> String? {
    guard let text = fields.code("gtin") else { return nil }
    if let gtin = TradeItemNumber.fourteenDigits(text) { return gtin }
    fields.fault("gtin", "must be 8, 12, 13 or 14 digits of which the last one is the check digit")
    return nil
  }

  /// Which edges may stand vertical: `any`, `this_side_up`, or letters of length, width, height.
  private static func uprights(_ fields: inout FieldReader) -> Uprights {
    guard let text = fields.text("upright")?.lowercased() else { return .thisSideUp }
    switch text {
    case "any": return .any
    case "this_side_up": return .thisSideUp
    default:
      let letters = Set(text)
      if !letters.isEmpty, letters.isSubset(of: ["l", "w", "h"]) {
        return Uprights(
          x: letters.contains("l"),
          y: letters.contains("w"),
          z: letters.contains("h")
        )
      }
      fields.fault(
        "upright",
        "must be any, this_side_up, or those of the letters l, w, h whose edge may stand vertical"
      )
      return .thisSideUp
    }
  }
}

/// Reads locations.
struct LocationRows: RowReader {
  let tenants: [String: TenantID]
  private var seen = SeenKeys()
  private var pending: (draft: LocationDraft, row: Int)?

  init(tenants: [String: TenantID]) {
    self.tenants = tenants
  }

  mutating func read(_ fields: inout FieldReader) {
    guard let draft = Self.draft(&fields, tenants: tenants) else { return }
    seen.check(draft.code, "code", &fields)
    pending = (draft, fields.record.row)
  }

  mutating func finish() -> [ImportRow] {
    guard let (draft, row) = pending else { return [] }
    seen.insert(draft.code, row: row)
    pending = nil
    return [.location(draft)]
  }

  mutating func drop() { pending = nil }

  /// A location from one record; nil where code, zone or aisle cannot be read.
  static func draft(
    _ fields: inout FieldReader,
    tenants: [String: TenantID]
  ) -> LocationDraft? {
    let names = (fields.code("code"), fields.code("zone"), fields.code("aisle"))
    var draft = LocationDraft(code: names.0 ?? "", zone: names.1 ?? "", aisle: names.2 ?? "")
    draft.kind = fields.word("kind", as: LocationKind.self) ?? .storage
    draft.bay = Int(fields.whole("bay") ?? 0)
    draft.level = Int(fields.whole("level", 0...1_000) ?? 0)
    draft.position = Int(fields.whole("position") ?? 0)
    draft.inner = fields.size("width", "depth", "height", .down)
    draft.volumeMM3 = fields.volume("volume")
    draft.maxWeightG = fields.weight("max_weight", .down, atLeast: 1)
    draft.beamMaxWeightG = fields.weight("beam_max_weight", .down, atLeast: 1)
    draft.bayMaxWeightG = fields.weight("bay_max_weight", .down, atLeast: 1)
    draft.maxHandlingUnits = fields.whole("max_handling_units", 1...1_000_000).map { Int($0) }
    draft.maxStack = fields.whole("max_stack", 1...1_000).map { Int($0) }
    draft.reachMM = fields.length("reach", .up, atLeast: 0) ?? 0
    draft.storageTypes = fields.list("storage_types") ?? []
    if let zone = fields.code("temperature_zone") { draft.temperatureZone = zone }
    draft.hazardClasses = fields.list("hazard_classes") ?? []
    draft.isSecure = fields.flag("secure") ?? false
    if let owner = fields.code("dedicated_to") {
      draft.dedicatedTo = tenants[owner]
      if tenants[owner] == nil { fields.fault("dedicated_to", "no owner has this code") }
    }
    draft.mixing = fields.word("mixing", as: MixingRule.self) ?? .mixed
    draft.maxMaterials = fields.whole("max_materials", 1...1_000_000).map { Int($0) }
    draft.hold = fields.text("hold")
    draft.checkCode = fields.code("check_code")
    draft.isLastInFirstOut = fields.flag("last_in_first_out") ?? false
    draft.travelMM = fields.length("travel", .up, atLeast: 0)
    draft.mapX = fields.length("map_x", .up, atLeast: 0)
    draft.mapY = fields.length("map_y", .up, atLeast: 0)
    let hasNames = names.0 != nil && names.1 != nil && names.2 != nil
    return hasNames ? draft : nil
  }
}

/// Trade item numbers (GTIN) as they are typed and imported.
enum TradeItemNumber {
  /// The number as 14 digits, where it has 8, 12, 13 or 14 digits and its check digit is right.
  ///
  /// From the right, every second digit counts three times; all of them add up to a multiple of
  /// ten (GS1 General Specifications, section 7.9).
  static func fourteenDigits(_ text: String) -> String? {
    let digits = Array(text.utf8)
    guard [8, 12, 13, 14].contains(digits.count),
      digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
      sum + Int(digit.element - 0x30) * (digit.offset % 2 == 0 ? 1 : 3)
    }
    guard sum % 10 == 0 else { return nil }
    return String(repeating: "0", count: 14 - digits.count) + text
  }
}
