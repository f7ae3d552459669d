/// A person who works here.
public struct OperatorAccount: Sendable, Equatable {
  /// The key.
  public var id: OperatorID
  /// The name outside.
  public var publicID: PublicID
  /// The owner for whom the person works.
  public var tenant: TenantID
  /// Further owners whose goods the person may see.
  public var others: Set<TenantID>
  /// What stands on the badge, unique within the owner.
  public var badge: String
  /// What colleagues call the person; it stays in this box.
  public var name: String
  /// What the person may do.
  public var roles: Set<Role>
  /// The hash of the PIN; nil where none was set, so that nobody can sign in.
  public var pinHash: String?
  /// Whether the person may sign in at all.
  public var isActive: Bool
  /// What wrong PINs have led to.
  public var lockout: Lockout
  /// Grows with every change.
  public var version: Int

  /// Makes an account.
  public init(
    id: OperatorID,
    publicID: PublicID,
    tenant: TenantID,
    others: Set<TenantID>,
    badge: String,
    name: String,
    roles: Set<Role>,
    pinHash: String?,
    isActive: Bool,
    lockout: Lockout = Lockout(),
    version: Int = 1
  ) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.others = others
    self.badge = badge
    self.name = name
    self.roles = roles
    self.pinHash = pinHash
    self.isActive = isActive
    self.lockout = lockout
    self.version = version
  }
}

/// A device that was paired, or a program with a token of its own.
public struct PairedDevice: Sendable, Equatable {
  /// The key.
  public var id: DeviceID
  /// The name outside.
  public var publicID: PublicID
  /// The owner for whom it works.
  public var tenant: TenantID
  /// Further owners whose goods it may see.
  public var others: Set<TenantID>
  /// What people call it.
  public var name: String
  /// What it is.
  public var kind: DeviceKind
  /// What wrong PINs at it have led to.
  public var lockout: Lockout
  /// When it was paired.
  public var pairedAt: Instant
  /// When it was last heard of, to the hour.
  public var lastSeenAt: Instant?
  /// When it was turned away.
  public var revokedAt: Instant?

  /// Makes a device.
  public init(
    id: DeviceID,
    publicID: PublicID,
    tenant: TenantID,
    others: Set<TenantID>,
    name: String,
    kind: DeviceKind,
    lockout: Lockout = Lockout(),
    pairedAt: Instant,
    lastSeenAt: Instant? = nil,
    revokedAt: Instant? = nil
  ) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.others = others
    self.name = name
    self.kind = kind
    self.lockout = lockout
    self.pairedAt = pairedAt
    self.lastSeenAt = lastSeenAt
    self.revokedAt = revokedAt
  }
}

/// A token: what a device or a program shows with each request.
public struct AccessToken: Sendable, Equatable {
  /// The key.
  public var id: AccessTokenID
  /// The name outside.
  public var publicID: PublicID
  /// The owner to whom new rows belong.
  public var tenant: TenantID
  /// Further owners whose rows it may see.
  public var others: Set<TenantID>
  /// The device that holds it; nil for a token of a program.
  public var device: PairedDevice?
  /// What people call it.
  public var name: String
  /// What it may do.
  public var scopes: Set<Role>
  /// When it was made.
  public var createdAt: Instant
  /// From when on it is worth nothing; nil means never.
  public var expiresAt: Instant?
  /// When it was last used, to the hour.
  public var lastUsedAt: Instant?
  /// When it was withdrawn.
  public var revokedAt: Instant?

  /// Makes a token.
  public init(
    id: AccessTokenID,
    publicID: PublicID,
    tenant: TenantID,
    others: Set<TenantID>,
    device: PairedDevice? = nil,
    name: String,
    scopes: Set<Role>,
    createdAt: Instant,
    expiresAt: Instant? = nil,
    lastUsedAt: Instant? = nil,
    revokedAt: Instant? = nil
  ) {
    self.id = id
    self.publicID = publicID
    self.tenant = tenant
    self.others = others
    self.device = device
    self.name = name
    self.scopes = scopes
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.lastUsedAt = lastUsedAt
    self.revokedAt = revokedAt
  }

  /// Whether it is worth anything at a moment.
  public func isUsable(at now: Instant) -> Bool {
    revokedAt == nil && device?.revokedAt == nil && (expiresAt.map { now < $0 } ?? true)
  }
}

/// A person at work in a browser.
public struct BrowserSession: Sendable, Equatable {
  /// The key.
  public var id: BrowserSessionID
  /// Where.
  public var device: DeviceID
  /// Who.
  public var person: OperatorAccount
  /// Since when.
  public var startedAt: Instant
  /// Until when.
  public var expiresAt: Instant

  /// Makes a session.
  public init(
    id: BrowserSessionID,
    device: DeviceID,
    person: OperatorAccount,
    startedAt: Instant,
    expiresAt: Instant
  ) {
    self.id = id
    self.device = device
    self.person = person
    self.startedAt = startedAt
    self.expiresAt = expiresAt
  }

  /// Whether it counts at a moment.
  public func isUsable(at now: Instant) -> Bool { now < expiresAt && person.isActive }
}

/// A code that lets one device in, once.
public struct PairingCode: Sendable, Equatable {
  /// What it is good for.
  public enum Purpose: String, Sendable {
    /// To pair a device.
    case device = "DEVICE"
    /// To make the first admin.
    case setup = "SETUP"
  }

  /// What it is good for.
  public var purpose: Purpose
  /// The owner for whom the device will work.
  public var tenant: TenantID
  /// Further owners whose goods it may see.
  public var others: Set<TenantID>
  /// The only kind of device that may use it; nil means any.
  public var kind: DeviceKind?
  /// Until when it is good.
  public var expiresAt: Instant

  /// Makes a code.
  public init(
    purpose: Purpose,
    tenant: TenantID,
    others: Set<TenantID>,
    kind: DeviceKind?,
    expiresAt: Instant
  ) {
    self.purpose = purpose
    self.tenant = tenant
    self.others = others
    self.kind = kind
    self.expiresAt = expiresAt
  }
}
