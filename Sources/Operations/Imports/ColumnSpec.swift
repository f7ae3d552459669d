import Warehouse

/// What the values of a column are.
enum ColumnKind: Equatable {
  /// Free text of at most `Limits.nameLength` characters.
  case text
  /// A code as `Code` allows it.
  case code
  /// A whole number that is not negative.
  case whole
  /// A quantity of base units with at most three decimals.
  case quantity
  /// Any decimal number that is not negative.
  case decimal
  /// A length; the column's name ends in its unit.
  case length
  /// A weight; the column's name ends in its unit.
  case weight
  /// A volume; the column's name ends in its unit.
  case volume
  /// Money; the column's name ends in the currency.
  case money
  /// A day, `YYYY-MM-DD`.
  case day
  /// A moment (RFC 3339), or a day.
  case moment
  /// Yes or no.
  case flag
  /// Several words with `|` between them.
  case list
  /// One of these words.
  case word([String])
}

/// One column that an import knows.
struct ColumnSpec: Equatable {
  let name: String
  let kind: ColumnKind
  let isRequired: Bool

  init(_ name: String, _ kind: ColumnKind, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
  }

  /// The suffixes one of which the column's name must carry; empty where it has no unit.
  func suffixes(currency: String) -> [String] {
    switch kind {
    case .length: LengthUnit.allCases.map(\.rawValue)
    case .weight: WeightUnit.allCases.map(\.rawValue)
    case .volume: VolumeUnit.allCases.map(\.rawValue)
    case .money: [currency.lowercased()]
    default: []
    }
  }

  /// The name as a file should carry it, for messages: with the first unit where one is needed.
  func spelled(currency: String) -> String {
    suffixes(currency: currency).first.map { "\(name)_\($0)" } ?? name
  }
}

/// Units of volume that inputs may be given in; inside, everything is whole cubic millimetres.
enum VolumeUnit: String, CaseIterable {
  case cubicMillimetre = "mm3"
  case litre = "l"
  case cubicMetre = "m3"

  /// Cubic millimetres in one unit.
  var cubicMillimetres: Int64 {
    switch self {
    case .cubicMillimetre: 1
    case .litre: 1_000_000
    case .cubicMetre: 1_000_000_000
    }
  }
}

extension ImportKind {
  /// The columns that this kind knows.
  var columns: [ColumnSpec] {
    switch self {
    case .materials: ColumnSpec.materials
    case .locations: ColumnSpec.locations
    case .suppliers: [.init("code", .code, isRequired: true), .init("name", .text)]
    case .supplyTerms: ColumnSpec.supplyTerms
    case .purchaseOrders: ColumnSpec.purchaseOrders
    case .outboundOrders: ColumnSpec.outboundOrders
    case .demand: ColumnSpec.demand
    case .openingStock: ColumnSpec.openingStock
    }
  }
}

extension ColumnSpec {
  static let materials: [ColumnSpec] = [
    .init("code", .code, isRequired: true),
    .init("name", .text),
    .init("base_unit", .word(BaseUnit.allCases.map(\.rawValue))),
    .init("handling_unit_quantity", .quantity),
    .init("gtin", .code),
    .init("category", .text),
    .init("storage_type", .code),
    .init("temperature_zone", .code),
    .init("hazard_class", .code),
    .init("security", .flag),
    .init("shelf_life_days", .whole),
    .init("minimum_remaining_days", .whole),
    .init("upright", .text),
    .init("load_on_top", .weight),
    .init("core", .length),
    .init("pick_class", .word(ABCClass.allCases.map(\.rawValue))),
    .init("value_class", .word(ABCClass.allCases.map(\.rawValue))),
    .init("critical", .flag),
    .init("unit_cost", .money),
    .init("length", .length),
    .init("width", .length),
    .init("height", .length),
    .init("weight", .weight),
  ]

  static let locations: [ColumnSpec] = [
    .init("code", .code, isRequired: true),
    .init("kind", .word(LocationKind.allCases.map(\.rawValue))),
    .init("zone", .code, isRequired: true),
    .init("aisle", .code, isRequired: true),
    .init("bay", .whole),
    .init("level", .whole),
    .init("position", .whole),
    .init("width", .length),
    .init("depth", .length),
    .init("height", .length),
    .init("volume", .volume),
    .init("max_weight", .weight),
    .init("beam_max_weight", .weight),
    .init("bay_max_weight", .weight),
    .init("max_handling_units", .whole),
    .init("max_stack", .whole),
    .init("reach", .length),
    .init("storage_types", .list),
    .init("temperature_zone", .code),
    .init("hazard_classes", .list),
    .init("secure", .flag),
    .init("dedicated_to", .code),
    .init("mixing", .word(MixingRule.allCases.map(\.rawValue))),
    .init("max_materials", .whole),
    .init("hold", .text),
    .init("check_code", .code),
    .init("last_in_first_out", .flag),
    .init("travel", .length),
    .init("map_x", .length),
    .init("map_y", .length),
  ]

  static let supplyTerms: [ColumnSpec] = [
    .init("supplier", .code, isRequired: true),
    .init("material", .code, isRequired: true),
    .init("lead_time_days", .decimal, isRequired: true),
    .init("lead_time_deviation_days", .decimal),
    .init("minimum_order", .quantity),
    .init("multiple", .quantity),
    .init("unit_cost", .money),
    .init("ordering_cost", .money),
    .init("holding_cost_pct", .decimal),
    .init("working_days", .flag),
    .init("rank", .whole),
  ]

  static let purchaseOrders: [ColumnSpec] = [
    .init("number", .code, isRequired: true),
    .init("supplier", .code, isRequired: true),
    .init("ordered_on", .day, isRequired: true),
    .init("material", .code, isRequired: true),
    .init("ordered", .quantity, isRequired: true),
    .init("received", .quantity),
    .init("due_on", .day, isRequired: true),
  ]

  static let outboundOrders: [ColumnSpec] = [
    .init("number", .code, isRequired: true),
    .init("due", .moment, isRequired: true),
    .init("material", .code, isRequired: true),
    .init("ordered", .quantity, isRequired: true),
    .init("shipped", .quantity),
  ]

  static let demand: [ColumnSpec] = [
    .init("material", .code, isRequired: true),
    .init("day", .day, isRequired: true),
    .init("quantity", .quantity, isRequired: true),
    .init("returned", .quantity),
    .init("unit", .word(BaseUnit.allCases.map(\.rawValue))),
    .init("stock_out", .flag),
  ]

  static let openingStock: [ColumnSpec] = [
    .init("material", .code, isRequired: true),
    .init("location", .code, isRequired: true),
    .init("quantity", .quantity, isRequired: true),
    .init("lot", .code),
    .init("sscc", .code),
    .init("received_on", .day),
    .init("expiry", .day),
    .init("usable_from", .day),
    .init("fsc", .text),
    .init("handling_unit_quantity", .quantity),
    .init("length", .length),
    .init("width", .length),
    .init("height", .length),
    .init("weight", .weight),
  ]
}
