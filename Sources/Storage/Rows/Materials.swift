import GRDB
import Warehouse

extension ReadSession {
  /// The material of that key.
  func material(_ id: MaterialID) throws -> Material? {
    try db.first(
      """
      SELECT \(MaterialColumns.m) FROM materials m
      WHERE m.id = ?\(owned("m.tenant_id"))\(finished("m"))
      """,
      [id.rawValue],
      MaterialColumns.material
    )
  }

  /// The material of that code (of the home tenant first, then of the others in scope).
  func material(code: String) throws -> Material? {
    try db.first(
      """
      SELECT \(MaterialColumns.m) FROM materials m
      WHERE m.code = ?\(owned("m.tenant_id"))\(finished("m")) ORDER BY \(homeFirst), m.id LIMIT 1
      """,
      [code],
      MaterialColumns.material
    )
  }

  /// The material of that GTIN (14 digits).
  func material(gtin: String) throws -> Material? {
    try db.first(
      """
      SELECT \(MaterialColumns.m) FROM materials m
      WHERE m.gtin = ?\(owned("m.tenant_id"))\(finished("m")) ORDER BY \(homeFirst), m.id LIMIT 1
      """,
      [gtin],
      MaterialColumns.material
    )
  }

  /// Those of the keys that exist.
  func materials(_ ids: some Collection<MaterialID>) throws -> [MaterialID: Material] {
    let found = try db.all(
      """
      SELECT \(MaterialColumns.m) FROM materials m
      WHERE m.id IN (SELECT value FROM json_each(?))\(owned("m.tenant_id"))\(finished("m"))
      """,
      [ids.jsonKeys()],
      MaterialColumns.material
    )
    return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A page in the order of codes; `search` matches code or name anywhere, case-insensitive.
  func materials(_ page: PageRequest, search: String?) throws -> Page<Material> {
    // Codes are unique per owner only: the key settles which of two owners' comes first.
    let (code, id) = try Cursor.codeAndKey(page.after)
    let found = try db.all(
      """
      SELECT \(MaterialColumns.m) FROM materials m
      WHERE (m.code, m.id) > (?1, ?2)
        AND (?3 IS NULL OR m.code LIKE ?3 ESCAPE '\\' OR m.name LIKE ?3 ESCAPE '\\')
        \(owned("m.tenant_id"))\(finished("m"))
      ORDER BY m.code, m.id LIMIT ?4
      """,
      [code, id, search.map(Cursor.anywhere), page.limit + 1],
      MaterialColumns.material
    )
    return .cut(found, page) { Cursor.text($0.code, $0.id.rawValue) }
  }

  /// Code to key for everything in scope, for imports.
  func materialKeys() throws -> [String: MaterialID] {
    let found = try db.all(
      """
      SELECT m.code, m.id FROM materials m
      WHERE 1\(owned("m.tenant_id"))\(finished("m")) ORDER BY \(homeFirst), m.id
      """
    ) { row -> (String, MaterialID) in (row[0], row.key(1)) }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }

  /// The owner of a material in scope; fails with `notFound` for others.
  func owner(of material: MaterialID) throws -> TenantID {
    let owner: TenantID? = try db.first(
      "SELECT tenant_id FROM materials WHERE id = ?\(owned("tenant_id"))",
      [material.rawValue]
    ) { $0.key(0) }
    guard let owner else {
      throw Failure(.notFound, "There is no material with the key \(material.rawValue).")
    }
    return owner
  }
}

extension WriteSession {
  /// Creates or replaces the home tenant's material of that code; true where it was created.
  func save(_ draft: MaterialDraft) throws -> (id: MaterialID, created: Bool) {
    let known = try db.first(
      "SELECT id FROM materials WHERE tenant_id = ? AND code = ?",
      [scope.home.rawValue, draft.code]
    ) { $0.key(0) as MaterialID }
    let values = MaterialColumns.values(of: draft)
    if let known {
      try touchIfHazardChanges(known, draft.hazardClass)
      let sets = MaterialColumns.values.map { "\($0) = ?" }.joined(separator: ", ")
      try db.run(
        "UPDATE materials SET \(sets), version = version + 1\(madeVisible) WHERE id = ?",
        StatementArguments(values + [known.rawValue])
      )
      return (known, false)
    }
    let names = MaterialColumns.values.joined(separator: ", ")
    let marks = String(repeating: ", ?", count: values.count)
    try db.run(
      "INSERT INTO materials (import_id, tenant_id, code, \(names)) VALUES (?, ?, ?\(marks))",
      StatementArguments([importID, scope.home.rawValue, draft.code] + values)
    )
    return (MaterialID(db.lastInsertedRowID), true)
  }

  /// Marks the locations of a material whose hazard class changes: the index knows the class of
  /// what lies there.
  private func touchIfHazardChanges(_ id: MaterialID, _ hazard: String?) throws {
    let isChanged = try db.first(
      "SELECT 1 FROM materials WHERE id = ? AND hazard_class IS NOT ?",
      [id.rawValue, hazard]
    ) { _ in true }
    guard isChanged == true else { return }
    let places = try db.all(
      """
      SELECT location_id FROM stock WHERE material_id = ?1
      UNION SELECT r.location_id FROM reservations r JOIN lots t ON t.id = r.lot_id
        WHERE t.material_id = ?1
      """,
      [id.rawValue]
    ) { $0.key(0) as LocationID }
    touched.locations.formUnion(places)
  }

  /// Sets the classes of a material.
  func setClasses(_ id: MaterialID, pick: ABCClass?, value: ABCClass?) throws {
    _ = try owner(of: id)
    try db.run(
      "UPDATE materials SET pick_class = ?, value_class = ?, version = version + 1 WHERE id = ?",
      [pick?.rawValue, value?.rawValue, id.rawValue]
    )
  }

  /// In an update: a row that is written outside its import is no longer hidden with it.
  var madeVisible: String { importID == nil ? ", import_id = NULL" : "" }
}
