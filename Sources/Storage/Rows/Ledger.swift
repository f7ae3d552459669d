import GRDB
import Warehouse

/// The columns of a ledger row.
enum LedgerColumns {
  /// All columns that `entry(_:)` reads, of the table called `x`.
  static let x = [
    "id", "public_id", "tenant_id", "kind", "lot_id", "material_id", "from_location_id",
    "to_location_id", "quantity_milli", "counted_milli", "return_source", "reason", "occurred_at",
    "recorded_at", "local_day", "recommendation_id", "receipt_line_id", "order_line_id",
    "corrects_id", "device", "entry", "client_at", "client_sequence",
  ].map { "x.\($0)" }.joined(separator: ", ")

  /// One row by its name, whoever owns it.
  static let byName = "SELECT \(x) FROM inventory_transactions x WHERE x.public_id = ?"

  /// A ledger row.
  static func entry(_ row: Row) throws -> LedgerEntry {
    let draft = LedgerDraft(
      publicID: try row.publicID(1),
      kind: try row.word(3),
      lot: row.key(4),
      from: row.key(orNil: 6),
      to: row.key(orNil: 7),
      quantityMilli: row[8],
      countedMilli: row[9],
      returnSource: try row.word(orNil: 10),
      reason: row[11],
      occurredAt: row.instant(12),
      recordedAt: row.instant(13),
      localDay: row.day(14),
      recommendation: row.key(orNil: 15),
      receiptLine: row.key(orNil: 16),
      orderLine: row.key(orNil: 17),
      corrects: row.key(orNil: 18),
      device: row[19],
      trace: ClientTrace(
        entry: try row.word(orNil: 20),
        clientAt: row.instant(orNil: 21),
        sequence: row[22]
      )
    )
    return LedgerEntry(id: row.key(0), tenant: row.key(2), material: row.key(5), draft: draft)
  }
}

extension ReadSession {
  /// A page of the ledger in the order of its numbers, of the facility's days that are named;
  /// `newestFirst` turns it round.
  func ledger(
    _ filter: StockFilter,
    kind: LedgerKind?,
    days: ClosedRange<LocalDay>?,
    _ page: PageRequest,
    newestFirst: Bool
  ) throws -> Page<LedgerEntry> {
    var conditions = [newestFirst ? "x.id < ?1" : "x.id > ?1"]
    if filter.material != nil { conditions.append("x.material_id = ?2") }
    if filter.location != nil {
      conditions.append("(x.from_location_id = ?3 OR x.to_location_id = ?3)")
    }
    if filter.lot != nil { conditions.append("x.lot_id = ?4") }
    if kind != nil { conditions.append("x.kind = ?5") }
    if days != nil {
      // Days follow the numbers but for late reports: between the first and the last row of these
      // days hardly another one stands.
      conditions.append("x.local_day BETWEEN ?7 AND ?8")
      for (sign, end) in [(">=", "min"), ("<=", "max")] {
        conditions.append(
          """
          x.id \(sign) (SELECT \(end)(d.id) FROM inventory_transactions d
            WHERE d.local_day BETWEEN ?7 AND ?8)
          """
        )
      }
    }
    // Every parameter is named, so that the same list of arguments fits every combination.
    conditions.append("(?2 IS NULL OR 1) AND (?3 IS NULL OR 1) AND (?4 IS NULL OR 1)")
    conditions.append("(?5 IS NULL OR 1) AND (?7 IS NULL OR 1) AND (?8 IS NULL OR 1)")
    let after = try page.afterKey()
    let found = try db.all(
      """
      SELECT \(LedgerColumns.x) FROM inventory_transactions x
      WHERE \(conditions.joined(separator: " AND "))\(owned("x.tenant_id"))\(finished("x"))
      ORDER BY x.id \(newestFirst ? "DESC" : "ASC") LIMIT ?6
      """,
      [
        newestFirst && page.after == nil ? Int64.max : after, filter.material?.rawValue,
        filter.location?.rawValue, filter.lot?.rawValue, kind?.rawValue, page.limit + 1,
        days?.lowerBound.rawValue, days?.upperBound.rawValue,
      ],
      LedgerColumns.entry
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }

  /// The row of that name, where a client repeats itself.
  func ledgerEntry(publicID: PublicID) throws -> LedgerEntry? {
    try db.first(
      """
      SELECT \(LedgerColumns.x) FROM inventory_transactions x
      WHERE x.public_id = ?\(owned("x.tenant_id"))
      """,
      [publicID.text],
      LedgerColumns.entry
    )
  }
}

extension WriteSession {
  /// Books one movement: the ledger row, and in the same request stock, places and demand.
  ///
  /// A COUNT books the difference that the caller found and keeps the counted value beside it. A
  /// repeat of a name with the same fact returns the row that is there; the clock of the box does
  /// not count as part of the fact.
  func post(_ draft: LedgerDraft) throws -> LedgerEntry {
    try Self.check(draft)
    let lot = try writableLot(draft.lot)
    do {
      // Nearly every name is new, which the table itself knows best.
      try insertRow(draft, lot)
    } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE
    {
      let known = try db.first(
        LedgerColumns.byName,
        [draft.publicID.text],
        LedgerColumns.entry
      )
      guard let known else { throw error }
      return try repeated(known, draft)
    }
    if let task = draft.recommendation { bookedTasks.insert(task) }
    let entry = LedgerEntry(
      id: LedgerID(db.lastInsertedRowID),
      tenant: lot.tenant,
      material: lot.draft.material,
      draft: draft
    )
    bookings.add(entry)
    if draft.from != draft.to {
      if let from = draft.from { try change(lot, at: from, by: -draft.quantityMilli) }
      if let to = draft.to { try change(lot, at: to, by: draft.quantityMilli) }
      if let to = draft.to, let task = draft.recommendation {
        try trimPlaces(of: lot, at: to, afterTask: task)
      }
    }
    try addDemand(draft, lot)
    return entry
  }

