import Warehouse

/// The idempotency keys that are being worked on right now.
final class RunningKeys: Sendable {
  private struct Name: Hashable {
    var tenant: TenantID
    var text: String
  }

  private let fingerprints = Guarded<[Name: [UInt8]]>([:])

  /// Claims a key; `inProgress` where it is being worked on, `keyReused` with another body.
  func claim(_ key: IdempotencyKey, _ tenant: TenantID) throws(Failure) {
    let name = Name(tenant: tenant, text: key.text)
    let holder = fingerprints.withLock { fingerprints -> [UInt8]? in
      if let holder = fingerprints[name] { return holder }
      fingerprints[name] = key.fingerprint
      return nil
    }
    guard let holder else { return }
    if holder != key.fingerprint { throw Self.reused(key) }
    throw Failure(
      .inProgress,
      "The request with the key \(key.text) is being worked on.",
      hint: "Repeat it in a moment; it is carried out once.",
      retryAfterS: 1
    )
  }

  /// Gives a key back.
  func release(_ key: IdempotencyKey, _ tenant: TenantID) {
    let name = Name(tenant: tenant, text: key.text)
    fingerprints.withLock { _ = $0.removeValue(forKey: name) }
  }

  /// The failure for a key that was used with another body.
  static func reused(_ key: IdempotencyKey) -> Failure {
    Failure(
      .keyReused,
      "The key \(key.text) was used before for another request.",
      hint: "Make a new key for a new request; repeat a request with exactly the same body."
    )
  }
}
