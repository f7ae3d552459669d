import GRDB
import Warehouse

/// The columns of a location, in the order in which they are read and written.
enum LocationColumns {
  /// Written by `save`, in this order, after the code.
  static let values = [
    "kind", "zone", "aisle", "bay", "level", "position", "inner_x_mm", "inner_y_mm", "inner_z_mm",
    "volume_mm3", "max_weight_g", "beam_max_weight_g", "bay_max_weight_g", "max_handling_units",
    "max_stack", "reach_mm", "storage_types_json", "temperature_zone", "hazard_classes_json",
    "is_secure", "dedicated_to", "mixing", "max_materials", "hold", "check_code", "is_lifo",
    "travel_mm", "map_x_mm", "map_y_mm",
  ]

  /// How many columns `list` names.
  static let count = 3 + values.count

  /// All columns that `location(_:)` reads, of the table called `l`.
  static let l = list("l")

  private static func list(_ alias: String) -> String {
    (["id", "version", "code"] + values).map { "\(alias).\($0)" }.joined(separator: ", ")
  }

  /// A location from its row.
  static func location(_ row: Row) throws -> Location {
    let draft = LocationDraft(
      code: row[2],
      kind: try row.word(3),
      zone: row[4],
      aisle: row[5],
      bay: row[6],
      level: row[7],
      position: row[8],
      inner: row.size(9),
      volumeMM3: row[12],
      maxWeightG: row[13],
      beamMaxWeightG: row[14],
      bayMaxWeightG: row[15],
      maxHandlingUnits: row[16],
      maxStack: row[17],
      reachMM: row[18],
      storageTypes: try TextList.read(row[19]),
      temperatureZone: row[20],
      hazardClasses: try TextList.read(row[21]),
      isSecure: row[22],
      dedicatedTo: row.key(orNil: 23),
      mixing: try row.word(24),
      maxMaterials: row[25],
      hold: row[26],
      checkCode: row[27],
      isLastInFirstOut: row[28],
      travelMM: row[29],
      mapX: row[30],
      mapY: row[31]
    )
    return Location(id: row.key(0), version: row[1], draft: draft)
  }

  /// The values of a draft, in the order of `values`.
  static func values(of draft: LocationDraft) -> [(any Bindable)?] {
    [
      draft.kind.rawValue, draft.zone, draft.aisle, draft.bay, draft.level, draft.position,
      draft.inner?.x, draft.inner?.y, draft.inner?.z, draft.volumeMM3, draft.maxWeightG,
      draft.beamMaxWeightG, draft.bayMaxWeightG, draft.maxHandlingUnits, draft.maxStack,
      draft.reachMM, TextList.write(draft.storageTypes), draft.temperatureZone,
      TextList.write(draft.hazardClasses), draft.isSecure, draft.dedicatedTo?.rawValue,
      draft.mixing.rawValue, draft.maxMaterials, draft.hold, draft.checkCode,
      draft.isLastInFirstOut, draft.travelMM, draft.mapX, draft.mapY,
    ]
  }
}
