import Warehouse
import WireFormat

/// Makes a token for a program.
public struct IssueToken: DurableUseCase {
  /// What is to be made.
  public struct Request: Sendable {
    /// The document: `name`, `scopes`, `tenants`, `days`.
    public var document: JSONValue
    /// The token, as `SecretText.token` made it.
    public var secret: String

    /// Makes a request.
    public init(document: JSONValue, secret: String) {
      self.document = document
      self.secret = secret
    }
  }

  private let desk: AccessDesk
  /// What it stands on.
  public var environment: OperationsEnvironment { desk.environment }

  /// Stands on the desk.
  public init(_ desk: AccessDesk) {
    self.desk = desk
  }

  /// Reads the document.
  public func prepare(_ request: Request, scope: TenantScope) throws -> AccessToken {
    let body = try DocumentReader(request.document)
    let name = body.text("name", isRequired: true, limit: Limits.codeLength) ?? ""
    let scopes = body.roles("scopes", isRequired: true) ?? []
    let days = body.whole("days", 1...Int64(Limits.tokenDays))
    let known = try environment.store.read(scope) { try $0.tenants() }
    let tenants = TenantChoice(body, scope: scope, known: known)
    try body.finish()
    let now = environment.now()
    return AccessToken(
      id: AccessTokenID(0),
      publicID: environment.newID(),
      tenant: tenants.home,
      others: tenants.others,
      name: name,
      scopes: scopes,
      createdAt: now,
      expiresAt: days.map { now.adding(seconds: $0 * 86_400) }
    )
  }

  /// Keeps the token's digest.
  public func apply(
    _ token: AccessToken,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> TokenView {
    let digest = SecretText.digest(request.secret, desk.secrets)
    let added = try transaction.addToken(token, digest: digest)
    return TokenView(added, owners: try OwnerCodes.read(transaction))
  }
}

/// Withdraws a token of a program.
public struct RevokeToken: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Withdraws the token, once.
  public func callAsFunction(_ id: PublicID, scope: TenantScope) throws -> TokenView {
    let now = environment.now()
    return try environment.store.write(scope) { transaction in
      guard var token = try transaction.token(publicID: id), token.device == nil else {
        throw Failure(.notFound, "There is no token with the id \(id).")
      }
      if token.revokedAt == nil {
        try transaction.revokeToken(token, at: now)
        token.revokedAt = now
      }
      return TokenView(token, owners: try OwnerCodes.read(transaction))
    }
  }
}
