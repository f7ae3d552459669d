import Warehouse
import WireFormat

/// What the use cases of rights stand on: the environment, the cryptography, the whole facility.
///
/// Pairing and signing in happen before anybody's tenants are known, so that these use cases alone
/// look across owners; the composition root hands them the scope for it.
public struct AccessDesk: Sendable {
  /// The environment of all use cases.
  public let environment: OperationsEnvironment
  /// The cryptography.
  public let secrets: Secrets
  /// All owners of the facility.
  public let facility: TenantScope

  /// Joins the three.
  public init(environment: OperationsEnvironment, secrets: Secrets, facility: TenantScope) {
    self.environment = environment
    self.secrets = secrets
    self.facility = facility
  }

  /// The token of that text, as the store knows it; nil where it was never made.
  public func token(_ digest: [UInt8]) throws -> AccessToken? {
    try environment.store.read(facility) { try $0.token(digest: digest) }
  }

  /// The session of that text, as the store knows it.
  public func session(_ digest: [UInt8]) throws -> BrowserSession? {
    try environment.store.read(facility) { try $0.session(digest: digest) }
  }

  /// Notes that a token is in use; whoever asks does it once an hour at most.
  public func touch(_ token: AccessTokenID) {
    let now = environment.now()
    // Nothing hangs on it: a box that takes no writes still knows its devices.
    _ = try? environment.store.write(facility) { try $0.touchToken(token, at: now) }
  }

  /// Ends a person's session.
  public func end(_ session: BrowserSession, scope: TenantScope) throws {
    let now = environment.now()
    try environment.store.write(scope) { try $0.endSession(session, at: now) }
  }

  /// How many owners there are.
  public func owners() throws -> Int {
    try environment.store.read(facility) { try $0.tenants().count }
  }

  /// A code that makes the first admin, where there is none yet; nil where there is one.
  public func offerSetup() throws -> String? {
    let code = SecretText.base64URL(secrets.random(Limits.tokenBytes))
    let digest = secrets.keyed(Array("setup:\(code)".utf8))
    let now = environment.now()
    let isOffered = try environment.store.write(facility) { transaction -> Bool in
      guard try !transaction.hasAdmin() else { return false }
      let tenants = Set(try transaction.tenants().values)
      try transaction.addCode(
        PairingCode(
          purpose: .setup,
          tenant: transaction.scope.home,
          others: tenants.subtracting([transaction.scope.home]),
          kind: .browser,
          expiresAt: now.adding(seconds: Limits.setupCodeS)
        ),
        digest: digest,
        at: now
      )
      return true
    }
    return isOffered ? code : nil
  }
}

/// The owners that a document names, within what the caller may see.
struct TenantChoice: Sendable {
  var home: TenantID
  var others: Set<TenantID>

  /// Reads `tenants`: codes, the first one the home; absent means the caller's own.
  ///
  /// An owner whom the caller does not see is unknown, in the same words as one that is not there.
  init(_ body: DocumentReader, scope: TenantScope, known: [String: TenantID]) {
    let visible = Set(known.values)
    home = scope.home
    others = visible.subtracting([scope.home])
    guard let value = body.value("tenants") else { return }
    guard let names = value.array, (1...100).contains(names.count) else {
      body.fault("tenants", "must be a list of 1 to 100 owners' codes")
      return
    }
    var keys: [TenantID] = []
    for name in names {
      if let code = name.string, let key = known[code] {
        keys.append(key)
      } else {
        body.fault("tenants", "no owner has this code", name)
      }
    }
    guard let first = keys.first else { return }
    home = first
    others = Set(keys).subtracting([first])
  }
}

extension DocumentReader {
  /// The roles that a list names, each once.
  func roles(_ key: String, isRequired: Bool) -> Set<Role>? {
    guard let value = value(key, isRequired: isRequired) else { return nil }
    let all = Role.allCases.map(\.rawValue)
    guard let names = value.array else {
      fault(key, "must be a list of roles, is \(value.kindName)")
      return nil
    }
    var roles: Set<Role> = []
    for name in names {
      if let role = name.string.flatMap(Role.init(rawValue:)) {
        roles.insert(role)
      } else {
        fault(key, "must hold roles of \(all.joined(separator: ", "))", name)
      }
    }
    if names.isEmpty { fault(key, "must not be empty") }
    return roles
  }

  /// A PIN; a fault never shows the value.
  func pin(_ key: String, isRequired: Bool = false) -> String? {
    guard let value = value(key, isRequired: isRequired) else { return nil }
    guard let text = value.string else {
      fault(key, "must be a string of digits, is \(value.kindName)", .string("..."))
      return nil
    }
    if let rule = PinRule.fault(in: text) { fault(key, rule, .string("...")) }
    return text
  }
}
