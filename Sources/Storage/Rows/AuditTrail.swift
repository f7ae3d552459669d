import Crypto
import Foundation
import GRDB
import Warehouse

/// The digests of the audit log: each row's over the one before and all that the row says.
///
/// A chain of SHA-256: whoever changes, adds or takes away a row in the middle must make every row
/// behind it anew, and whoever noted the head (`stowage doctor` prints it) sees that. Bookings are
/// in it by a digest over their ledger rows, so that the ledger is vouched for without a second
/// copy. Fields are written with their lengths, so that no two rows read the same.
enum AuditDigest {
  /// Before the first row.
  static let none = [UInt8](repeating: 0, count: 32)

  static func of(_ record: AuditRecord, tenant: Int64?, previous: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    add(record.id, &hash)
    add(tenant ?? -1, &hash)
    add(record.at.ms, &hash)
    for text in [record.actor, record.action, record.subject, record.detailJSON] {
      add(text, &hash)
    }
    return Array(hash.finalize())
  }

  static func add(_ number: Int64, _ hash: inout SHA256) {
    withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) }
  }

  static func add(_ text: String, _ hash: inout SHA256) {
    var text = text
    add(Int64(text.utf8.count), &hash)
    text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
  }

  /// A ledger row, in the order of the table's columns.
  static func add(_ entry: LedgerEntry, _ hash: inout SHA256) {
    let draft = entry.draft
    let numbers: [Int64?] = [
      entry.id.rawValue, entry.tenant.rawValue, draft.lot.rawValue, entry.material.rawValue,
      draft.from?.rawValue, draft.to?.rawValue, draft.quantityMilli, draft.countedMilli,
      draft.occurredAt.ms, draft.recordedAt.ms, Int64(draft.localDay.rawValue),
      draft.recommendation?.rawValue, draft.receiptLine?.rawValue, draft.orderLine?.rawValue,
      draft.corrects?.rawValue,
    ]
    for number in numbers {
      add(number == nil ? 0 : 1, &hash)
      add(number ?? 0, &hash)
    }
    let texts = [
      draft.publicID.text, draft.kind.rawValue, draft.returnSource?.rawValue ?? "",
      draft.reason ?? "", draft.device ?? "",
    ]
    for text in texts { add(text, &hash) }
  }
}

/// The newest row of the audit log, as the writer knows it.
///
/// The writer alone appends to the log, so it need not read back what it wrote with every booking.
/// Whatever is undone makes it forget; the next row then begins with a look at the table.
struct AuditHead: Sendable {
  var id: Int64
  var digest: [UInt8]
}

/// The ledger rows of one request, on their way into the audit log.
struct Bookings {
  private(set) var first: Int64?
  private(set) var last: Int64 = 0
  private(set) var at = Instant(ms: 0)
  private var hash = SHA256()

  mutating func add(_ entry: LedgerEntry) {
    if first == nil { first = entry.id.rawValue }
    last = entry.id.rawValue
    at = max(at, entry.draft.recordedAt)
    AuditDigest.add(entry, &hash)
  }

  /// The digest over all of them.
  var digest: String { HexText.lower(hash.finalize()) }
}

extension WriteSession {
  /// What the audit log calls a request that booked something.
  static let booked = "stock.booked"

