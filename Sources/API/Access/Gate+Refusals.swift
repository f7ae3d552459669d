import Warehouse

extension Gate {
  static let unpaired = Failure(
    .unauthorized,
    "This call needs a token, or a paired browser.",
    hint: "Pair the device with a code (POST /api/v1/devices/pair), or send Authorization: Bearer.",
    context: ["reason": "not_paired"]
  )

  static let revoked = Failure(
    .unauthorized,
    "This token is not good: it is mistyped, over, or was withdrawn.",
    hint: "Pair the device again, or have a new token made.",
    context: ["reason": "not_paired"]
  )

  static let signedOut = Failure(
    .unauthorized,
    "Nobody is signed in at this browser.",
    hint: "Sign in with badge and PIN (POST /api/v1/sessions).",
    context: ["reason": "signed_out"]
  )

  static let forged = Failure(
    .forbidden,
    "This request did not come from a page of this server that its person has open.",
    hint: "Send the csrf_token of GET /api/v1/sessions/current as X-Stowage-CSRF.",
    context: ["reason": "csrf"]
  )

  static func limited(_ seconds: Int) -> Failure {
    Failure(
      .limited,
      "Too many requests from here; the next one may come in \(seconds) s.",
      hint: "Wait as Retry-After says. A loop that asks without a pause is a fault of the caller.",
      retryAfterS: seconds
    )
  }

  static func forbidden(_ rule: AccessRule, _ caller: Caller) -> Failure {
    guard case .roles(let roles) = rule, !roles.isEmpty else {
      return Failure(.forbidden, "This call is not open to anybody on the network.")
    }
    let names = roles.sorted().map(\.rawValue).joined(separator: ", ")
    return Failure(
      .forbidden,
      "This call wants one of the roles \(names).",
      hint: caller.session == nil && caller.token?.device != nil
        ? "Sign in with badge and PIN as somebody who has it."
        : "An admin can give it to you.",
      context: ["reason": caller.session == nil ? "signed_out" : "role"]
    )
  }
}

/// How strict the gate is.
public struct AccessSettings: Sendable {
  /// Requests a second that one token may make in the long run, and five times that in a burst; 0
  /// means that nobody counts.
  public var requestsPerSecond: Int
  /// Whether `/metrics` answers every caller on this machine without a token.
  public var opensMetricsToLoopback: Bool

  /// The defaults: far above the fastest scanner, far below a loop without a pause.
  public init(requestsPerSecond: Int = 200, opensMetricsToLoopback: Bool = false) {
    self.requestsPerSecond = requestsPerSecond
    self.opensMetricsToLoopback = opensMetricsToLoopback
  }
}
