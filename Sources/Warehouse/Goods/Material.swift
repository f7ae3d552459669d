/// The key of a material.
public typealias MaterialID = Key<Material>

/// The unit in which a material is counted; quantities are milli-units of it.
public enum BaseUnit: String, Sendable, CaseIterable {
  case each = "EACH"
  case pack = "PACK"
  case carton = "CARTON"
  case pallet = "PALLET"
  case roll = "ROLL"
  case sheet = "SHEET"
  case metre = "M"
  case kilogram = "KG"
  case litre = "L"

  /// Whether only whole units make sense.
  public var isWhole: Bool {
    switch self {
    case .each, .pack, .carton, .pallet, .roll, .sheet: true
    case .metre, .kilogram, .litre: false
    }
  }
}

/// A class of an ABC analysis: A 80 %, B 15 %, C 5 %, unless the settings say otherwise.
public enum ABCClass: String, Sendable, CaseIterable {
  case a = "A"
  case b = "B"
  case c = "C"
}

/// What the warehouse keeps: one article, its needs and its usual packaging.
public struct Material: Sendable, Equatable {
  /// The key inside this facility.
  public var id: MaterialID
  /// The owner.
  public var tenant: TenantID
  /// The row version, for conditional edits.
  public var version: Int64
  /// What was entered or imported.
  public var draft: MaterialDraft

  /// Makes a material as it was read from the store.
  public init(id: MaterialID, tenant: TenantID, version: Int64, draft: MaterialDraft) {
    self.id = id
    self.tenant = tenant
    self.version = version
    self.draft = draft
  }

  /// The owner's code of the article.
  public var code: String { draft.code }
}

/// A material as it is entered or imported, before it has a key.
public struct MaterialDraft: Sendable, Equatable {
  /// The owner's code; unique per owner.
  public var code: String
  /// What people call it.
  public var name: String
  /// The unit it is counted in.
  public var baseUnit: BaseUnit
  /// The GTIN of the trade item, as 14 digits.
  public var gtin: String?
  /// For what is pooled in forecasts and reports.
  public var category: String?
  /// The kind of storage it needs (`PALLET`, `ROLL`, `SHELF`, ...); a location must accept it.
  public var storageType: String
  /// The temperature zone it needs.
  public var temperatureZone: String
  /// The hazard class (for example the ADR class), or nil where it is harmless.
  public var hazardClass: String?
  /// Whether it belongs into the security cage.
  public var needsSecurity: Bool
  /// Days from receipt to expiry, where the lot does not say.
  public var shelfLifeDays: Int?
  /// Days that must remain when it is put away.
  public var minimumRemainingDays: Int?
  /// Which edges of its handling unit may stand vertical.
  public var uprights: Uprights
  /// The load that one handling unit bears on top, in grams; nil means any.
  public var loadOnTopG: Int64?
  /// The diameter of a roll's core, in millimetres; nil where unknown.
  public var coreMM: Int64?
  /// ABC class by order lines of 90 days, for slotting.
  public var pickClass: ABCClass?
  /// ABC class by annual usage value, for service levels.
  public var valueClass: ABCClass?
  /// Whether a shortage stops the plant, whatever its class.
  public var isCritical: Bool
  /// The price of one base unit, in minor currency units.
  public var unitCostMinor: Int64?
  /// Quantity in one handling unit, in milli base units.
  public var handlingUnitMilli: Int64
  /// Outer dimensions of one handling unit; nil where nobody has measured it.
  public var handlingUnitSize: Dimensions?
  /// Gross weight of one handling unit, in grams; nil where unknown.
  public var handlingUnitWeightG: Int64?

  /// Makes a draft; only code, name, unit and the quantity of a handling unit are needed.
  public init(
    code: String,
    name: String,
    baseUnit: BaseUnit,
    handlingUnitMilli: Int64,
    gtin: String? = nil,
    category: String? = nil,
    storageType: String = "PALLET",
    temperatureZone: String = "AMBIENT",
    hazardClass: String? = nil,
    needsSecurity: Bool = false,
    shelfLifeDays: Int? = nil,
    minimumRemainingDays: Int? = nil,
    uprights: Uprights = .thisSideUp,
    loadOnTopG: Int64? = nil,
    coreMM: Int64? = nil,
    pickClass: ABCClass? = nil,
    valueClass: ABCClass? = nil,
    isCritical: Bool = false,
    unitCostMinor: Int64? = nil,
    handlingUnitSize: Dimensions? = nil,
    handlingUnitWeightG: Int64? = nil
  ) {
    self.code = code
    self.name = name
    self.baseUnit = baseUnit
    self.gtin = gtin
    self.category = category
    self.storageType = storageType
    self.temperatureZone = temperatureZone
    self.hazardClass = hazardClass
    self.needsSecurity = needsSecurity
    self.shelfLifeDays = shelfLifeDays
    self.minimumRemainingDays = minimumRemainingDays
    self.uprights = uprights
    self.loadOnTopG = loadOnTopG
    self.coreMM = coreMM
    self.pickClass = pickClass
    self.valueClass = valueClass
    self.isCritical = isCritical
    self.unitCostMinor = unitCostMinor
    self.handlingUnitMilli = handlingUnitMilli
    self.handlingUnitSize = handlingUnitSize
    self.handlingUnitWeightG = handlingUnitWeightG
  }
}
