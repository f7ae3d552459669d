import HTTPServer
import Warehouse

/// Who may call a route.
public enum AccessRule: Sendable, Equatable {
  /// Everybody, without a token.
  case anyone
  /// Every paired device and every token, whatever it may do: signing in and out.
  case paired
  /// Whoever has one of these roles, as a token's scope or as the person signed in.
  case roles(Set<Role>)

  /// Whether somebody with these roles may pass; nobody has none.
  public func allows(_ roles: Set<Role>?) -> Bool {
    switch self {
    case .anyone: true
    case .paired: roles != nil
    case .roles(let wanted): !(roles ?? []).isDisjoint(with: wanted)
    }
  }
}

/// The one table of who may call what; a route that does not stand here is open to nobody.
///
/// The `security` of `schema/openapi.json` is held against it, and the matrix of the access tests
/// is made from it.
public enum AccessTable {
  /// People on the floor.
  private static let floor: Set<Role> = [.scanner, .station, .supervisor, .admin]
  /// People on the floor, and programs.
  private static let floorAndPrograms = floor.union([.integration])
  /// People at a desk.
  private static let desk: Set<Role> = [.supervisor, .admin]
  /// People at a desk, and programs.
  private static let deskAndPrograms = desk.union([.integration])
  /// Whoever plans.
  private static let planners = deskAndPrograms.union([.station])

  /// The rule of a route, by its method and pattern.
  public static func rule(_ method: Method, _ pattern: String) -> AccessRule? {
    byPattern[pattern]?[method == .head ? .get : method]
  }

  /// The same rules as they are asked for with every request, without making a text for it.
  private static let byPattern: [String: [Method: AccessRule]] = {
    var table: [String: [Method: AccessRule]] = [:]
    for (name, rule) in rules {
      let parts = name.split(separator: " ", maxSplits: 1).map(String.init)
      table[parts[1], default: [:]][Method(rawValue: parts[0])] = rule
    }
    return table
  }()

