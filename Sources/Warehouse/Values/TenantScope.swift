/// One owner of goods in the facility.
public enum Tenants {}

/// The key of a tenant.
public typealias TenantID = Key<Tenants>

/// Whose rows a repository call may see and change, and on whose behalf it does so.
///
/// Every repository call takes one, so that no query can forget it. A scope is bound to the tenants
/// of a token; `facility` sees all owners and is made by the composition root alone, for jobs.
public struct TenantScope: Hashable, Sendable {
  /// The tenants that may be seen; nil means all of them.
  public let visible: Set<TenantID>?
  /// The tenant to which new rows belong.
  public let home: TenantID
  /// Who acts, as the audit log names it: `operator:BADGE`, `device:NAME`, `token:NAME`,
  /// `socket:USER`, or `box` for the facility's own jobs.
  public let actor: String
  /// Whether somebody waits with goods in hand: scans and confirms read before anybody else.
  public let isUrgent: Bool

  /// A scope over the tenants of one token; new rows belong to `home`.
  public init(home: TenantID, others: Set<TenantID> = [], actor: String = "box") {
    self.home = home
    self.visible = others.union([home])
    self.actor = actor
    isUrgent = false
  }

  private init(home: TenantID, visible: Set<TenantID>?, actor: String, isUrgent: Bool = false) {
    self.home = home
    self.visible = visible
    self.actor = actor
    self.isUrgent = isUrgent
  }

  /// The whole facility, for its own jobs.
  ///
  /// Only the composition root may make it.
  public static func facility(home: TenantID) -> TenantScope {
    TenantScope(home: home, visible: nil, actor: "box")
  }

  /// The same rows, on somebody's behalf.
  public func acting(as actor: String) -> TenantScope {
    TenantScope(home: home, visible: visible, actor: actor, isUrgent: isUrgent)
  }

  /// The same rows, read before those who can wait.
  public var urgent: TenantScope {
    TenantScope(home: home, visible: visible, actor: actor, isUrgent: true)
  }

  /// Whether rows of that tenant may be seen.
  public func allows(_ tenant: TenantID) -> Bool {
    visible?.contains(tenant) ?? true
  }
}
