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
    let before = try charge(badge, device.id, scope, at: now)
    let mayEnter = before.person?.isActive == true
    let isRight: Bool
    do {
      isRight = try desk.secrets.verifyPIN(pin, mayEnter ? before.person?.pinHash : nil)
    } catch {
      // Nobody has looked at the PIN: it was no attempt.
      try giveBack(before, scope, at: now)
      throw error
    }
    guard isRight, let person = before.person else {
      // What was typed may be a PIN in the wrong field: a badge that nobody has is not kept.
      let subject = before.person?.badge ?? "unknown"
      try desk.environment.store.write(scope) {
        try $0.audit("session.refused", subject: subject, detailJSON: "{}", at: now)
      }
      throw Self.refused
    }
    return try open(person, at: device, scope, now)
  }

  /// Who tries to sign in and where, as they were before the attempt was counted.
  private struct Attempt: Sendable {
    var person: OperatorAccount?
    var device: PairedDevice?
  }

  /// Counts the attempt as a wrong one before the PIN is looked at, and fails where somebody has to
  /// wait: of many attempts at the same time no more are looked at than one after another.
  private func charge(
    _ badge: String,
    _ device: DeviceID,
    _ scope: TenantScope,
    at now: Instant
  ) throws -> Attempt {
    try desk.environment.store.write(scope) { transaction in
      let person = try transaction.operators(badge: badge).first
      let there = try transaction.device(id: device)
      try Self.expectFree(there?.lockout, at: now)
      try Self.expectFree(person?.lockout, at: now)
      if let person {
        try transaction.noteAttempt(person: person.id, Self.charged(person, at: now))
      }
      if let there {
        try transaction.noteAttempt(device: there.id, Self.charged(there, at: now))
      }
      return Attempt(person: person, device: there)
    }
  }

  private static func charged(_ person: OperatorAccount, at now: Instant) -> Lockout {
    person.lockout.afterFailure(at: now, free: Limits.freePersonFailures)
  }

  private static func charged(_ device: PairedDevice, at now: Instant) -> Lockout {
    device.lockout.afterFailure(at: now, free: Limits.freeDeviceFailures)
  }

  /// Takes the count of an attempt back, unless others were counted since.
  private func giveBack(_ before: Attempt, _ scope: TenantScope, at now: Instant) throws {
    try desk.environment.store.write(scope) { transaction in
      if let then = before.person,
        let person = try transaction.operatorAccount(publicID: then.publicID),
        person.lockout == Self.charged(then, at: now)
      {
        try transaction.noteAttempt(person: person.id, then.lockout)
      }
      if let then = before.device, let device = try transaction.device(id: then.id),
        device.lockout == Self.charged(then, at: now)
      {
        try transaction.noteAttempt(device: device.id, then.lockout)
      }
    }
  }

  /// Opens the session of somebody whose PIN was right, which ends every wait.
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