  /// Appends a row to the audit log on behalf of the scope's actor.
  func audit(_ action: String, subject: String, detailJSON: String, at: Instant) throws {
    let head = try auditHead.withLock { $0 } ?? readAuditHead()
    let record = AuditRecord(
      id: head.id + 1,
      at: at,
      actor: scope.actor,
      action: action,
      subject: subject,
      detailJSON: detailJSON,
      digest: []
    )
    let tenant = scope.home.rawValue
    let digest = AuditDigest.of(record, tenant: tenant, previous: head.digest)
    try db.run(
      """
      INSERT INTO audit_log (id, tenant_id, at, actor, action, subject, detail_json, previous,
        digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        record.id, tenant, at.ms, scope.actor, action, subject, detailJSON, Data(head.digest),
        Data(digest),
      ]
    )
    auditHead.withLock { $0 = AuditHead(id: record.id, digest: digest) }
  }

  /// The newest row as the table has it.
  private func readAuditHead() throws -> AuditHead {
    let last = try db.first("SELECT id, digest FROM audit_log ORDER BY id DESC LIMIT 1") { row in
      AuditHead(id: row[0], digest: Array(row[1] as Data))
    }
    // Numbers are never used twice: not where retention took the whole log, and not where somebody
    // cut its end off, which a row in the place of the missing one would cover up.
    let given = try db.first("SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'") {
      $0[0] as Int64
    }
    return AuditHead(
      id: max(last?.id ?? 0, given ?? 0),
      digest: last?.digest ?? AuditDigest.none
    )
  }

  /// Puts what this request booked into the audit log; called once, at its end.
  func sealBookings() throws {
    guard let first = bookings.first else { return }
    try audit(
      Self.booked,
      subject: "\(first)-\(bookings.last)",
      detailJSON: #"{"rows_sha256":"\#(bookings.digest)"}"#,
      at: bookings.at
    )
  }
}

extension ReadSession {
  /// A page of the audit log, the newest first.
  func auditRecords(_ page: PageRequest) throws -> Page<AuditRecord> {
    let after = try page.after == nil ? Int64.max : page.afterKey()
    let found = try db.all(
      """
      SELECT id, at, actor, action, subject, detail_json, digest FROM audit_log
      WHERE id < ?\(owned("tenant_id")) ORDER BY id DESC LIMIT ?
      """,
      [after, page.limit + 1]
    ) { try AuditRecord(row: $0) }
    return .cut(found, page) { String($0.id) }
  }

  /// What is wrong with the chain of the audit log and with the bookings that it vouches for.
  ///
  /// The whole log is read, whatever the scope: a chain cannot be followed in parts. The oldest
  /// row that retention left says itself what stood before it.
  func auditFaults(limit: Int) throws -> AuditChain {
    var chain = AuditChain(rows: 0, head: AuditDigest.none, faults: [])
    var sealed: Int64?
    var lastID: Int64?
    try db.each(
      """
      SELECT id, at, actor, action, subject, detail_json, digest, tenant_id, previous
      FROM audit_log ORDER BY id
      """
    ) { row in
      let record = try AuditRecord(row: row)
      let previous = Array(row[8] as Data)
      if chain.rows > 0, previous != chain.head {
        chain.faults.append("row \(record.id) does not follow the row before it")
      } else if let lastID, record.id != lastID + 1 {
        chain.faults.append("rows are missing before row \(record.id)")
      }
      if AuditDigest.of(record, tenant: row[7], previous: previous) != record.digest {
        chain.faults.append("row \(record.id) (\(record.action)) was changed")
      }
      if record.action == WriteSession.booked {
        try checkBooking(record, &sealed, &chain.faults)
      }
      chain.rows += 1
      chain.head = record.digest
      lastID = record.id
      return chain.faults.count < limit
    }
    if let lastID, chain.faults.count < limit {
      // SQLite itself remembers the newest number that it gave.
      let newest = try db.first("SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'") {
        $0[0] as Int64
      }
      if let newest, newest > lastID {
        chain.faults.append("rows are missing behind row \(lastID)")
      }
    }
    if let sealed, chain.faults.count < limit {
      let newest =
        try db.first("SELECT max(id) FROM inventory_transactions") { $0[0] as Int64? } ?? nil
      if let newest, newest > sealed {
        chain.faults.append("ledger rows \(sealed + 1) to \(newest) were booked past the log")
      }
    }
    return chain
  }

  /// Holds the ledger rows of a booking against their digest.
  private func checkBooking(
    _ record: AuditRecord,
    _ sealed: inout Int64?,
    _ faults: inout [String]
  ) throws {
    let ends = record.subject.split(separator: "-").compactMap { Int64($0) }
    guard ends.count == 2, ends[0] <= ends[1] else {
      return faults.append("row \(record.id) names no ledger rows")
    }
    if let sealed, ends[0] != sealed + 1 {
      faults.append("row \(record.id) does not go on where the ledger rows before it ended")
    }
    sealed = ends[1]
    var bookings = Bookings()
    try db.each(
      """
      SELECT \(LedgerColumns.x) FROM inventory_transactions x
      WHERE x.id BETWEEN ? AND ? ORDER BY x.id
      """,
      [ends[0], ends[1]]
    ) { row in
      bookings.add(try LedgerColumns.entry(row))
      return true
    }
    if !record.detailJSON.contains(bookings.digest) {
      faults.append("ledger rows \(record.subject) are not what was booked (row \(record.id))")
    }
  }
}

extension AuditRecord {
  /// A row of number, time, actor, action, subject, detail and digest.
  fileprivate init(row: Row) throws {
    self.init(
      id: row[0],
      at: row.instant(1),
      actor: row[2],
      action: row[3],
      subject: row[4],
      detailJSON: row[5],
      digest: Array(row[6] as Data)
    )
  }
}
