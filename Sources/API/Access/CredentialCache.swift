import Operations
import Synchronization
import Warehouse

/// Tokens and sessions in memory, so that a request costs one hash and one look-up.
///
/// Every change of rights forgets all of it: changes are rare, and nobody has to work out whom a
/// change concerns. What was read from the store before a change is never kept behind it, and what
/// does not exist is not kept at all. Bounded: a full one starts anew, which costs each device one
/// read.
final class CredentialCache: Sendable {
  private struct State {
    var generation: UInt64 = 0
    /// Who shows a token, the token in it: what is made of it is the same each time.
    var callers: [[UInt8]: Caller] = [:]
    var sessions: [[UInt8]: BrowserSession] = [:]
  }

  private let state = Mutex(State())
  private let desk: AccessDesk
  private let capacity: Int

  init(_ desk: AccessDesk, capacity: Int = Limits.rememberedTokens) {
    self.desk = desk
    self.capacity = capacity
  }

  /// The token of a text, usable or not; nil where it was never made.
  func token(_ text: String) throws -> AccessToken? { try token(digest: digest(of: text)) }

  /// The digest of a text: worked out once for a request.
  func digest(of text: String) -> [UInt8] { SecretText.digest(text, desk.secrets) }

  /// The token of a digest, usable or not; nil where it was never made.
  func token(digest: [UInt8]) throws -> AccessToken? { try caller(digest: digest)?.token }

  /// Who shows the token of a digest, usable or not; nil where it was never made.
  func caller(digest: [UInt8]) throws -> Caller? {
    let (known, generation) = state.withLock { ($0.callers[digest], $0.generation) }
    if let known { return known }
    guard let found = try desk.token(digest) else { return nil }
    let caller = Caller(found)
    state.withLock { state in
      guard state.generation == generation else { return }
      if state.callers.count >= capacity { state.callers = [:] }
      state.callers[digest] = caller
    }
    return caller
  }

  /// The session of a text, usable or not; nil where there is none.
  func session(_ text: String) throws -> BrowserSession? {
    let digest = SecretText.digest(text, desk.secrets)
    let (known, generation) = state.withLock { ($0.sessions[digest], $0.generation) }
    if let known { return known }
    guard let found = try desk.session(digest) else { return nil }
    state.withLock { state in
      guard state.generation == generation else { return }
      if state.sessions.count >= capacity { state.sessions = [:] }
      state.sessions[digest] = found
    }
    return found
  }

  /// Notes the use of a token, once an hour: true for the one caller that is to write it down.
  func isDue(_ text: String, at now: Instant) -> Bool { isDue(digest: digest(of: text), at: now) }

  /// The same by the digest.
  func isDue(digest: [UInt8], at now: Instant) -> Bool {
    state.withLock { state in
      guard state.callers[digest]?.token?.isUseDue(at: now) == true else { return false }
      state.callers[digest]?.token?.lastUsedAt = now
      return true
    }
  }

  /// Forgets everything: rights have changed.
  func forget() {
    state.withLock { state in
      state.generation += 1
      state.callers = [:]
      state.sessions = [:]
    }
  }

  /// How many tokens and sessions it holds.
  var count: Int { state.withLock { $0.callers.count + $0.sessions.count } }
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
