import GRDB
import Warehouse

/// One consistent view of the store on one connection; it fulfils every reading contract.
///
/// The contracts are fulfilled in extensions, one file for each part of the domain, under `Rows/`.
/// It lives as long as the call that made it and is never kept.
class ReadSession: ReadTransaction {
  /// Whose rows are seen.
  let scope: TenantScope
  let db: Database
  private var hasOpenImports: Bool?
  /// The tenants in scope as SQL writes them; nil where all of them are.
  private let owners: String?
  /// The task that was read last: a confirm comes back to its task.
  var lastTask: Recommendation?
  /// The stock that was read last: a movement comes back to what it takes from.
  var lastStock: (lot: LotID, location: LocationID, quantityMilli: Int64)?

  init(_ db: Database, _ scope: TenantScope) {
    self.db = db
    self.scope = scope
    // Sorted, so that the same scope always makes the same statement, which is prepared once.
    owners = scope.visible.map { visible in
      // Nearly always one: this is asked with every request.
      if visible.count == 1, let only = visible.first { return String(only.rawValue) }
      return visible.map { $0.rawValue }.sorted().map { String($0) }.joined(separator: ",")
    }
  }

  /// ` AND column IN (…)` for the tenants in scope; nothing where all of them are.
  ///
  /// The keys are numbers, so writing them into the text is safe.
  func owned(_ column: String) -> String {
    guard let owners else { return "" }
    // Most rows are of the owner who asks: without that word SQLite takes the owner's index for a
    // sharp one, and walks a hundred thousand materials instead of looking two up by their keys.
    return " AND likelihood(\(column) IN (\(owners)), 0.9375)"
  }

  /// ` AND …` that hides the rows of an unfinished import; nothing where none is under way.
  func finished(_ table: String) throws -> String {
    let isNeeded: Bool
    if let known = hasOpenImports {
      isNeeded = known
    } else {
      isNeeded =
        try db.first("SELECT 1 FROM imports WHERE status = 'APPLYING' LIMIT 1") { _ in true }
        ?? false
      hasOpenImports = isNeeded
    }
    guard isNeeded else { return "" }
    return " AND (\(table).import_id IS NULL OR \(table).import_id NOT IN"
      + " (SELECT id FROM imports WHERE status = 'APPLYING'))"
  }

  /// Orders rows of the home tenant before those of others.
  var homeFirst: String { "(tenant_id <> \(scope.home.rawValue))" }
}

/// A view that may change things: one request inside the writer's transaction.
final class WriteSession: ReadSession, WriteTransaction {
  /// What it changed so far.
  var touched = Touched()
  /// Tasks whose movement it has booked.
  var bookedTasks: Set<RecommendationID> = []
  /// Lots that it has read: a confirm comes back to its lot three times.
  var knownLots: [LotID: Lot] = [:]
  /// What it booked so far, for the audit log.
  var bookings = Bookings()
  /// The import on whose behalf it writes: new rows carry it.
  let importID: Int64?
  /// The newest row of the audit log; nil where it must be looked up.
  let auditHead: Guarded<AuditHead?>

  init(
    _ db: Database,
    _ scope: TenantScope,
    importID: Int64?,
    auditHead: Guarded<AuditHead?>
  ) {
    self.importID = importID
    self.auditHead = auditHead
    super.init(db, scope)
  }
}
