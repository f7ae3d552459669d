import Warehouse
import WireFormat

/// Adds a person, or changes the one with that badge.
public struct SaveOperator: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    /// The document: `badge`, `name`, `roles`, `pin`, `active`, `tenants`.
    public var document: JSONValue
    /// Whether the facility may be left without an admin: on the box itself, which can make one.
    public var mayTakeLastAdmin: Bool
    /// What the edit expects to find.
    public var expectation: Expectation

    /// Makes a request.
    public init(
      document: JSONValue,
      mayTakeLastAdmin: Bool,
      expectation: Expectation = .anything
    ) {
      self.document = document
      self.mayTakeLastAdmin = mayTakeLastAdmin
      self.expectation = expectation
    }
  }

  /// What the document says, with the PIN hashed.
  public struct Prepared: Sendable {
    var badge: String
    var name: String?
    var roles: Set<Role>?
    var pinHash: String?
    var isActive: Bool?
    var tenants: TenantChoice
    var namesTenants: Bool
  }

  /// What was saved.
  public struct Outcome: Sendable, JSONDocument {
    /// The person as it stands now.
    public var person: OperatorView
    /// Whether the person is new.
    public var isCreated: Bool

    /// Writes the person.
    public func write(to writer: inout JSONWriter) { person.write(to: &writer) }
  }

  private let desk: AccessDesk
  /// What it stands on.
  public var environment: OperationsEnvironment { desk.environment }

  /// Stands on the desk.
  public init(_ desk: AccessDesk) {
    self.desk = desk
  }

  /// Reads the document, and hashes the PIN.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    let body = try DocumentReader(request.document)
    let badge = body.code("badge", isRequired: true) ?? ""
    let name = body.text("name")
    let roles = body.roles("roles", isRequired: false)
    let pin = body.pin("pin")
    let isActive = body.flag("active")
    let known = try environment.store.read(scope) { try $0.tenants() }
    let tenants = TenantChoice(body, scope: scope, known: known)
    try body.finish()
    return Prepared(
      badge: badge,
      name: name,
      roles: roles,
      pinHash: try pin.map { try desk.secrets.hashPIN($0) },
      isActive: isActive,
      tenants: tenants,
      namesTenants: request.document["tenants"] != nil
    )
  }

  /// Saves the person; a new PIN or a new start ends every wait, and every change every session.
  public func apply(
    _ new: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    let now = environment.now()
    let there = try transaction.operators(badge: new.badge).first {
      $0.tenant == new.tenants.home || !new.namesTenants
    }
    try request.expectation.check(
      there.map { Int64($0.version) },
      of: "The person with the badge \(new.badge)"
    )
    guard var person = there else {
      let added = try transaction.addOperator(try Self.account(new, environment), at: now)
      return Outcome(person: try OperatorView(added, in: transaction), isCreated: true)
    }
    let wasAdmin = person.roles.contains(.admin)
    if let name = new.name { person.name = name }
    if let roles = new.roles { person.roles = roles }
    if let hash = new.pinHash { person.pinHash = hash }
    if let isActive = new.isActive { person.isActive = isActive }
    if new.pinHash != nil || new.isActive == true { person.lockout = Lockout() }
    if new.namesTenants { person.others = new.tenants.others }
    let changed = try transaction.changeOperator(person, at: now)
    if wasAdmin, !request.mayTakeLastAdmin, try !transaction.hasAdmin() {
      throw Failure(
        .conflict,
        "\(person.badge) is the only admin who can sign in.",
        hint: "Make somebody else an admin first, with a PIN."
      )
    }
    return Outcome(person: try OperatorView(changed, in: transaction), isCreated: false)
  }

  private static func account(
    _ new: Prepared,
    _ environment: OperationsEnvironment
  ) throws -> OperatorAccount {
    guard let name = new.name, let roles = new.roles else {
      let faults = [("/name", new.name == nil), ("/roles", new.roles == nil)].filter(\.1)
      throw Failure(
        .invalid,
        "Nobody has the badge \(new.badge) yet, and a new person needs a name and roles.",
        faults: faults.map { .init(place: $0.0, rule: "is required for a new person") }
      )
    }
    return OperatorAccount(
      id: OperatorID(0),
      publicID: environment.newID(),
      tenant: new.tenants.home,
      others: new.tenants.others,
      badge: new.badge,
      name: name,
      roles: roles,
      pinHash: new.pinHash,
      isActive: new.isActive ?? true
    )
  }
}
