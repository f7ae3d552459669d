import Foundation
import Synchronization
import Warehouse

/// A staging file that is being filled, and then applied.
final class Stage: ImportStage {
  private static let sortedRows = 1 << 18
  private let store: WarehouseStore
  private let plan: ImportPlan
  private let path: String
  private var file: StagingWriter
  private var isOver = false
  /// Days of demand that wait to be written in the order of the table.
  private var days: [DemandDay] = []

  init(_ store: WarehouseStore, _ plan: ImportPlan, path: String) throws(Failure) {
    self.store = store
    self.plan = plan
    self.path = path
    file = try StagingWriter(path: path)
  }

  deinit {
    // A stage that was neither applied nor discarded leaves nothing behind.
    if !isOver { discard() }
  }

  /// Adds one validated row.
  func append(_ row: ImportRow) throws {
    guard row.kind == plan.kind else {
      throw Failure(
        .invalid,
        "A row of \(row.kind.rawValue) is in an import of \(plan.kind.rawValue)."
      )
    }
    guard file.rows + days.count < Limits.importRows else {
      throw Failure(
        .tooLarge,
        "An import has at most \(Limits.importRows) rows.",
        hint: "Split the file."
      )
    }
    guard case .demand(let day) = row else { return try file.append(row) }
    days.append(day)
    if days.count >= Self.sortedRows { try writeDays() }
  }

  /// Writes the days of demand that wait, by material and day, as the table keeps them.
  ///
  /// A file of demand mostly goes day by day: each of its slices would touch a page of every
  /// material, and each commit would write them all again. In the table's order a slice of 200
  /// rows is a few pages. Sorting a part at a time is nearly as good as sorting everything, and
  /// needs 8 MB.
  private func writeDays() throws(Failure) {
    days.sort { ($0.material, $0.day) < ($1.material, $1.day) }
    for day in days { try file.append(.demand(day)) }
    days.removeAll(keepingCapacity: true)
  }

  /// Seals the file and applies it in slices, each a short write of its own.
  func apply(progress: (_ applied: Int, _ total: Int) -> Void) throws -> ImportReport {
    guard !isOver else { throw Failure(.conflict, "This import is over already.") }
    try writeDays()
    try file.seal()
    let journal = try ImportJournal.begin(store, plan, path: path, rows: file.rows)
    // From here on the journal owns the file: a failure leaves it for the next start.
    isOver = true
    defer { store.stages.remove(path) }
    return try ImportApplication(store, journal).run(progress: progress)
  }

  /// Throws the staging file away; nothing was changed.
  func discard() {
    guard !isOver else { return }
    isOver = true
    unlink(path)
    store.stages.remove(path)
  }
}

/// Which staging files this process is at work on.
final class StageBook: Sendable {
  private let paths = Mutex<Set<String>>([])

  /// Enters a file; false where it is there already.
  func insert(_ path: String) -> Bool { paths.withLock { $0.insert(path).inserted } }

  /// Strikes a file out.
  func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  /// Whether a file is being worked on.
  func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }
}

extension ImportRow {
  /// Of which import it is a row.
  var kind: ImportKind {
    switch self {
    case .material: .materials
    case .location: .locations
    case .supplier: .suppliers
    case .supplyTerms: .supplyTerms
    case .purchaseOrder: .purchaseOrders
    case .outboundOrder: .outboundOrders
    case .demand: .demand
    case .openingStock: .openingStock
    }
  }
}
