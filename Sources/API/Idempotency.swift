import Crypto
import HTTPServer
import Operations
import Synchronization
import Warehouse
import WireFormat

/// Reads the `Idempotency-Key` of a request and answers repeats.
enum Idempotency {
  /// The key of a request that changes something; fails where it is missing or unusable.
  ///
  /// The value is a structured-field string (quoted) as the IETF draft has it; a bare token, as
  /// many clients send it, is taken too. The fingerprint covers method, target and body.
  ///
  /// `keyed` replaces the plain hash where the body holds a PIN: a few digits can be tried out
  /// against a plain one.
  static func key(
    of request: Request,
    keyed: (([UInt8]) -> [UInt8])? = nil
  ) throws -> IdempotencyKey {
    try key(of: Call(request: request, caller: .stranger), keyed: keyed)
  }

  /// The key of a call, whose body is then read once for both.
  static func key(
    of call: Call,
    keyed: (([UInt8]) -> [UInt8])? = nil
  ) throws -> IdempotencyKey {
    let request = call.request
    guard let header = request.headers["Idempotency-Key"] else {
      throw Failure(
        .missing,
        "This call needs an Idempotency-Key header, so that a repeat changes nothing.",
        hint: "Send a new UUID for each new intent, and the same one when you repeat a request."
      )
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
        hint: "A UUID is a good key."
      )
    }
    var hash = SHA256()
    hash.update(data: Array("\(request.method.rawValue) \(request.target.raw)\n".utf8))
    hash.update(data: canonical(call))
    let print = Array(hash.finalize())
    return IdempotencyKey(text: String(text), fingerprint: keyed?(print) ?? print)
  }

  /// The body as the fingerprint covers it: JSON in its shortest form, so that the same operation
  /// sent by itself and in a list of operations is one; anything else byte for byte.
  private static func canonical(_ call: Call) -> [UInt8] {
    let request = call.request
    guard request.contentType == "application/json", !request.body.isEmpty else {
      return request.body
    }
    return (try? call.document())?.bytes ?? request.body
  }

  /// The answer to send: the stored one is marked as such.
  static func response(_ performed: Performed) -> Response {
    var response = Response.json(performed.answer.body, status: performed.answer.status)
    response.headers["Cache-Control"] = "no-store"
    if performed.isReplay { response.headers["Idempotent-Replayed"] = "true" }
    return response
  }
}

/// The answer of long work: what is sent now, and what a repeat of the request gets.
struct LongAnswer {
  /// What is sent.
  var response: Response
  /// What is kept with the key; nil where nothing was changed, so that a repeat tries anew.
  var stored: StoredAnswer?
}

/// Does long work once per key: imports and runs that write in many slices, so that their answer
/// cannot be stored in one transaction with them.
///
/// A key that has an answer gets it again; one whose work is still running is refused as such;
/// otherwise the work runs, and its answer is stored behind it. Where the process dies in between,
/// the repeat runs the work again, which is safe: what was cut off is undone or superseded.
final class LongCalls: Sendable {
  private struct Name: Hashable {
    var tenant: TenantID
    var text: String
  }

  private let running = Mutex<[Name: [UInt8]]>([:])

  /// What the look-up throws for a key that has no answer: nothing may be stored by it.
  private static let unanswered = Failure(.notFound, "The key has no answer yet.")

  /// Runs `work` unless the key was answered before.
  func once(
    _ call: Call,
    _ environment: OperationsEnvironment,
    work: () throws -> LongAnswer
  ) throws -> Response {
    let key = try Idempotency.key(of: call.request)
    let name = Name(tenant: call.scope.home, text: key.text)
    try claim(name, key)
    defer { running.withLock { _ = $0.removeValue(forKey: name) } }
    let store = environment.store
    do {
      let stored = try store.perform(
        key: key,
        scope: call.scope,
        at: environment.now(),
        effect: { _ -> StoredAnswer in throw Self.unanswered },
        encode: { $0 }
      )
      return Idempotency.response(stored)
    } catch let failure as Failure where failure == Self.unanswered {
      let answer = try work()
      guard let stored = answer.stored else { return answer.response }
      _ = try store.perform(
        key: key,
        scope: call.scope,
        at: environment.now(),
        effect: { _ in stored },
        encode: { $0 }
      )
      return answer.response
    }
  }

  private func claim(_ name: Name, _ key: IdempotencyKey) throws {
    let holder = running.withLock { running -> [UInt8]? in
      if let holder = running[name] { return holder }
      running[name] = key.fingerprint
      return nil
    }
    guard let holder else { return }
    guard holder == key.fingerprint else {
      throw Failure(
        .keyReused,
        "The key \(key.text) is in use for another request.",
        hint: "Make a new key for a new request."
      )
    }
    throw Failure(
      .inProgress,
      "The request with the key \(key.text) is being worked on.",
      hint: "Repeat it in a moment; it is carried out once.",
      retryAfterS: 1
    )
  }
}
