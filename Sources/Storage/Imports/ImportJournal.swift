import Foundation
import GRDB
import Logging
import Warehouse

/// The row of `imports` that says how far an import has come.
struct ImportJournal: Sendable {
  var id: Int64
  var kind: ImportKind
  var scope: TenantScope
  var path: String
  var startedAt: Instant
  var total: Int
  var applied: Int
  var bytes: Int64
  var created: Int
  var failed: Int
  var slices: Int

  /// Opens the journal of a sealed staging file.
  static func begin(
    _ store: WarehouseStore,
    _ plan: ImportPlan,
    path: String,
    rows: Int
  ) throws -> ImportJournal {
    let slot = Slot<Int64>()
    let visible = plan.scope.visible.map { $0.sorted().jsonKeys() }
    try store.writer.perform(plan.scope) { session in
      let isKnown = try session.db.first(
        "SELECT 1 FROM imports WHERE public_id = ?",
        [plan.publicID.text]
      ) { _ in true }
      if isKnown == true {
        throw Failure(.conflict, "The import \(plan.publicID) was carried out already.")
      }
      try session.db.run(
        """
        INSERT INTO imports (public_id, tenant_id, visible_json, kind, source, staging_file,
          status, total_rows, started_at) VALUES (?, ?, ?, ?, ?, ?, 'APPLYING', ?, ?)
        """,
        [
          plan.publicID.text, plan.scope.home.rawValue, visible, plan.kind.rawValue, plan.source,
          (path as NSString).lastPathComponent, rows, plan.startedAt.ms,
        ]
      )
      slot.put(session.db.lastInsertedRowID)
    }
    return ImportJournal(
      id: slot.take() ?? 0,
      kind: plan.kind,
      scope: plan.scope,
      path: path,
      startedAt: plan.startedAt,
      total: rows,
      applied: 0,
      bytes: 0,
      created: 0,
      failed: 0,
      slices: 0
    )
  }

  /// The journals of imports that are not finished.
  static func unfinished(_ db: Database, folder: String) throws -> [ImportJournal] {
    try db.all(
      """
      SELECT id, kind, tenant_id, visible_json, staging_file, started_at, total_rows,
        applied_rows, applied_bytes, created_rows, failed_rows, slices
      FROM imports WHERE status = 'APPLYING' ORDER BY id
      """
    ) { row in
      let home: TenantID = row.key(2)
      let visible = (row[3] as String?).map { text in
        Set(text.dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) })
      }
      return ImportJournal(
        id: row[0],
        kind: try row.word(1),
        scope: visible.map { TenantScope(home: home, others: Set($0.map { Key($0) })) }
          ?? .facility(home: home),
        path: (folder as NSString).appendingPathComponent(row[4]),
        startedAt: row.instant(5),
        total: row[6],
        applied: row[7],
        bytes: row[8],
        created: row[9],
        failed: row[10],
        slices: row[11]
      )
    }
  }
}

extension WarehouseStore {
  /// Opens a staging file for an import.
  public func stage(_ plan: ImportPlan) throws -> any ImportStage {
    let folder = settings.stagingFolder
    guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
      throw Failure(
        .unusable,
        "The folder \(folder) cannot be made: \(String(cString: strerror(errno))).",
        hint: "Give the data folder to the user who runs Stowage."
      )
    }
    let path = (folder as NSString).appendingPathComponent("\(plan.publicID).import")
    guard stages.insert(path) else {
      throw Failure(.inProgress, "The import \(plan.publicID) is under way.", retryAfterS: 5)
    }
    do {
      return try Stage(self, plan, path: path)
    } catch {
      stages.remove(path)
      throw error
    }
  }

  /// Carries on with imports that a crash interrupted, and removes files that no journal names.
  func resumeImports() {
    do {
      let folder = settings.stagingFolder
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let unfinished = try pool.read { try ImportJournal.unfinished($0, folder: folder) }
        .filter { stages.insert($0.path) }
      let named = Set(unfinished.map(\.path))
      for file in files where file.hasSuffix(".import") {
        let path = (folder as NSString).appendingPathComponent(file)
        if !named.contains(path), !stages.contains(path) { unlink(path) }
      }
      for journal in unfinished {
        defer { stages.remove(journal.path) }
        guard background.mayContinue else { return }
        settings.logger.notice(
          "import \(journal.id) goes on at row \(journal.applied + 1) of \(journal.total)"
        )
        do {
          _ = try ImportApplication(self, journal).run { _, _ in }
        } catch {
          settings.logger.error("import \(journal.id) could not be finished: \(error)")
        }
      }
    } catch {
      settings.logger.error("interrupted imports could not be looked up: \(error)")
    }
  }
}
