import Warehouse

/// Who sent a request, as the gate found out.
public struct Caller: Sendable {
  /// Whose rows the caller may see, and in whose name the caller acts.
  public var scope: TenantScope
  /// What the caller may do; nil where nobody knows who it is.
  public var roles: Set<Role>?
  /// The token that was shown; nil for strangers and on the box itself.
  public var token: AccessToken?
  /// The session that the browser showed.
  public var session: BrowserSession?
  /// The token against forged requests of that session.
  public var csrf: String?
  /// Whether the caller sits on the box itself, at its socket or in its process.
  public var isBox: Bool

  /// Makes a caller.
  public init(
    scope: TenantScope,
    roles: Set<Role>?,
    token: AccessToken? = nil,
    session: BrowserSession? = nil,
    csrf: String? = nil,
    isBox: Bool = false
  ) {
    self.scope = scope
    self.roles = roles
    self.token = token
    self.session = session
    self.csrf = csrf
    self.isBox = isBox
  }

  /// A stranger, who sees no owner at all.
  static let stranger = Caller(
    scope: TenantScope(home: TenantID(0), actor: "stranger"),
    roles: nil
  )

  /// As whom the caller's event streams are counted; nil on the box itself, where nobody counts.
  var seat: String? {
    if let session { return "session \(session.id.rawValue)" }
    return token.map { "token \($0.id.rawValue)" }
  }

  /// Whether the caller has a role.
  public func has(_ role: Role) -> Bool { roles?.contains(role) == true }
}
