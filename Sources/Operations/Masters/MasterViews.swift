import Warehouse
import WireFormat

/// A material as it is shown: with the currency of its price.
public struct MaterialView: Sendable, Equatable, JSONDocument {
  /// The material.
  public var material: Material
  /// The facility's currency.
  public var currency: String

  init(_ material: Material, currency: String) {
    self.material = material
    self.currency = currency
  }

  init(_ material: Material, in transaction: any ReadTransaction) throws {
    self.init(material, currency: try transaction.facility().currency)
  }

  /// Writes the material under the names that imports take.
  public func write(to writer: inout JSONWriter) {
    let draft = material.draft
    writer.object { row in
      row.member("code", draft.code)
      row.member("name", draft.name)
      row.member("base_unit", draft.baseUnit.rawValue)
      row.member("handling_unit_quantity", milli: draft.handlingUnitMilli)
      row.member("gtin", draft.gtin)
      row.member("category", draft.category)
      row.member("storage_type", draft.storageType)
      row.member("temperature_zone", draft.temperatureZone)
      row.member("hazard_class", draft.hazardClass)
      row.member("security", draft.needsSecurity)
      row.member("shelf_life_days", draft.shelfLifeDays)
      row.member("minimum_remaining_days", draft.minimumRemainingDays)
      row.member("upright", draft.uprights.word)
      row.member("load_on_top_g", draft.loadOnTopG)
      row.member("core_mm", draft.coreMM)
      row.member("pick_class", draft.pickClass?.rawValue)
      row.member("value_class", draft.valueClass?.rawValue)
      row.member("critical", draft.isCritical)
      row.member(
        "unit_cost_\(currency.lowercased())",
        decimal: draft.unitCostMinor,
        decimals: Money.minorDigits(of: currency)
      )
      row.member("size_mm", size: draft.handlingUnitSize)
      row.member("weight_g", draft.handlingUnitWeightG)
      row.member("version", material.version)
    }
  }
}

extension Uprights {
  /// The word that imports take for it.
  var word: String {
    switch self {
    case .any: "any"
    case .thisSideUp: "this_side_up"
    default: (x ? "l" : "") + (y ? "w" : "") + (z ? "h" : "")
    }
  }
}

/// A lot with the code of its material.
public struct LotView: Sendable, Equatable, JSONDocument {
  /// The lot.
  public var lot: Lot
  /// The code of its material.
  public var materialCode: String
  /// Where it lies; nil where that was not asked for.
  public var stock: [StockLine]?
  /// The name of the lot that it was taken from.
  public var parentID: PublicID?

  init(_ lot: Lot, materialCode: String, stock: [StockLine]? = nil) {
    self.lot = lot
    self.materialCode = materialCode
    self.stock = stock
  }

  init(_ lot: Lot, in transaction: any ReadTransaction) throws {
    let material = try transaction.material(lot.draft.material)
    self.init(lot, materialCode: material?.code ?? "")
    parentID = try lot.draft.parent.flatMap { try transaction.lot($0)?.publicID }
  }

  /// Writes the lot, with its stock lines where they were asked for.
  public func write(to writer: inout JSONWriter) {
    let draft = lot.draft
    writer.object { row in
      row.member("id", lot.publicID.text)
      row.member("lot", draft.number)
      row.member("material", materialCode)
      row.member("sscc", draft.licensePlate)
      row.member("received_at", ms: draft.receivedAt.ms)
      row.member("received_on", day: draft.receivedDay)
      row.member("expiry", day: draft.expiry)
      row.member("usable_from", day: draft.usableFrom)
      row.member("fsc", draft.fscClaim)
      row.member("handling_unit_quantity", milli: draft.handlingUnitMilli)
      row.member("size_mm", size: draft.handlingUnitSize)
      row.member("weight_g", draft.handlingUnitWeightG)
      row.member("hold", lot.hold)
      row.member("parent", parentID?.text)
      if let stock { row.member("stock", documents: stock) }
    }
  }
}

extension StockLine: JSONDocument {
  /// Writes lot, material, location and quantity.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("lot", lot.publicID.text)
      row.member("lot_number", lot.draft.number)
      row.member("material", materialCode)
      row.member("location", locationCode)
      row.member("quantity", milli: quantityMilli)
      row.member("handling_units", handlingUnits)
      row.member("expiry", day: lot.draft.expiry)
      row.member("hold", lot.hold)
    }
  }
}

/// A ledger row with the codes of what it names.
public struct LedgerView: Sendable, Equatable, JSONDocument {
  /// The row.
  public var entry: LedgerEntry
  /// The number of the lot.
  public var lotNumber: String
  /// The name of the lot outside.
  public var lotID: PublicID
  /// The code of the material.
  public var materialCode: String
  /// The code of the place it left; nil means outside.
  public var fromCode: String?
  /// The code of the place it went to; nil means outside.
  public var toCode: String?

  init(
    entry: LedgerEntry,
    lotNumber: String,
    lotID: PublicID,
    materialCode: String,
    fromCode: String?,
    toCode: String?
  ) {
    self.entry = entry
    self.lotNumber = lotNumber
    self.lotID = lotID
    self.materialCode = materialCode
    self.fromCode = fromCode
    self.toCode = toCode
  }

  /// The row that carries out a task, which has its names already.
  init(entry: LedgerEntry, of task: TaskView, toCode: String) {
    self.init(
      entry: entry,
      lotNumber: task.lotNumber,
      lotID: task.lot.publicID,
      materialCode: task.materialCode,
      fromCode: task.fromCode,
      toCode: toCode
    )
  }

  /// Writes the row.
  public func write(to writer: inout JSONWriter) {
    let draft = entry.draft
    writer.object { row in
      row.member("id", draft.publicID.text)
      row.member("number", entry.id.rawValue)
      row.member("kind", draft.kind.rawValue)
      row.member("lot", lotID.text)
      row.member("lot_number", lotNumber)
      row.member("material", materialCode)
      row.member("from", fromCode)
      row.member("to", toCode)
      row.member("quantity", milli: draft.quantityMilli)
      row.member("counted", milli: draft.countedMilli)
      row.member("source", draft.returnSource?.rawValue)
      row.member("reason", draft.reason)
      row.member("occurred_at", ms: draft.occurredAt.ms)
      row.member("recorded_at", ms: draft.recordedAt.ms)
      row.member("client_at", ms: draft.trace.clientAt?.ms)
      row.member("client_sequence", draft.trace.sequence)
      row.member("entry", draft.trace.entry?.rawValue)
      row.member("local_day", day: draft.localDay)
      row.member("corrects", draft.corrects?.rawValue)
      row.member("device", draft.device)
    }
  }
}
