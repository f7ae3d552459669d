import Warehouse
import WireFormat

/// Imports a file: reads, checks, stages, and only then writes.
///
/// Every row is read and judged before the first one is written. One bad row refuses the whole
/// file, unless the request keeps the good ones; then the others come back in a file of their own,
/// each with its reasons, ready to be corrected and imported again. A file that cannot be read to
/// its end, or whose columns are not understood, is refused in either case: nobody knows what is
/// missing.
public struct ImportFile: Sendable {
  private let environment: OperationsEnvironment
  private let rowLimit: Int

  /// Stands on the environment; a file of more than `rowLimit` rows is refused.
  public init(_ environment: OperationsEnvironment, rowLimit: Int = Limits.importRows) {
    self.environment = environment
    self.rowLimit = rowLimit
  }

  /// Imports the bytes of one file.
  ///
  /// `rejects` receives the reject file piece by piece; it is called only where the request keeps
  /// the good rows. Faults of the data come back in the result; thrown is what the store or the
  /// source throws, and `malformed` for a file that is no table at all.
  public func callAsFunction(
    _ request: ImportRequest,
    scope: TenantScope,
    bytes: @escaping ByteSource,
    rejects: (([UInt8]) throws -> Void)? = nil,
    progress: (ImportProgress) -> Void = { _ in }
  ) throws -> ImportResult {
    let references = try ImportReferences(environment, kind: request.kind, scope: scope)
    var run = try ImportRun(request, references: references, rowLimit: rowLimit, rejects: rejects)
    do {
      try run.read(bytes, progress: progress)
      return try run.conclude(progress: progress)
    } catch {
      run.discard()
      throw error
    }
  }
}

/// One import on its way from bytes to the books.
struct ImportRun {
  let request: ImportRequest
  let references: ImportReferences
  let rowLimit: Int
  let keepsRejects: Bool
  var binding: ColumnBinding
  var fields: FieldReader
  var reader: any RowReader
  var result: ImportResult
  var rejects: RejectFile
  /// Whether nothing can be written, whatever the rows say.
  var isHopeless = false
  var group = RecordGroup()
  private var stage: (any ImportStage)?
  private(set) var staged = 0

  init(
    _ request: ImportRequest,
    references: ImportReferences,
    rowLimit: Int,
    rejects: (([UInt8]) throws -> Void)?
  ) throws {
    self.request = request
    self.references = references
    self.rowLimit = rowLimit
    result = ImportResult(
      outcome: .refused,
      publicID: references.environment.newID(),
      kind: request.kind,
      isDryRun: request.isDryRun
    )
    var faults: [ImportFault] = []
    binding = ColumnBinding(request, currency: references.currency, faults: &faults)
    fields = FieldReader(binding, record: ImportRecord(binding))
    reader = try references.reader(of: request.kind)
    keepsRejects = request.keepsGood && rejects != nil
    self.rejects = RejectFile(request.keepsGood ? rejects : nil)
    for fault in faults { refuse(fault) }
  }

  /// Notes a fault that refuses the whole file.
  mutating func refuse(_ fault: ImportFault) {
    isHopeless = true
    note(fault)
  }

  /// Notes a fault; the first ones are listed, all are counted.
  mutating func note(_ fault: ImportFault) {
    result.faultCount += 1
    if result.faults.count < Limits.importFaults { result.faults.append(fault) }
  }

  /// Stages finished rows; nothing in a dry run.
  mutating func stage(_ rows: [ImportRow]) throws {
    staged += rows.count
    guard !request.isDryRun, !isHopeless else { return }
    // Without keeping the good rows, one fault has decided already.
    if result.faultCount > 0, !request.keepsGood { return }
    if stage == nil {
      stage = try references.environment.store.stage(
        ImportPlan(
          kind: request.kind,
          scope: references.scope,
          publicID: result.publicID,
          source: request.source,
          startedAt: references.startedAt
        )
      )
    }
    for row in rows { try stage?.append(row) }
  }

  /// Writes what was staged, or throws it away, and says what became of it.
  mutating func conclude(progress: (ImportProgress) -> Void) throws -> ImportResult {
    progress(.checked(rows: result.rows))
    try rejects.close()
    if result.rows == 0, result.faultCount == 0 {
      refuse(ImportFault(row: 0, rule: "holds no rows below its header; nothing to import"))
    }
    if let opening = reader as? OpeningStockRows { result.openingStock = opening.report }
    let hasFaults = result.faultCount > 0
    if isHopeless || (hasFaults && !request.keepsGood) {
      discard()
      result.outcome = .refused
      return result
    }
    if request.isDryRun {
      result.outcome = .validated
      return result
    }
    if let stage {
      let report = try stage.apply { done, total in progress(.applied(rows: done, of: total)) }
      result.applied = report.applied
      result.created = report.created
    }
    result.outcome = hasFaults ? .partly : .applied
    return result
  }

  /// Throws the staging file away.
  func discard() {
    stage?.discard()
  }
}

/// Records that stand or fall together: the rows of one order, or a single row.
struct RecordGroup {
  /// What they belong to; nil for a single row.
  var key: String?
  /// The records, as they were, with their own faults.
  var records: [(row: Int, raw: RawRecord?, faults: [ImportFault])] = []
  /// Whether one of them is bad.
  var isBad = false
}

/// A record as it stood in the file, for the reject file.
enum RawRecord {
  case csv([String])
  case json(JSONValue)
}
