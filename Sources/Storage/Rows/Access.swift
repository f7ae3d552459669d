import Foundation
import GRDB
import Warehouse
import WireFormat

/// The columns of people, devices and tokens, and how a row is read.
enum AccessColumns {
  static let person = [
    "id", "public_id", "tenant_id", "visible_json", "badge", "name", "roles_json", "pin_hash",
    "is_active", "failures", "locked_until", "version",
  ]
  static let device = [
    "id", "public_id", "tenant_id", "visible_json", "name", "kind", "failures", "locked_until",
    "paired_at", "revoked_at",
  ]
  static let token = [
    "id", "public_id", "tenant_id", "visible_json", "name", "scopes_json", "created_at",
    "expires_at", "last_used_at", "revoked_at",
  ]

  static func list(_ names: [String], of table: String) -> String {
    names.map { "\(table).\($0)" }.joined(separator: ", ")
  }

  /// The last use of a device's tokens.
  static let lastSeen = "(SELECT max(last_used_at) FROM api_tokens WHERE device_id = d.id)"

  static func person(_ row: Row, at first: Int = 0) throws -> OperatorAccount {
    OperatorAccount(
      id: row.key(first),
      publicID: try row.publicID(first + 1),
      tenant: row.key(first + 2),
      others: try tenants(row[first + 3]),
      badge: row[first + 4],
      name: row[first + 5],
      roles: try roles(row[first + 6]),
      pinHash: row[first + 7],
      isActive: row[first + 8],
      lockout: Lockout(failures: row[first + 9], lockedUntil: row.instant(orNil: first + 10)),
      version: row[first + 11]
    )
  }

  static func device(_ row: Row, at first: Int = 0) throws -> PairedDevice {
    PairedDevice(
      id: row.key(first),
      publicID: try row.publicID(first + 1),
      tenant: row.key(first + 2),
      others: try tenants(row[first + 3]),
      name: row[first + 4],
      kind: try row.word(first + 5),
      lockout: Lockout(failures: row[first + 6], lockedUntil: row.instant(orNil: first + 7)),
      pairedAt: row.instant(first + 8),
      lastSeenAt: row.instant(orNil: first + 10),
      revokedAt: row.instant(orNil: first + 9)
    )
  }

  /// A token with its device, of `token`, `device` and `lastSeen` in this order.
  static func token(_ row: Row) throws -> AccessToken {
    let at = token.count
    return AccessToken(
      id: row.key(0),
      publicID: try row.publicID(1),
      tenant: row.key(2),
      others: try tenants(row[3]),
      device: (row[at] as Int64?) == nil ? nil : try device(row, at: at),
      name: row[4],
      scopes: try roles(row[5]),
      createdAt: row.instant(6),
      expiresAt: row.instant(orNil: 7),
      lastUsedAt: row.instant(orNil: 8),
      revokedAt: row.instant(orNil: 9)
    )
  }

  static let tokenWithDevice =
    "SELECT \(list(token, of: "t")), \(list(device, of: "d")), \(lastSeen)"
    + " FROM api_tokens t LEFT JOIN devices d ON d.id = t.device_id"

  static func tenants(_ json: String) throws -> Set<TenantID> {
    Set(try TextList.read(json).compactMap { Int64($0) }.map { TenantID($0) })
  }

  static func json(_ tenants: Set<TenantID>) -> String {
    TextList.write(tenants.map(\.rawValue).sorted().map { String($0) })
  }

  static func roles(_ json: String) throws -> Set<Role> {
    Set(try TextList.read(json).compactMap { Role(rawValue: $0) })
  }

  static func json(_ roles: Set<Role>) -> String {
    TextList.write(roles.sorted().map(\.rawValue))
  }
}

extension ReadSession {
  /// The token with that SHA-256, whoever it belongs to; nil where none was ever made.
  func token(digest: [UInt8]) throws -> AccessToken? {
    try db.first(
      AccessColumns.tokenWithDevice + " WHERE t.token_hash = ?",
      [Data(digest)],
      AccessColumns.token
    )
  }

