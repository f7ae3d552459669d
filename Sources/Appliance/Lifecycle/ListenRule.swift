import Warehouse

/// Where the listener may listen: on this machine always; beyond it by TLS, or where the
/// configuration says in so many words that plain HTTP is accepted on this network.
///
/// Over plain HTTP whoever listens in on the network reads tokens and PINs, and can use them. That
/// may be right on a network of its own for scanners; it must never come about by leaving something
/// out.
enum ListenRule {
  static func check(_ host: String, _ settings: ApplianceSettings) throws {
    if isLoopback(host) || settings.certificateFiles != nil || settings.acceptsPlainHTTP { return }
    throw Failure(
      .forbidden,
      "The listener does not speak plain HTTP on \(host.isEmpty ? "an empty address" : host).",
      hint: "Set http.tls.certificate-file and http.tls.private-key-file; or, where the network is "
        + "the scanners' own, http.accept-plain-http: true; or listen on 127.0.0.1."
    )
  }

  /// Whether an address is this machine's alone.
  static func isLoopback(_ host: String) -> Bool {
    host == "::1" || host == "localhost" || host.hasPrefix("127.")
  }
}
