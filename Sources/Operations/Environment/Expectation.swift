import Warehouse

/// What an edit expects to find: the `If-Match` and `If-None-Match` of a request (RFC 9110, 13.1).
///
/// It is judged inside the write transaction, so that nothing can come between the look and the
/// change.
public enum Expectation: Sendable, Equatable {
  /// Whatever is there, or nothing: the last writer wins.
  case anything
  /// Nothing: the thing is to be made.
  case absent
  /// Something, in whatever version.
  case present
  /// Exactly this version.
  case version(Int64)

  /// Fails with `preconditionFailed` where something else is there; nil is nothing.
  public func check(_ version: Int64?, of name: String) throws(Failure) {
    let why: String
    switch (self, version) {
    case (.anything, _), (.absent, nil), (.present, .some): return
    case (.version(let wanted), .some(let there)) where wanted == there: return
    case (.absent, .some(let there)): why = "\(name) exists already, in version \(there)."
    case (.present, nil), (.version, nil): why = "\(name) does not exist."
    case (.version(let wanted), .some(let there)):
      why = "\(name) has been changed since: its version is \(there), not \(wanted)."
    }
    throw Failure(
      .preconditionFailed,
      why,
      hint: "Read it again, and make the change on what is there now."
    )
  }
}
