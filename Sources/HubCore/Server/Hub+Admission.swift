import HTTPServer
import Warehouse

/// Who asks, and what they may see.
enum Visitor: Sendable, Equatable {
  /// A program on this machine, while no key is set.
  case local
  /// A facility, by its key.
  case facility(String)
  /// Somebody who may read everything.
  case reader(String)

  /// The facility that answers are restricted to; nil for all.
  var restriction: String? {
    if case .facility(let code) = self { code } else { nil }
  }
}

extension Hub {
  /// Looks at the key before the body is read.
  ///
  /// `/healthz` needs none. With no key set, the hub is open to its own machine; with the first
  /// key, everybody needs one.
  func admit(_ request: Request) throws -> Visitor {
    if request.target.segments == ["healthz"] { return .local }
    guard let field = request.headers["Authorization"] else {
      if try keys.isEmpty() {
        guard request.remote.isLocal else { throw Self.unauthorized("No key is set.") }
        return .local
      }
      throw Self.unauthorized("A key is needed.")
    }
    let parts = field.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Self.unauthorized("The key must be sent as \"Authorization: Bearer KEY\".")
    }
    guard let entry = try keys.owner(of: String(parts[1])) else {
      // A sender with a key may stand before a hub that has none yet.
      if try keys.isEmpty(), request.remote.isLocal { return .local }
      throw Self.unauthorized("The key is not known, or was taken away.")
    }
    if let end = entry.expiresAt, end <= now() {
      throw Self.unauthorized("The key expired on \(end.utcDay).")
    }
    return entry.role == .facility ? .facility(entry.name) : .reader(entry.name)
  }

  /// Fails unless the visitor may send for that facility.
  static func require(_ visitor: Visitor, toSendFor facility: String) throws {
    switch visitor {
    case .local: return
    case .facility(let own) where own == facility: return
    case .facility(let own):
      throw forbidden("The key is that of \(own), not of \(facility).")
    case .reader: throw forbidden("The key is for reading only.")
    }
  }

  /// The facility that a query is about: the one asked for, if the visitor may see it.
  static func scope(_ visitor: Visitor, _ asked: String?) throws -> String? {
    guard let own = visitor.restriction else { return asked }
    guard asked == nil || asked == own else {
      throw forbidden("The key is that of \(own), not of \(asked ?? "").")
    }
    return own
  }

  private static func unauthorized(_ message: String) -> Refusal {
    Refusal(
      status: 401,
      code: "unauthorized",
      message: message + " `stowage-hub facility add CODE` makes one.",
      headers: ["WWW-Authenticate": "Bearer"]
    )
  }

  private static func forbidden(_ message: String) -> Refusal {
    Refusal(status: 403, code: "forbidden", message: message)
  }
}
