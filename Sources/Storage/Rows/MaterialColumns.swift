import GRDB
import Warehouse

/// The columns of a material, in the order in which they are read and written.
enum MaterialColumns {
  /// Written by `save`, in this order, after tenant and code.
  static let values = [
    "name", "base_unit", "gtin", "category", "storage_type", "temperature_zone", "hazard_class",
    "needs_security", "shelf_life_days", "minimum_remaining_days", "uprights", "load_on_top_g",
    "pick_class", "value_class", "is_critical", "unit_cost_minor", "hu_milli", "hu_x_mm",
    "hu_y_mm", "hu_z_mm", "hu_weight_g", "core_mm",
  ]

  /// All columns that `material(_:)` reads, of the table called `m`.
  static let m = list("m")

  private static func list(_ alias: String) -> String {
    (["id", "tenant_id", "version", "code"] + values).map { "\(alias).\($0)" }
      .joined(separator: ", ")
  }

  /// A material from its row.
  static func material(_ row: Row) throws -> Material {
    let uprights: Int = row[14]
    let draft = MaterialDraft(
      code: row[3],
      name: row[4],
      baseUnit: try row.word(5),
      handlingUnitMilli: row[20],
      gtin: row[6],
      category: row[7],
      storageType: row[8],
      temperatureZone: row[9],
      hazardClass: row[10],
      needsSecurity: row[11],
      shelfLifeDays: row[12],
      minimumRemainingDays: row[13],
      uprights: Uprights(x: uprights & 1 != 0, y: uprights & 2 != 0, z: uprights & 4 != 0),
      loadOnTopG: row[15],
      coreMM: row[25],
      pickClass: try row.word(orNil: 16),
      valueClass: try row.word(orNil: 17),
      isCritical: row[18],
      unitCostMinor: row[19],
      handlingUnitSize: row.size(21),
      handlingUnitWeightG: row[24]
    )
    return Material(id: row.key(0), tenant: row.key(1), version: row[2], draft: draft)
  }

  /// The values of a draft, in the order of `values`.
  static func values(of draft: MaterialDraft) -> [(any Bindable)?] {
    let uprights =
      (draft.uprights.x ? 1 : 0) | (draft.uprights.y ? 2 : 0) | (draft.uprights.z ? 4 : 0)
    return [
      draft.name, draft.baseUnit.rawValue, draft.gtin, draft.category, draft.storageType,
      draft.temperatureZone, draft.hazardClass, draft.needsSecurity, draft.shelfLifeDays,
      draft.minimumRemainingDays, uprights == 0 ? 4 : uprights, draft.loadOnTopG,
      draft.pickClass?.rawValue, draft.valueClass?.rawValue, draft.isCritical, draft.unitCostMinor,
      draft.handlingUnitMilli, draft.handlingUnitSize?.x, draft.handlingUnitSize?.y,
      draft.handlingUnitSize?.z, draft.handlingUnitWeightG, draft.coreMM,
    ]
  }
}
