import GRDB
import Warehouse

/// The columns of a lot.
enum LotColumns {
  /// All columns that `lot(_:)` reads, of the table called `t`.
  static let t = [
    "id", "public_id", "tenant_id", "hold", "material_id", "number", "license_plate",
    "received_at", "received_day", "expiry_day", "usable_from_day", "fsc_claim", "hu_milli",
    "hu_x_mm", "hu_y_mm", "hu_z_mm", "hu_weight_g", "parent_id",
  ].map { "t.\($0)" }.joined(separator: ", ")

  /// One row by its key, whoever owns it.
  static let byKey = "SELECT \(t) FROM lots t WHERE t.id = ?"

  /// How many columns `t` names.
  static let count = 18

  /// A lot from its row.
  static func lot(_ row: Row) throws -> Lot {
    let draft = LotDraft(
      material: row.key(4),
      number: row[5],
      licensePlate: row[6],
      receivedAt: row.instant(7),
      receivedDay: row.day(8),
      expiry: row.day(orNil: 9),
      usableFrom: row.day(orNil: 10),
      fscClaim: row[11],
      handlingUnitMilli: row[12],
      handlingUnitSize: row.size(13),
      handlingUnitWeightG: row[16],
      parent: row.key(orNil: 17)
    )
    return Lot(
      id: row.key(0),
      publicID: try row.publicID(1),
      tenant: row.key(2),
      draft: draft,
      hold: row[3]
    )
  }
}

extension ReadSession {
  /// The lot of that key.
  func lot(_ id: LotID) throws -> Lot? {
    try lots(where: "t.id = ?", [id.rawValue]).first
  }

  /// The lot of that name.
  func lot(publicID: PublicID) throws -> Lot? {
    try lots(where: "t.public_id = ?", [publicID.text]).first
  }

  /// The lots of that number; more than one where materials share it.
  func lots(number: String) throws -> [Lot] {
    try lots(where: "t.number = ?", [number])
  }

  /// The lot on that license plate.
  func lot(licensePlate: String) throws -> Lot? {
    try lots(where: "t.license_plate = ?", [licensePlate]).first
  }

  /// Those of the keys that exist.
  func lots(_ ids: some Collection<LotID>) throws -> [LotID: Lot] {
    let found = try lots(where: "t.id IN (SELECT value FROM json_each(?))", [ids.jsonKeys()])
    return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A page in the order of their keys.
  func lots(_ page: PageRequest, material: MaterialID?) throws -> Page<Lot> {
    let filter = material == nil ? "?2 IS NULL" : "t.material_id = ?2"
    let found = try db.all(
      """
      SELECT \(LotColumns.t) FROM lots t WHERE t.id > ?1 AND \(filter)
      \(owned("t.tenant_id"))\(finished("t")) ORDER BY t.id LIMIT ?3
      """,
      [try page.afterKey(), material?.rawValue, page.limit + 1],
      LotColumns.lot
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }

  private func lots(where condition: String, _ arguments: StatementArguments) throws -> [Lot] {
    try db.all(
      """
      SELECT \(LotColumns.t) FROM lots t WHERE \(condition)
      \(owned("t.tenant_id"))\(finished("t")) ORDER BY t.id
      """,
      arguments,
      LotColumns.lot
    )
  }
}

extension WriteSession {
  /// The lot of that key, those of this very import among them; `notFound` outside the scope.
  func writableLot(_ id: LotID) throws -> Lot {
    if let known = knownLots[id] { return known }
    let lot = try db.first(LotColumns.byKey, [id.rawValue], LotColumns.lot)
    guard let lot, scope.allows(lot.tenant) else {
      throw Failure(.notFound, "There is no lot with the key \(id.rawValue).")
    }
    knownLots[id] = lot
    return lot
  }

  /// Creates a lot; a duplicate number of the same material or license plate is a conflict.
  ///
  /// A repeat of the same name with the same figures returns the lot that is there.
  func insert(_ draft: LotDraft, publicID: PublicID) throws -> Lot {
    let known = try db.first(
      "SELECT \(LotColumns.t) FROM lots t WHERE t.public_id = ?",
      [publicID.text],
      LotColumns.lot
    )
    if let known {
      guard known.draft == draft, scope.allows(known.tenant) else {
        throw Failure(.conflict, "The name \(publicID) belongs to another lot already.")
      }
      return known
    }
    let owner = try owner(of: draft.material)
    try refuseDuplicate(draft)
    try db.run(
      """
      INSERT INTO lots (public_id, tenant_id, material_id, number, license_plate, received_at,
        received_day, expiry_day, usable_from_day, fsc_claim, hu_milli, hu_x_mm, hu_y_mm, hu_z_mm,
        hu_weight_g, parent_id, import_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        publicID.text, owner.rawValue, draft.material.rawValue, draft.number, draft.licensePlate,
        draft.receivedAt.ms, draft.receivedDay.rawValue, draft.expiry?.rawValue,
        draft.usableFrom?.rawValue, draft.fscClaim, draft.handlingUnitMilli,
        draft.handlingUnitSize?.x, draft.handlingUnitSize?.y, draft.handlingUnitSize?.z,
        draft.handlingUnitWeightG, draft.parent?.rawValue, importID,
      ]
    )
    return Lot(
      id: LotID(db.lastInsertedRowID),
      publicID: publicID,
      tenant: owner,
      draft: draft,
      hold: nil
    )
  }

  private func refuseDuplicate(_ draft: LotDraft) throws {
    let isNumberTaken = try db.first(
      "SELECT 1 FROM lots WHERE material_id = ? AND number = ?",
      [draft.material.rawValue, draft.number]
    ) { _ in true }
    if isNumberTaken == true {
      throw Failure(
        .conflict,
        "The material has a lot \(draft.number) already.",
        hint: "Book the goods as more of that lot, or use another lot number."
      )
    }
    guard let plate = draft.licensePlate else { return }
    let isPlateTaken = try db.first("SELECT 1 FROM lots WHERE license_plate = ?", [plate]) { _ in
      true
    }
    if isPlateTaken == true {
      throw Failure(
        .conflict,
        "The license plate \(plate) is on another lot already.",
        hint: "Scan the label again; a license plate is used once."
      )
    }
  }

  /// Holds a lot for a reason, or frees it (nil).
  func setHold(_ id: LotID, _ reason: String?) throws {
    let lot = try writableLot(id)
    try db.run("UPDATE lots SET hold = ? WHERE id = ?", [reason, lot.id.rawValue])
    knownLots[id] = nil
  }
}
