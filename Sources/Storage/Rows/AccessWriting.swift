import Foundation
import GRDB
import Warehouse
import WireFormat

extension WriteSession {
  /// Adds a person; a badge that is taken is a conflict.
  func addOperator(_ account: OperatorAccount, at: Instant) throws -> OperatorAccount {
    try expectOwn(account.tenant)
    let isTaken =
      try db.first(
        "SELECT 1 FROM operators WHERE tenant_id = ? AND badge = ?",
        [account.tenant.rawValue, account.badge]
      ) { _ in true } ?? false
    if isTaken {
      throw Failure(
        .conflict,
        "The badge \(account.badge) belongs to somebody already.",
        hint: "Change that person, or give this one another badge."
      )
    }
    try db.run(
      """
      INSERT INTO operators (public_id, tenant_id, visible_json, badge, name, roles_json, pin_hash,
        is_active, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        account.publicID.text, account.tenant.rawValue, AccessColumns.json(account.others),
        account.badge, account.name, AccessColumns.json(account.roles), account.pinHash,
        account.isActive, at.ms,
      ]
    )
    var added = account
    added.id = OperatorID(db.lastInsertedRowID)
    try audit("operator.added", subject: account.badge, detailJSON: Self.detail(account), at: at)
    return added
  }

  /// Changes name, roles, PIN or state of a person, and ends the person's sessions.
  func changeOperator(_ account: OperatorAccount, at: Instant) throws -> OperatorAccount {
    try expectOwn(account.tenant)
    try db.run(
      """
      UPDATE operators SET visible_json = ?, name = ?, roles_json = ?, pin_hash = ?, is_active = ?,
        failures = ?, locked_until = ?, version = version + 1 WHERE id = ? AND version = ?
      """,
      [
        AccessColumns.json(account.others), account.name, AccessColumns.json(account.roles),
        account.pinHash, account.isActive, account.lockout.failures,
        account.lockout.lockedUntil?.ms, account.id.rawValue, account.version,
      ]
    )
    guard db.changesCount == 1 else {
      throw Failure(
        .conflict,
        "Somebody else changed \(account.badge) meanwhile.",
        hint: "Read the person again, and repeat the change."
      )
    }
    try db.run(
      "UPDATE browser_sessions SET ended_at = ? WHERE operator_id = ? AND ended_at IS NULL",
      [at.ms, account.id.rawValue]
    )
    var changed = account
    changed.version += 1
    try audit(
      "operator.changed",
      subject: account.badge,
      detailJSON: Self.detail(account),
      at: at
    )
    return changed
  }

  /// Notes what an attempt to sign in led to.
  func noteAttempt(person: OperatorID?, _ lockout: Lockout) throws {
    guard let person else { return }
    try db.run(
      "UPDATE operators SET failures = ?, locked_until = ? WHERE id = ?",
      [lockout.failures, lockout.lockedUntil?.ms, person.rawValue]
    )
  }

  /// The same for the device.
  func noteAttempt(device: DeviceID, _ lockout: Lockout) throws {
    try db.run(
      "UPDATE devices SET failures = ?, locked_until = ? WHERE id = ?",
      [lockout.failures, lockout.lockedUntil?.ms, device.rawValue]
    )
  }

  /// Adds a device with its token.
  func addDevice(
    _ device: PairedDevice,
    tokenDigest: [UInt8],
    at: Instant
  ) throws -> PairedDevice {
    try expectOwn(device.tenant)
    let isTaken =
      try db.first(
        "SELECT 1 FROM devices WHERE tenant_id = ? AND name = ? AND revoked_at IS NULL",
        [device.tenant.rawValue, device.name]
      ) { _ in true } ?? false
    if isTaken {
      throw Failure(
        .conflict,
        "Another device is called \(device.name) already.",
        hint: "Choose another name, or turn the other one away first."
      )
    }
    try db.run(
      """
      INSERT INTO devices (public_id, tenant_id, visible_json, name, kind, paired_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        device.publicID.text, device.tenant.rawValue, AccessColumns.json(device.others),
        device.name, device.kind.rawValue, at.ms,
      ]
    )
    var added = device
    added.id = DeviceID(db.lastInsertedRowID)
    try insert(
      AccessToken(
        id: AccessTokenID(0),
        publicID: device.publicID,
        tenant: device.tenant,
        others: device.others,
        device: added,
        name: device.name,
        scopes: device.kind.scopes,
        createdAt: at
      ),
      digest: tokenDigest
    )
    try audit(
      "device.paired",
      subject: device.name,
      detailJSON: Self.object([("kind", device.kind.rawValue), ("id", device.publicID.text)]),
      at: at
    )
    return added
  }

