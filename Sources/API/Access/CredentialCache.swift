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
    var tokens: [[UInt8]: AccessToken] = [:]
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
  func token(digest: [UInt8]) throws -> AccessToken? {
    let (known, generation) = state.withLock { ($0.tokens[digest], $0.generation) }
    if let known { return known }
    guard let found = try desk.token(digest) else { return nil }
    state.withLock { state in
      guard state.generation == generation else { return }
      if state.tokens.count >= capacity { state.tokens = [:] }
      state.tokens[digest] = found
    }
    return found
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
      guard var token = state.tokens[digest] else { return false }
      if let last = token.lastUsedAt, last.adding(seconds: 3_600) > now { return false }
      token.lastUsedAt = now
      state.tokens[digest] = token
      return true
    }
  }

  /// Forgets everything: rights have changed.
  func forget() {
    state.withLock { state in
      state.generation += 1
      state.tokens = [:]
      state.sessions = [:]
    }
  }

  /// How many tokens and sessions it holds.
  var count: Int { state.withLock { $0.tokens.count + $0.sessions.count } }
}
