import Warehouse
import WireFormat

/// A location as it is shown: its rules, how full it is, and what lies in it.
public struct LocationView: Sendable, Equatable, JSONDocument {
  /// The location with its loads.
  public var state: LocationState
  /// The code of the owner that it is dedicated to.
  public var ownerCode: String?
  /// What lies in it, of the owners in scope; nil where that was not asked for.
  public var stock: [StockLine]?

  /// How full it is: the largest of the volume, weight and handling-unit shares; nil without any.
  public var utilization: Double? { state.utilization }

  /// Writes the location under the names that imports take, then its loads and contents.
  public func write(to writer: inout JSONWriter) {
    let draft = state.location.draft
    writer.object { row in
      row.member("code", draft.code)
      row.member("kind", draft.kind.rawValue)
      row.member("zone", draft.zone)
      row.member("aisle", draft.aisle)
      row.member("bay", draft.bay)
      row.member("level", draft.level)
      row.member("position", draft.position)
      row.member("size_mm", size: draft.inner)
      row.member("volume_mm3", draft.volumeMM3)
      row.member("max_weight_g", draft.maxWeightG)
      row.member("beam_max_weight_g", draft.beamMaxWeightG)
      row.member("bay_max_weight_g", draft.bayMaxWeightG)
      row.member("max_handling_units", draft.maxHandlingUnits)
      row.member("max_stack", draft.maxStack)
      row.member("reach_mm", draft.reachMM)
      row.member("storage_types", draft.storageTypes)
      row.member("temperature_zone", draft.temperatureZone)
      row.member("hazard_classes", draft.hazardClasses)
      row.member("secure", draft.isSecure)
      row.member("dedicated_to", ownerCode)
      row.member("mixing", draft.mixing.rawValue)
      row.member("max_materials", draft.maxMaterials)
      row.member("hold", draft.hold)
      row.member("last_in_first_out", draft.isLastInFirstOut)
      row.member("travel_mm", draft.travelMM)
      row.member("map_x_mm", draft.mapX)
      row.member("map_y_mm", draft.mapY)
      row.member("check_code_required", draft.checkCode != nil)
      row.member("version", state.location.version)
      writeLoads(&row)
      if let stock { row.member("contents", documents: stock) }
    }
  }

  private func writeLoads(_ row: inout JSONWriter) {
    row.object("used") {
      $0.member("volume_mm3", state.usedVolumeMM3)
      $0.member("weight_g", state.usedWeightG)
      $0.member("handling_units", state.usedHandlingUnits)
    }
    row.object("reserved") {
      $0.member("volume_mm3", state.reservedVolumeMM3)
      $0.member("weight_g", state.reservedWeightG)
      $0.member("handling_units", state.reservedHandlingUnits)
    }
    row.member("utilization", utilization)
  }
}

extension LocationState {
  /// The largest of the volume, weight and handling-unit shares in use; nil without any limit.
  var utilization: Double? {
    let draft = location.draft
    let shares = [
      Self.share(usedVolumeMM3, of: draft.capacityMM3),
      Self.share(usedWeightG, of: draft.maxWeightG),
      Self.share(Int64(usedHandlingUnits), of: draft.maxHandlingUnits.map(Int64.init)),
    ]
    return shares.compactMap { $0 }.max()
  }

  private static func share(_ used: Int64, of limit: Int64?) -> Double? {
    guard let limit, limit > 0 else { return nil }
    return Double(used) / Double(limit)
  }
}
