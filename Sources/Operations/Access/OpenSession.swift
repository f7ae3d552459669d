import Warehouse
import WireFormat

/// Signs a person in at a paired device, by badge and PIN.
///
/// Wrong attempts are counted for the person and for the device, in the database, and slow both
/// down with growing waits. A wrong badge, a wrong PIN and a person who may not sign in any more
/// are told in the same words.
public struct OpenSession: Sendable {
  /// What came of it.
  public struct Outcome: Sendable, JSONDocument {
    /// The session.
    public var session: BrowserSession
    /// Its secret, for the cookie.
    public var secret: String
    /// The token against forged requests.
    public var csrf: String

    /// Writes who it is, the token against forged requests, and until when.
    public func write(to writer: inout JSONWriter) {
      SessionView(session: session, csrf: csrf).write(to: &writer)
    }
  }

  private let desk: AccessDesk

  /// Stands on the desk.
  public init(_ desk: AccessDesk) {
    self.desk = desk
  }

  /// Signs in, or fails with `unauthorized` or, while somebody has to wait, `limited`.
  public func callAsFunction(_ document: JSONValue, at device: PairedDevice) throws -> Outcome {
    let body = try DocumentReader(document)
    let badge = body.code("badge", isRequired: true) ?? ""
    let pin = body.text("pin", isRequired: true, limit: Limits.codeLength) ?? ""
    try body.finish()
    let scope = TenantScope(
      home: device.tenant,
      others: device.others,
      actor: "device:\(device.name)"
    )
    let now = desk.environment.now()
    let (there, person) = try desk.environment.store.read(scope) { transaction in
      (try transaction.device(id: device.id), try transaction.operators(badge: badge).first)
    }
    try Self.expectFree(there?.lockout, at: now)
    try Self.expectFree(person?.lockout, at: now)
    let mayEnter = person?.isActive == true
    let isRight = try desk.secrets.verifyPIN(pin, mayEnter ? person?.pinHash : nil)
    guard isRight, let person else {
      try noteFailure(badge, device.id, scope, at: now)
      throw Self.refused
    }
    return try open(person, at: device, scope, now)
  }

  /// Counts a wrong attempt on what the store holds now, not on what was read before.
  private func noteFailure(
    _ badge: String,
    _ device: DeviceID,
    _ scope: TenantScope,
    at now: Instant
  ) throws {
    try desk.environment.store.write(scope) { transaction in
      let person = try transaction.operators(badge: badge).first
      if let person {
        let next = person.lockout.afterFailure(at: now, free: Limits.freePersonFailures)
        try transaction.noteAttempt(person: person.id, next)
      }
      if let there = try transaction.device(id: device) {
        let next = there.lockout.afterFailure(at: now, free: Limits.freeDeviceFailures)
        try transaction.noteAttempt(device: device, next)
      }
      // What was typed may be a PIN in the wrong field: a badge that nobody has is not kept.
      try transaction.audit(
        "session.refused",
        subject: person?.badge ?? "unknown",
        detailJSON: "{}",
        at: now
      )
    }
  }

  /// Opens the session, unless another attempt has locked somebody out meanwhile.
  func open(
    _ person: OperatorAccount,
    at device: PairedDevice,
    _ scope: TenantScope,
    _ now: Instant
  ) throws -> Outcome {
    let secret = SecretText.base64URL(desk.secrets.random(Limits.tokenBytes))
    let digest = SecretText.digest(secret, desk.secrets)
    let acting = scope.acting(as: "operator:\(person.badge)")
    let session = try desk.environment.store.write(acting) { transaction -> BrowserSession in
      guard let there = try transaction.device(id: device.id), there.revokedAt == nil,
        let fresh = try transaction.operatorAccount(publicID: person.publicID), fresh.isActive,
        fresh.pinHash == person.pinHash
      else { throw Self.refused }
      try Self.expectFree(there.lockout, at: now)
      try Self.expectFree(fresh.lockout, at: now)
      if fresh.lockout != Lockout() { try transaction.noteAttempt(person: fresh.id, Lockout()) }
      if there.lockout != Lockout() { try transaction.noteAttempt(device: there.id, Lockout()) }
      let session = BrowserSession(
        id: BrowserSessionID(0),
        device: device.id,
        person: fresh,
        startedAt: now,
        expiresAt: now.adding(seconds: Limits.sessionS)
      )
      try transaction.openSession(session, digest: digest)
      return session
    }
    return Outcome(
      session: session,
      secret: secret,
      csrf: SecretText.csrf(of: secret, desk.secrets)
    )
  }

  private static func expectFree(_ lockout: Lockout?, at now: Instant) throws {
    guard let seconds = lockout?.remainingS(at: now) else { return }
    throw Failure(
      .limited,
      "Too many wrong attempts: wait \(seconds) seconds, then try again.",
      hint: "An admin can set a new PIN, which ends the wait of a person at once.",
      context: ["reason": "locked"],
      retryAfterS: seconds
    )
  }

  private static let refused = Failure(
    .unauthorized,
    "Badge and PIN do not fit.",
    hint: "Try again; after \(Limits.freePersonFailures) wrong attempts there is a wait.",
    context: ["reason": "bad_pin"]
  )
}

/// A session as its own browser sees it.
public struct SessionView: Sendable, JSONDocument {
  var session: BrowserSession
  var csrf: String

  /// Tells of a session.
  public init(session: BrowserSession, csrf: String) {
    self.session = session
    self.csrf = csrf
  }

  /// Writes who it is, the token against forged requests, and until when.
  public func write(to writer: inout JSONWriter) {
    let person = session.person
    writer.object { body in
      body.object("operator") { row in
        row.member("id", person.publicID.text)
        row.member("badge", person.badge)
        row.member("name", person.name)
        row.member("roles", person.roles.sorted().map(\.rawValue))
      }
      body.member("csrf_token", csrf)
      body.member("expires_at", ms: session.expiresAt.ms)
    }
  }
}
