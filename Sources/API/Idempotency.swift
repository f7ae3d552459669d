import Crypto
import HTTPServer
import Operations
import Warehouse
import WireFormat

/// Reads the `Idempotency-Key` of a request and answers repeats.
enum Idempotency {
  /// The key of a request that changes something; fails where it is missing or unusable.
  ///
  /// The value is a structured-field string (quoted) as the IETF draft has it; a bare token, as
  /// many clients send it, is taken too. The fingerprint covers method, target and body.
  static func key(of request: Request) throws -> IdempotencyKey {
    guard let header = request.headers["Idempotency-Key"] else {
      throw Failure(
        .missing, "This call needs an Idempotency-Key header, so that a repeat changes nothing.",
        hint: "Send a new UUID for each new intent, and the same one when you repeat a request.")
    }
    var text = Substring(header)
    if text.count >= 2, text.first == "\"", text.last == "\"" {
      text = text.dropFirst().dropLast()
    }
    let isPrintable = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 }
    guard (1...Limits.idempotencyKeyLength).contains(text.count), isPrintable else {
      throw Failure(
        .invalid,
        "The Idempotency-Key must have 1 to \(Limits.idempotencyKeyLength) printable characters.",
        hint: "A UUID is a good key.")
    }
    var hash = SHA256()
    hash.update(data: Array("\(request.method.rawValue) \(request.target.raw)\n".utf8))
    hash.update(data: request.body)
    return IdempotencyKey(text: String(text), fingerprint: Array(hash.finalize()))
  }

  /// The answer to send: the stored one is marked as such.
  static func response(_ performed: Performed) -> Response {
    var response = Response.json(performed.answer.body, status: performed.answer.status)
    response.headers["Cache-Control"] = "no-store"
    if performed.isReplay { response.headers["Idempotent-Replayed"] = "true" }
    return response
  }

  /// Does long work once per key: work that writes in many slices, so that its answer cannot be
  /// stored in one transaction with it.
  ///
  /// A finished key gives its stored answer; otherwise the work runs (it is safe to repeat: a run
  /// that was cut off is superseded by the next), and the answer is stored behind it.
  static func once(
    _ request: Request,
    store: any Store,
    scope: TenantScope,
    at now: Instant,
    work: () throws -> StoredAnswer
  ) throws -> Response {
    let key = try self.key(of: request)
    do {
      let stored = try store.perform(
        key: key, scope: scope, at: now,
        effect: { _ -> Int in throw NotYetDone() },
        encode: { _ in StoredAnswer(status: 500, body: []) })
      return response(stored)
    } catch is NotYetDone {
      let answer = try work()
      let performed = try store.perform(
        key: key, scope: scope, at: now, effect: { _ in answer }, encode: { $0 })
      return response(performed)
    }
  }
}

/// Says that a key has no answer yet.
private struct NotYetDone: Error {}