  private func repeated(_ known: LedgerEntry, _ draft: LedgerDraft) throws -> LedgerEntry {
    var same = draft
    same.recordedAt = known.draft.recordedAt
    guard known.draft == same, scope.allows(known.tenant) else {
      throw Failure(
        .conflict,
        "The name \(draft.publicID) belongs to another movement already.",
        hint: "Make a new id for a new movement; repeat a movement with exactly the same figures."
      )
    }
    return known
  }

  private func insertRow(_ draft: LedgerDraft, _ lot: Lot) throws {
    try db.run(
      """
      INSERT INTO inventory_transactions (public_id, tenant_id, kind, lot_id, material_id,
        from_location_id, to_location_id, quantity_milli, counted_milli, return_source, reason,
        occurred_at, recorded_at, local_day, recommendation_id, receipt_line_id, order_line_id,
        corrects_id, device, entry, client_at, client_sequence, import_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        draft.publicID.text, lot.tenant.rawValue, draft.kind.rawValue, lot.id.rawValue,
        lot.draft.material.rawValue, draft.from?.rawValue, draft.to?.rawValue,
        draft.quantityMilli, draft.countedMilli, draft.returnSource?.rawValue, draft.reason,
        draft.occurredAt.ms, draft.recordedAt.ms, draft.localDay.rawValue,
        draft.recommendation?.rawValue, draft.receiptLine?.rawValue, draft.orderLine?.rawValue,
        draft.corrects?.rawValue, draft.device, draft.trace.entry?.rawValue,
        draft.trace.clientAt?.ms, draft.trace.sequence, importID,
      ]
    )
  }

  /// What a movement must look like to be one; the database holds the same rules as CHECKs.
  private static func check(_ draft: LedgerDraft) throws(Failure) {
    func refuse(_ rule: String) -> Failure {
      Failure(.invalid, "A \(draft.kind.rawValue) \(rule).")
    }
    guard (0...Limits.quantityMilli).contains(draft.quantityMilli) else {
      throw refuse("moves a quantity between 0 and \(Limits.quantityMilli / 1_000) units")
    }
    if (draft.countedMilli != nil) != (draft.kind == .count) {
      throw refuse(draft.kind == .count ? "says what was counted" : "has no counted quantity")
    }
    if (draft.returnSource != nil) != (draft.kind == .return) {
      throw refuse(draft.kind == .return ? "says where it came from" : "is no return")
    }
    let (from, to) = (draft.from, draft.to)
    switch draft.kind {
    case .receipt, .return:
      if from != nil || to == nil { throw refuse("goes from outside to a location") }
    case .putaway, .move:
      if from == nil || to == nil || from == to {
        throw refuse("goes from one location to another")
      }
    case .pick:
      if from == nil || from == to { throw refuse("leaves a location") }
    case .scrap, .crossDock:
      if from == nil || to != nil { throw refuse("goes from a location to outside") }
    case .adjust, .count:
      if (from == nil) == (to == nil) {
        throw refuse("names one location, as from (less) or as to (more)")
      }
    case .hold, .release:
      if from != to { throw refuse("moves nothing") }
    }
  }
}