  /// The session with that SHA-256 that nobody ended.
  func session(digest: [UInt8]) throws -> BrowserSession? {
    try db.first(
      """
      SELECT s.id, s.device_id, s.started_at, s.expires_at,
        \(AccessColumns.list(AccessColumns.person, of: "o"))
      FROM browser_sessions s JOIN operators o ON o.id = s.operator_id
      WHERE s.session_hash = ? AND s.ended_at IS NULL
      """,
      [Data(digest)]
    ) { row in
      BrowserSession(
        id: row.key(0),
        device: row.key(1),
        person: try AccessColumns.person(row, at: 4),
        startedAt: row.instant(2),
        expiresAt: row.instant(3)
      )
    }
  }

  /// The people in scope with that badge, those of the home tenant first.
  func operators(badge: String) throws -> [OperatorAccount] {
    try db.all(
      """
      SELECT \(AccessColumns.list(AccessColumns.person, of: "o")) FROM operators o
      WHERE o.badge = ?\(owned("o.tenant_id")) ORDER BY \(homeFirst), o.id
      """,
      [badge]
    ) { try AccessColumns.person($0) }
  }

  /// The person of that name, where in scope.
  func operatorAccount(publicID: PublicID) throws -> OperatorAccount? {
    try db.first(
      """
      SELECT \(AccessColumns.list(AccessColumns.person, of: "o")) FROM operators o
      WHERE o.public_id = ?\(owned("o.tenant_id"))
      """,
      [publicID.text]
    ) { try AccessColumns.person($0) }
  }

  /// A page of the people in scope.
  func operators(_ page: PageRequest) throws -> Page<OperatorAccount> {
    let found = try db.all(
      """
      SELECT \(AccessColumns.list(AccessColumns.person, of: "o")) FROM operators o
      WHERE o.id > ?\(owned("o.tenant_id")) ORDER BY o.id LIMIT ?
      """,
      [try page.afterKey(), page.limit + 1]
    ) { try AccessColumns.person($0) }
    return .cut(found, page) { String($0.id.rawValue) }
  }

  private static let deviceRow =
    "SELECT \(AccessColumns.list(AccessColumns.device, of: "d")), \(AccessColumns.lastSeen)"
    + " FROM devices d"

  /// The device of that name, where in scope.
  func device(publicID: PublicID) throws -> PairedDevice? {
    try db.first(
      "\(Self.deviceRow) WHERE d.public_id = ?\(owned("d.tenant_id"))",
      [publicID.text]
    ) { try AccessColumns.device($0) }
  }

  /// The device with that key, whoever it works for.
  func device(id: DeviceID) throws -> PairedDevice? {
    try db.first("\(Self.deviceRow) WHERE d.id = ?", [id.rawValue]) {
      try AccessColumns.device($0)
    }
  }

  /// A page of the devices in scope; those turned away stand in it too.
  func devices(_ page: PageRequest) throws -> Page<PairedDevice> {
    let found = try db.all(
      "\(Self.deviceRow) WHERE d.id > ?\(owned("d.tenant_id")) ORDER BY d.id LIMIT ?",
      [try page.afterKey(), page.limit + 1]
    ) { try AccessColumns.device($0) }
    return .cut(found, page) { String($0.id.rawValue) }
  }

  /// The token of that name, where in scope.
  func token(publicID: PublicID) throws -> AccessToken? {
    try db.first(
      AccessColumns.tokenWithDevice + " WHERE t.public_id = ?\(owned("t.tenant_id"))",
      [publicID.text],
      AccessColumns.token
    )
  }

  /// A page of the tokens of programs in scope; a device stands for its own.
  func tokens(_ page: PageRequest) throws -> Page<AccessToken> {
    let found = try db.all(
      AccessColumns.tokenWithDevice
        + " WHERE t.device_id IS NULL AND t.id > ?\(owned("t.tenant_id")) ORDER BY t.id LIMIT ?",
      [try page.afterKey(), page.limit + 1],
      AccessColumns.token
    )
    return .cut(found, page) { String($0.id.rawValue) }
  }

  /// Whether an active admin with a PIN is there, in the whole facility.
  func hasAdmin() throws -> Bool {
    try db.first(
      """
      SELECT 1 FROM operators WHERE is_active = 1 AND pin_hash IS NOT NULL
        AND instr(roles_json, '"admin"') > 0 LIMIT 1
      """
    ) { _ in true } ?? false
  }
}
