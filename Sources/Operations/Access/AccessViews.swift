import Warehouse
import WireFormat

/// A person as callers see one; the PIN's hash never leaves the store.
public struct OperatorView: Sendable, JSONDocument {
  /// The person.
  public var account: OperatorAccount
  /// The codes of owners.
  var owners: [TenantID: String]

  init(_ account: OperatorAccount, in transaction: any ReadTransaction) throws {
    self.init(account, owners: try OwnerCodes.read(transaction))
  }

  init(_ account: OperatorAccount, owners: [TenantID: String]) {
    self.account = account
    self.owners = owners
  }

  /// Writes the person.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("id", account.publicID.text)
      row.member("badge", account.badge)
      row.member("name", account.name)
      row.member("roles", account.roles.sorted().map(\.rawValue))
      row.member("tenants", OwnerCodes.list(account.tenant, account.others, owners))
      row.member("has_pin", account.pinHash != nil)
      row.member("active", account.isActive)
      row.member("locked_until", ms: account.lockout.lockedUntil?.ms)
      row.member("version", account.version)
    }
  }
}

/// A device as callers see one.
public struct DeviceView: Sendable, JSONDocument {
  /// The device.
  public var device: PairedDevice
  /// The codes of owners.
  var owners: [TenantID: String]

  init(_ device: PairedDevice, owners: [TenantID: String]) {
    self.device = device
    self.owners = owners
  }

  /// Writes the device.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("id", device.publicID.text)
      row.member("name", device.name)
      row.member("kind", device.kind.rawValue)
      row.member("scopes", device.kind.scopes.sorted().map(\.rawValue))
      row.member("tenants", OwnerCodes.list(device.tenant, device.others, owners))
      row.member("paired_at", ms: device.pairedAt.ms)
      row.member("last_seen_at", ms: device.lastSeenAt?.ms)
      row.member("locked_until", ms: device.lockout.lockedUntil?.ms)
      row.member("revoked_at", ms: device.revokedAt?.ms)
    }
  }
}

/// A token as callers see one; the secret is shown once, by whoever made it.
public struct TokenView: Sendable, JSONDocument {
  /// The token.
  public var token: AccessToken
  /// The codes of owners.
  var owners: [TenantID: String]

  init(_ token: AccessToken, owners: [TenantID: String]) {
    self.token = token
    self.owners = owners
  }

  /// Writes the token.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("id", token.publicID.text)
      row.member("name", token.name)
      row.member("scopes", token.scopes.sorted().map(\.rawValue))
      row.member("tenants", OwnerCodes.list(token.tenant, token.others, owners))
      row.member("created_at", ms: token.createdAt.ms)
      row.member("expires_at", ms: token.expiresAt?.ms)
      row.member("last_used_at", ms: token.lastUsedAt?.ms)
      row.member("revoked_at", ms: token.revokedAt?.ms)
      row.member("secret", String?.none)
    }
  }
}

/// A row of the audit log as callers see one.
public struct AuditView: Sendable, JSONDocument {
  /// The row.
  public var record: AuditRecord

  /// Writes the row; its digest in hexadecimal.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("id", record.id)
      row.member("at", ms: record.at.ms)
      row.member("actor", record.actor)
      row.member("action", record.action)
      row.member("subject", record.subject)
      row.member("detail", (try? JSONReader.parse(Array(record.detailJSON.utf8))) ?? .null)
      row.member("digest", HexText.lower(record.digest))
    }
  }
}

/// Owners by their keys.
enum OwnerCodes {
  static func read(_ transaction: any ReadTransaction) throws -> [TenantID: String] {
    let pairs = try transaction.tenants().map { ($0.value, $0.key) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The home first, the others by their codes; whom the caller does not see is left out.
  static func list(
    _ home: TenantID,
    _ others: Set<TenantID>,
    _ owners: [TenantID: String]
  ) -> [String] {
    [owners[home]].compactMap { $0 } + others.compactMap { owners[$0] }.sorted()
  }
}

/// Looks people, devices, tokens and the audit log up.
public struct AccessQueries: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// A page of the people in scope.
  public func operators(_ page: PageRequest, scope: TenantScope) throws -> Page<OperatorView> {
    try environment.store.read(scope) { transaction in
      let owners = try OwnerCodes.read(transaction)
      return try transaction.operators(page).map { OperatorView($0, owners: owners) }
    }
  }

  /// The person of an id.
  public func operatorAccount(_ id: PublicID, scope: TenantScope) throws -> OperatorView {
    try environment.store.read(scope) { transaction in
      guard let found = try transaction.operatorAccount(publicID: id) else {
        throw Failure(.notFound, "There is nobody with the id \(id).")
      }
      return try OperatorView(found, in: transaction)
    }
  }

  /// A page of the devices in scope.
  public func devices(_ page: PageRequest, scope: TenantScope) throws -> Page<DeviceView> {
    try environment.store.read(scope) { transaction in
      let owners = try OwnerCodes.read(transaction)
      return try transaction.devices(page).map { DeviceView($0, owners: owners) }
    }
  }

  /// A page of the tokens in scope.
  public func tokens(_ page: PageRequest, scope: TenantScope) throws -> Page<TokenView> {
    try environment.store.read(scope) { transaction in
      let owners = try OwnerCodes.read(transaction)
      return try transaction.tokens(page).map { TokenView($0, owners: owners) }
    }
  }

  /// A page of the audit log, the newest first.
  public func audit(_ page: PageRequest, scope: TenantScope) throws -> Page<AuditView> {
    try environment.store.read(scope) { try $0.auditRecords(page).map { AuditView(record: $0) } }
  }
}