  /// Method and pattern with the rule.
  public static let rules: [String: AccessRule] = [
    // The box itself, and what a browser needs before anybody is known.
    "GET /healthz": .anyone,
    "GET /readyz": .anyone,
    "GET /": .anyone,
    "GET /docs": .anyone,
    "GET /openapi.json": .anyone,
    "GET /setup": .anyone,
    "GET /pair": .anyone,
    "GET /scan": .anyone,
    "GET /scan-worker.js": .anyone,
    "GET /station": .anyone,
    "GET /assets/{folder}/{file}": .anyone,
    "GET /api/v1/health": .roles(floorAndPrograms.union([.metrics])),
    "GET /metrics": .roles([.metrics, .admin]),
    "GET /api/v1/jobs": .roles(desk),
    "GET /api/v1/jobs/{name}/runs": .roles(desk),
    "POST /api/v1/jobs/{name}/run": .roles(desk),
    "POST /api/v1/jobs/{name}/cancel": .roles([.admin]),
    "GET /api/v1/sync": .roles(desk),
    "GET /api/v1/sync/dead-letters": .roles(desk),
    "POST /api/v1/sync/requeue": .roles([.admin]),

    // Rights.
    "POST /api/v1/setup": .anyone,
    "POST /api/v1/devices/pair": .anyone,
    "POST /api/v1/devices/pairing-codes": .roles(desk),
    "GET /api/v1/devices": .roles(desk),
    "DELETE /api/v1/devices/{id}": .roles(desk),
    "POST /api/v1/sessions": .paired,
    "GET /api/v1/sessions/current": .paired,
    "DELETE /api/v1/sessions/current": .paired,
    "GET /api/v1/operators": .roles([.admin]),
    "POST /api/v1/operators": .roles([.admin]),
    "GET /api/v1/operators/{id}": .roles([.admin]),
    "GET /api/v1/tokens": .roles([.admin]),
    "POST /api/v1/tokens": .roles([.admin]),
    "DELETE /api/v1/tokens/{id}": .roles([.admin]),
    "GET /api/v1/audit": .roles([.admin]),

    // Settings and features.
    "GET /api/v1/settings": .roles(desk),
    "PUT /api/v1/settings": .roles([.admin]),
    "GET /api/v1/settings/changes": .roles(desk),
    "GET /api/v1/flags": .roles(desk),
    "PUT /api/v1/flags": .roles([.admin]),

    // Masters, files.
    "GET /api/v1/materials": .roles(floorAndPrograms),
    "POST /api/v1/materials": .roles(deskAndPrograms),
    "GET /api/v1/materials/{code}": .roles(floorAndPrograms),
    "GET /api/v1/locations": .roles(floorAndPrograms),
    "POST /api/v1/locations": .roles(deskAndPrograms),
    "GET /api/v1/locations/{code}": .roles(floorAndPrograms),
    "POST /api/v1/imports/{kind}": .roles(deskAndPrograms),
    "GET /api/v1/exports/{kind}": .roles(deskAndPrograms),

    // Stock and its movements.
    "GET /api/v1/lots": .roles(floorAndPrograms),
    "GET /api/v1/lots/{id}": .roles(floorAndPrograms),
    "GET /api/v1/stock": .roles(floorAndPrograms),
    "GET /api/v1/transactions": .roles(floorAndPrograms),
    "POST /api/v1/transactions": .roles(floorAndPrograms),
    "GET /api/v1/facility": .paired,
    "GET /api/v1/performance": .roles(planners),
    "GET /api/v1/reslotting": .roles(deskAndPrograms),
    "GET /api/v1/reslotting/plans": .roles(deskAndPrograms),
    "POST /api/v1/reslotting/plans": .roles(desk),
    "GET /api/v1/reslotting/plans/{id}": .roles(deskAndPrograms),
    "POST /api/v1/reslotting/plans/{id}/cancel": .roles(desk),
    "GET /api/v1/utilization": .roles(floorAndPrograms),
    "GET /api/v1/utilization/map.svg": .roles(floorAndPrograms),

    // Receiving and putaway.
    "GET /api/v1/receipts": .roles(floorAndPrograms),
    "POST /api/v1/receipts": .roles(floorAndPrograms),
    "GET /api/v1/receipts/{id}": .roles(floorAndPrograms),
    "POST /api/v1/receipts/{id}/arrive": .roles(floorAndPrograms),
    "POST /api/v1/receipts/{id}/plan": .roles(floor),
    "GET /api/v1/receipts/{id}/plan": .roles(floor),
    "GET /api/v1/receipts/{id}/plans": .roles(floorAndPrograms),
    "POST /api/v1/receipts/{id}/release": .roles(floor),
    "GET /api/v1/putaway/recommendations": .roles(floorAndPrograms),
    "POST /api/v1/putaway/recommendations": .roles(floor),
    "GET /api/v1/putaway/recommendations/{id}": .roles(floorAndPrograms),
    "POST /api/v1/putaway/recommendations/{id}/start": .roles(floor),
    "POST /api/v1/putaway/recommendations/{id}/confirm": .roles(floor),
    "POST /api/v1/putaway/recommendations/{id}/reject": .roles(floor),

    "POST /api/v1/putaway/recommendations/{id}/release": .roles(desk),
    "POST /api/v1/putaway/recommendations/{id}/cancel": .roles(desk),
    "POST /api/v1/putaway/leases": .roles(floor),

    // Scans, what is around the main job, and what was done out of reach.
    "POST /api/v1/scans": .roles(floorAndPrograms),
    "GET /api/v1/scans/recent": .roles(floor),
    "POST /api/v1/operations": .roles(floorAndPrograms),
    "POST /api/v1/transactions/{id}/undo": .roles(floor),
    "POST /api/v1/undo": .roles(floor),
    "POST /api/v1/returns": .roles(floorAndPrograms),
    "GET /api/v1/picks": .roles(floorAndPrograms),
    "GET /api/v1/orders/{number}/picks": .roles(floorAndPrograms),

    // Supply, orders, the calendar.
    "GET /api/v1/suppliers": .roles(planners),
    "POST /api/v1/suppliers": .roles(deskAndPrograms),
    "GET /api/v1/suppliers/{code}": .roles(planners),
    "GET /api/v1/materials/{code}/suppliers": .roles(planners),
    "POST /api/v1/supply-terms": .roles(deskAndPrograms),
    "GET /api/v1/materials/{code}/suppliers/{supplier}": .roles(planners),
    "DELETE /api/v1/materials/{code}/suppliers/{supplier}": .roles(deskAndPrograms),
    "GET /api/v1/purchase-orders": .roles(floorAndPrograms),
    "POST /api/v1/purchase-orders": .roles(deskAndPrograms),
    "GET /api/v1/purchase-orders/{number}": .roles(floorAndPrograms),
    "GET /api/v1/orders": .roles(floorAndPrograms),
    "POST /api/v1/orders": .roles(deskAndPrograms),
    "GET /api/v1/orders/{number}": .roles(floorAndPrograms),
    "POST /api/v1/orders/{number}/cancel": .roles(deskAndPrograms),
    "POST /api/v1/purchase-orders/{number}/cancel": .roles(deskAndPrograms),
    "GET /api/v1/calendar": .roles(planners),
    "POST /api/v1/calendar": .roles(desk),

    // Labels.
    "GET /api/v1/printers": .roles(floorAndPrograms),
    "POST /api/v1/printers": .roles([.admin]),
    "GET /api/v1/printers/{id}": .roles(floorAndPrograms),
    "DELETE /api/v1/printers/{id}": .roles([.admin]),
    "POST /api/v1/printers/{id}/jobs": .roles(floorAndPrograms),
    "GET /api/v1/print-jobs": .roles(floorAndPrograms),
    "GET /api/v1/print-jobs/{id}": .roles(floorAndPrograms),
    "POST /api/v1/print-jobs/{id}/cancel": .roles(floor),
    "POST /api/v1/print-jobs/{id}/resend": .roles(floor),

    // What happens, live.
    "GET /api/v1/events": .roles(floorAndPrograms),

    // Planning.
    "GET /api/v1/forecasts": .roles(planners),
    "POST /api/v1/forecasts": .roles(desk),
    "GET /api/v1/forecasts/accuracy": .roles(planners),
    "GET /api/v1/forecasts/totals": .roles(planners),
    "GET /api/v1/materials/{code}/accuracy": .roles(planners),
    "GET /api/v1/materials/{code}/demand": .roles(planners),
    "GET /api/v1/materials/{code}/forecast": .roles(planners),
    "GET /api/v1/materials/{code}/policy": .roles(planners),
    "GET /api/v1/replenishment": .roles(planners),
    "POST /api/v1/replenishment/decisions": .roles(desk),
    "GET /api/v1/replenishment/matrix": .roles(planners),
    "GET /api/v1/replenishment/simulation": .roles(planners),
    "GET /api/v1/replenishment/stock-health": .roles(planners),
    "POST /api/v1/replenishment/run": .roles(desk),
  ]
}
