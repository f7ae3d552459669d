import HTTPServer
import Operations
import Warehouse

/// Decides about each request before its body is read: who is it, may they, and not too often.
///
/// On the listener of the LAN a caller shows a token as `Authorization: Bearer`, or, in a browser,
/// the cookie that pairing set; a person signed in there adds the roles of the person. On the box
/// itself, at the unix socket or in this process, the kernel says who it is.
final class Gate: Sendable {
  /// Routes that strangers use to get in, each limited by the caller's address.
  private static let entries: Set<String> = ["/api/v1/setup", "/api/v1/devices/pair"]
  /// The route by which people sign in, limited by the device.
  private static let signingIn = "/api/v1/sessions"

  private let desk: AccessDesk
  let cache: CredentialCache
  private let settings: AccessSettings
  private let trusts: @Sendable (PeerCredentials) -> String?
  private let requests: RateBook<AccessTokenID>?
  private let entriesByAddress = Gate.slow(String.self)
  private let strangersByAddress = Gate.slow(String.self)
  private let attemptsByToken = Gate.slow(AccessTokenID.self)

  init(
    _ desk: AccessDesk,
    _ settings: AccessSettings,
    trusts: @escaping @Sendable (PeerCredentials) -> String?
  ) {
    self.desk = desk
    self.cache = CredentialCache(desk)
    self.settings = settings
    self.trusts = trusts
    self.requests =
      settings.requestsPerSecond == 0
      ? nil
      : RateBook(
        // Five seconds' worth: a device that was offline sends what it queued.
        burst: Double(settings.requestsPerSecond * 5),
        perSecond: Double(settings.requestsPerSecond)
      )
  }

  private static func slow<Name>(_: Name.Type) -> RateBook<Name> {
    RateBook(burst: Double(Limits.entryBurst), perSecond: Double(Limits.entryPerMinute) / 60)
  }

  /// Lets a request of the LAN in, or throws why not.
  func admit(_ request: Request) throws -> Caller {
    let pattern = request.routeName ?? ""
    let now = desk.environment.now()
    let rule = AccessTable.rule(request.method, pattern) ?? .roles([])
    if request.method == .post, Self.entries.contains(pattern),
      let seconds = entriesByAddress.take(request.remote.host, at: now)
    {
      throw Self.limited(seconds)
    }
    if rule == .anyone { return .stranger }
    if pattern == "/metrics", settings.opensMetricsToLoopback, request.remote.isLoopback {
      return Caller(scope: desk.facility.acting(as: "loopback"), roles: [.metrics])
    }
    let caller = try identify(request, at: now)
    guard rule.allows(caller.roles) else { throw Self.forbidden(rule, caller) }
    if let token = caller.token {
      let isEntry = request.method == .post && pattern == Self.signingIn
      let wait = isEntry ? attemptsByToken.take(token.id, at: now) : nil
      if let wait = wait ?? requests?.take(token.id, at: now) { throw Self.limited(wait) }
    }
    return caller
  }

  /// What the caller of a long answer may see by now; throws where the right has ended meanwhile.
  func scope(of request: Request, knownAs caller: Caller) throws -> TenantScope {
    guard caller.token != nil else { return caller.scope }
    let fresh = try identify(request, at: desk.environment.now())
    let rule = AccessTable.rule(request.method, request.routeName ?? "") ?? .roles([])
    guard rule.allows(fresh.roles) else { throw Self.forbidden(rule, fresh) }
    return fresh.scope
  }

  /// Lets a request of the box itself in.
  func admitBox(_ request: Request) throws -> Caller {
    let name: String?
    switch request.remote {
    case .memory: name = "this process"
    case .unix(let credentials): name = trusts(credentials)
    case .internet: name = nil
    }
    guard let name else {
      throw Failure(
        .forbidden,
        "This socket is for root, the service's own user and the group stowage-admin.",
        hint: "Have an administrator add you: adduser NAME stowage-admin, then log in again."
      )
    }
    return Caller(
      scope: desk.facility.acting(as: "socket:\(name)"),
      roles: Set(Role.allCases),
      isBox: true
    )
  }

  /// Who it is: the token, and the person where one is signed in.
  private func identify(_ request: Request, at now: Instant) throws -> Caller {
    let authorization = request.headers["Authorization"]
    let text = try authorization.map(Self.bearer) ?? Cookies.value(Cookies.device, of: request)
    guard let text else { throw Self.unpaired }
    let digest = cache.digest(of: text)
    let spread = request.remote.spread
    guard var caller = try cache.caller(digest: digest, spread: spread), let token = caller.token,
      token.isUsable(at: now)
    else {
      // Each guess costs a read, and nobody guesses 256 bits: the rest of them can wait.
      if let seconds = strangersByAddress.take(request.remote.host, at: now) {
        throw Self.limited(seconds)
      }
      throw Self.revoked
    }
    if token.isUseDue(at: now), cache.isDue(digest: digest, spread: spread, at: now) {
      desk.touch(token.id)
    }
    if let device = token.device, let secret = Cookies.value(Cookies.session, of: request),
      let session = try cache.session(secret, spread: spread), session.isUsable(at: now),
      session.device == device.id
    {
      join(session, secret, to: &caller)
    }
    if authorization == nil, !request.method.isSafe { try checkBrowser(request, caller) }
    return caller
  }

  /// A person may what the person and the device may, for owners that both see.
  private func join(_ session: BrowserSession, _ secret: String, to caller: inout Caller) {
    let person = session.person
    let theirs = person.others.union([person.tenant])
    let both = theirs.filter { caller.scope.allows($0) }
    guard both.contains(person.tenant) else { return }
    caller.scope = TenantScope(
      home: person.tenant,
      others: both,
      actor: "operator:\(person.badge)"
    )
    caller.roles = (caller.roles ?? []).union(person.roles)
    caller.session = session
    caller.csrf = SecretText.csrf(of: secret, desk.secrets)
  }

  /// What changes something from a browser needs a person, and proof that our page sent it.
  private func checkBrowser(_ request: Request, _ caller: Caller) throws {
    if let site = request.headers["Sec-Fetch-Site"], !["same-origin", "none"].contains(site) {
      throw Self.forged
    }
    // Signing in is what gives the proof.
    if request.routeName == Self.signingIn { return }
    guard let csrf = caller.csrf else { throw Self.signedOut }
    guard Self.isSame(request.headers["X-Stowage-CSRF"] ?? "", csrf) else { throw Self.forged }
  }

  /// Compares in a time that does not depend on where two texts differ.
  static func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func bearer(_ header: String) throws -> String {
    // Bytes, not characters: this is asked with every request.
    let bytes = header.utf8
    let blank = UInt8(ascii: " ")
    let token = bytes.dropFirst(7)
    guard bytes.prefix(7).elementsEqual("bearer ".utf8, by: { $0 | 0x20 == $1 }), !token.isEmpty,
      !token.contains(blank)
    else {
      throw Failure(
        .unauthorized,
        "The Authorization header is not `Bearer TOKEN`.",
        hint: "Send the token as it was shown when it was made.",
        context: ["reason": "not_paired"]
      )
    }
    return String(Substring(token))
  }
}

extension Method {
  /// Whether it changes nothing.
  var isSafe: Bool { self == .get || self == .head || self == .options }
}

extension RemoteAddress {
  /// Whether it is an address of this machine, not its socket.
  var isLoopback: Bool {
    if case .internet = self { return isLocal }
    return false
  }
}
