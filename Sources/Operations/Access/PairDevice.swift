import Warehouse
import WireFormat

/// Makes a code with which one device can be paired, once, within ten minutes.
public struct OfferPairing: DurableUseCase {
  /// What is to be offered.
  public struct Request: Sendable {
    /// The document: `kind` (the only kind of device that may use it), `tenants`.
    public var document: JSONValue
    /// The code, as `SecretText.code` made it.
    public var code: String
    /// Whether the caller may also let programs in.
    public var mayPairScripts: Bool

    /// Makes a request.
    public init(document: JSONValue, code: String, mayPairScripts: Bool) {
      self.document = document
      self.code = code
      self.mayPairScripts = mayPairScripts
    }
  }

  /// What was offered; the code itself is shown by whoever made it, and never kept.
  public struct Outcome: Sendable, JSONDocument {
    /// The only kind of device that may use the code.
    public var kind: DeviceKind?
    /// Until when it is good.
    public var expiresAt: Instant

    /// Writes all but the code.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("code", String?.none)
        body.member("kind", kind?.rawValue)
        body.member("expires_at", ms: expiresAt.ms)
        body.member("link", String?.none)
        body.member("qr_svg", String?.none)
      }
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
  public func prepare(_ request: Request, scope: TenantScope) throws -> PairingCode {
    let body = try DocumentReader(request.document)
    let kind = body.word("kind", as: DeviceKind.self)
    let known = try environment.store.read(scope) { try $0.tenants() }
    let tenants = TenantChoice(body, scope: scope, known: known)
    try body.finish()
    if kind == .script, !request.mayPairScripts {
      throw Failure(
        .forbidden,
        "Only an admin lets programs in.",
        hint: "Ask an admin for the code, or pair a device of another kind."
      )
    }
    return PairingCode(
      purpose: .device,
      tenant: tenants.home,
      others: tenants.others,
      kind: kind,
      expiresAt: environment.now().adding(seconds: Limits.pairingCodeS)
    )
  }

  /// Keeps the code's digest.
  public func apply(
    _ code: PairingCode,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    // A code for any kind is good for what people hold in their hands, not for programs.
    try transaction.addCode(
      code,
      digest: SecretText.digest(code: request.code, desk.secrets),
      at: environment.now()
    )
    return Outcome(kind: code.kind, expiresAt: code.expiresAt)
  }
}

/// Pairs a device: the code is used up, the device has a name and a token.
public struct PairDevice: Sendable {
  /// What was paired.
  public struct Outcome: Sendable, JSONDocument {
    /// The device.
    public var device: DeviceView
    /// Its token, which is never shown again.
    public var token: String

    /// Writes the device, the token and what it may do.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("device", document: device)
        body.member("token", token)
        body.member("scopes", device.device.kind.scopes.sorted().map(\.rawValue))
      }
    }
  }

  private let desk: AccessDesk

  /// Stands on the desk.
  public init(_ desk: AccessDesk) {
    self.desk = desk
  }

  /// Pairs the device that the document names; a wrong, used or old code is `unauthorized`.
  public func callAsFunction(_ document: JSONValue) throws -> Outcome {
    let body = try DocumentReader(document)
    let code = body.text("code", isRequired: true, limit: Limits.codeLength) ?? ""
    let name = body.text("name", isRequired: true, limit: Limits.codeLength) ?? ""
    let kind = body.word("kind", as: DeviceKind.self, isRequired: true)
    try body.finish()
    guard let kind else { throw Self.refused }
    let digest = SecretText.digest(code: code, desk.secrets)
    let token = SecretText.token(desk.secrets)
    let tokenDigest = SecretText.digest(token, desk.secrets)
    let now = desk.environment.now()
    let id = desk.environment.newID()
    let scope = desk.facility.acting(as: "device:\(name)")
    let paired = try desk.environment.store.write(scope) { transaction -> DeviceView in
      guard let good = try transaction.useCode(digest: digest, .device, at: now),
        good.kind == kind || (good.kind == nil && kind != .script)
      else { throw Self.refused }
      let device = PairedDevice(
        id: DeviceID(0),
        publicID: id,
        tenant: good.tenant,
        others: good.others,
        name: name,
        kind: kind,
        pairedAt: now
      )
      let added = try transaction.addDevice(device, tokenDigest: tokenDigest, at: now)
      return DeviceView(added, owners: try OwnerCodes.read(transaction))
    }
    return Outcome(device: paired, token: token)
  }

  private static let refused = Failure(
    .unauthorized,
    "This code is not good: it is mistyped, used, over, or for another kind of device.",
    hint: "Have a new code made (stowage device pair, or the devices page); it lasts ten minutes.",
    context: ["reason": "bad_code"]
  )
}

/// Turns a device away.
public struct RevokeDevice: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Turns the device away, once; one that was turned away before stays so.
  public func callAsFunction(_ id: PublicID, scope: TenantScope) throws -> DeviceView {
    let now = environment.now()
    return try environment.store.write(scope) { transaction in
      guard var device = try transaction.device(publicID: id) else {
        throw Failure(.notFound, "There is no device with the id \(id).")
      }
      if device.revokedAt == nil {
        try transaction.revokeDevice(device, at: now)
        device.revokedAt = now
      }
      return DeviceView(device, owners: try OwnerCodes.read(transaction))
    }
  }
}
