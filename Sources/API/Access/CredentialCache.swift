import Operations
import Synchronization
import Warehouse

/// Tokens and sessions in memory, so that a request costs one hash and one look-up.
///
/// Every change of rights forgets all of it: changes are rare, and nobody has to work out whom a
/// change concerns. What was read from the store before a change is never kept behind it, and what
/// does not exist is not kept at all. It is in parts, and a connection has its own, so that
/// connections rarely wait for each other. Bounded: a full part starts anew, which costs each of
/// its devices one read.
final class CredentialCache: Sendable {
  /// One part; a class, since a lock cannot stand in an array.
  private final class Part<Value: Sendable>: Sendable {
    struct State {
      /// The change of rights that its content is newer than.
      var generation: UInt64 = 0
      var values: [[UInt8]: Value] = [:]
    }

    let state = Mutex(State())

    /// What it holds under a digest since the last change of rights.
    func value(_ digest: [UInt8], _ generation: UInt64) -> Value? {
      state.withLock { $0.generation == generation ? $0.values[digest] : nil }
    }

    /// Keeps what was read after a change of rights, unless there was another one meanwhile.
    func keep(
      _ value: Value,
      _ digest: [UInt8],
      _ generation: UInt64,
      capacity: Int,
      isCurrent: () -> Bool
    ) {
      state.withLock { state in
        guard generation >= state.generation, isCurrent() else { return }
        if state.generation < generation { state = State(generation: generation) }
        if state.values.count >= capacity { state.values = [:] }
        state.values[digest] = value
      }
    }

    func count(_ generation: UInt64) -> Int {
      state.withLock { $0.generation == generation ? $0.values.count : 0 }
    }
  }

  /// Who shows a token, the token in it: what is made of it is the same each time.
  private let callers = (0..<16).map { _ in Part<Caller>() }
  private let sessions = (0..<16).map { _ in Part<BrowserSession>() }
  private let generation = Atomic<UInt64>(0)
  private let desk: AccessDesk
  private let partCapacity: Int

  init(_ desk: AccessDesk, capacity: Int = Limits.rememberedTokens) {
    self.desk = desk
    self.partCapacity = max(1, capacity / 16)
  }

  /// The token of a text, usable or not; nil where it was never made.
  func token(_ text: String) throws -> AccessToken? { try caller(digest: digest(of: text))?.token }

  /// The digest of a text: worked out once for a request.
  func digest(of text: String) -> [UInt8] { SecretText.digest(text, desk.secrets) }

  /// Who shows the token of a digest, usable or not; nil where it was never made.
  ///
  /// `spread` says which part to look into; any number does.
  func caller(digest: [UInt8], spread: Int = 0) throws -> Caller? {
    try known(callers[spread & 15], digest) { try desk.token(digest).map { Caller($0) } }
  }

  /// The session of a text, usable or not; nil where there is none.
  func session(_ text: String, spread: Int = 0) throws -> BrowserSession? {
    let digest = SecretText.digest(text, desk.secrets)
    return try known(sessions[spread & 15], digest) { try desk.session(digest) }
  }

  /// What a part knows under a digest, or what is read now.
  private func known<Value: Sendable>(
    _ part: Part<Value>,
    _ digest: [UInt8],
    read: () throws -> Value?
  ) throws -> Value? {
    let now = generation.load(ordering: .acquiring)
    if let kept = part.value(digest, now) { return kept }
    guard let found = try read() else { return nil }
    part.keep(found, digest, now, capacity: partCapacity) {
      now == generation.load(ordering: .acquiring)
    }
    return found
  }

  /// Notes the use of a token, once an hour: true for the one caller that is to write it down.
  func isDue(_ text: String, at now: Instant) -> Bool { isDue(digest: digest(of: text), at: now) }

  /// The same by the digest, once an hour in each part.
  func isDue(digest: [UInt8], spread: Int = 0, at now: Instant) -> Bool {
    callers[spread & 15].state.withLock { state in
      guard state.values[digest]?.token?.isUseDue(at: now) == true else { return false }
      state.values[digest]?.token?.lastUsedAt = now
      return true
    }
  }

  /// Forgets everything: rights have changed.
  func forget() {
    generation.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }

  /// How many tokens and sessions it holds.
  var count: Int {
    let now = generation.load(ordering: .acquiring)
    return callers.reduce(0) { $0 + $1.count(now) } + sessions.reduce(0) { $0 + $1.count(now) }
  }
}

extension Caller {
  /// Who shows a token.
  init(_ token: AccessToken) {
    let kind = token.device == nil ? "token" : "device"
    self.init(
      scope: TenantScope(
        home: token.tenant,
        others: token.others,
        actor: "\(kind):\(token.name)"
      ),
      roles: token.scopes,
      token: token
    )
  }
}

extension AccessToken {
  /// Whether its last use was noted so long ago, an hour, that it is time to note another one.
  func isUseDue(at now: Instant) -> Bool {
    lastUsedAt.map { $0.adding(seconds: 3_600) <= now } ?? true
  }
}