  /// Turns a device away: its tokens are withdrawn, its sessions ended.
  func revokeDevice(_ device: PairedDevice, at: Instant) throws {
    try expectOwn(device.tenant)
    let key = device.id.rawValue
    try db.run("UPDATE devices SET revoked_at = ? WHERE id = ?", [at.ms, key])
    try db.run(
      "UPDATE api_tokens SET revoked_at = ? WHERE device_id = ? AND revoked_at IS NULL",
      [at.ms, key]
    )
    try db.run(
      "UPDATE browser_sessions SET ended_at = ? WHERE device_id = ? AND ended_at IS NULL",
      [at.ms, key]
    )
    try audit(
      "device.revoked",
      subject: device.name,
      detailJSON: Self.object([("id", device.publicID.text)]),
      at: at
    )
  }

  /// Adds a token.
  func addToken(_ token: AccessToken, digest: [UInt8]) throws -> AccessToken {
    try expectOwn(token.tenant)
    let count =
      try db.first(
        """
        SELECT count(*) FROM api_tokens
        WHERE device_id IS NULL AND revoked_at IS NULL AND coalesce(expires_at, ?1 + 1) > ?1
        """,
        [token.createdAt.ms]
      ) { $0[0] as Int } ?? 0
    guard count < Limits.accessTokens else {
      throw Failure(
        .conflict,
        "\(count) tokens are in use, which is the most there may be.",
        hint: "Withdraw those that nobody needs any more."
      )
    }
    let key = try insert(token, digest: digest)
    try audit(
      "token.made",
      subject: token.name,
      detailJSON: Self.object([
        ("id", token.publicID.text),
        ("scopes", token.scopes.sorted().map(\.rawValue).joined(separator: " ")),
      ]),
      at: token.createdAt
    )
    var added = token
    added.id = key
    return added
  }

  @discardableResult
  private func insert(_ token: AccessToken, digest: [UInt8]) throws -> AccessTokenID {
    try db.run(
      """
      INSERT INTO api_tokens (public_id, token_hash, tenant_id, visible_json, device_id, name,
        scopes_json, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        token.publicID.text, Data(digest), token.tenant.rawValue,
        AccessColumns.json(token.others), token.device?.id.rawValue, token.name,
        AccessColumns.json(token.scopes), scope.actor, token.createdAt.ms, token.expiresAt?.ms,
      ]
    )
    return AccessTokenID(db.lastInsertedRowID)
  }

  /// Withdraws a token.
  func revokeToken(_ token: AccessToken, at: Instant) throws {
    try expectOwn(token.tenant)
    try db.run(
      "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
      [at.ms, token.id.rawValue]
    )
    try audit(
      "token.revoked",
      subject: token.name,
      detailJSON: Self.object([("id", token.publicID.text)]),
      at: at
    )
  }

  /// Notes that a token was used.
  func touchToken(_ token: AccessTokenID, at: Instant) throws {
    try db.run("UPDATE api_tokens SET last_used_at = ? WHERE id = ?", [at.ms, token.rawValue])
  }

  /// Nobody changes the rights of an owner whom they don't see.
  private func expectOwn(_ tenant: TenantID) throws {
    guard scope.allows(tenant) else { throw Failure(.notFound, "There is no such owner.") }
  }

  private static func detail(_ account: OperatorAccount) -> String {
    object([
      ("id", account.publicID.text),
      ("roles", account.roles.sorted().map(\.rawValue).joined(separator: " ")),
      ("active", account.isActive ? "yes" : "no"),
    ])
  }

  static func object(_ members: [(String, String)]) -> String {
    var writer = JSONWriter(capacity: 128)
    writer.object { body in for (key, value) in members { body.member(key, value) } }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
