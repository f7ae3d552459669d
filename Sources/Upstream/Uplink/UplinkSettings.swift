import HTTPClient
import Warehouse

/// Where head office is, and how to speak to it.
public struct UplinkSettings: Sendable {
  /// The address of the receiver, without a slash at its end.
  public let url: String
  /// The code under which head office knows this facility.
  public let facility: String
  /// The key that head office gave to this facility.
  public let key: String?
  /// Time for one exchange, certificates and proxy.
  public var client: ClientSettings

  /// Checks the address; plain `http` is taken only for this machine, since the key and the figures
  /// would be readable on the way.
  ///
  /// Throws `invalid` where the address, the facility or the key cannot be used.
  public init(
    url: String,
    facility: String,
    key: String?,
    client: ClientSettings = ClientSettings()
  ) throws {
    let address = url.hasSuffix("/") ? String(url.dropLast()) : url
    guard let (scheme, host) = Self.parts(of: address) else {
      throw Failure(
        .invalid,
        "The uplink address \"\(url)\" cannot be used.",
        hint: "Write it as https://HOST or https://HOST:PORT, without query and user name."
      )
    }
    guard scheme == "https" || Self.isLoopback(host) else {
      throw Failure(
        .invalid,
        "The uplink address \"\(url)\" is plain http to another machine.",
        hint: "Use https://; a private certificate authority can be named in the configuration."
      )
    }
    if let fault = Code.fault(in: facility) {
      throw Failure(.invalid, "The facility's code \(fault).", hint: "Set it with `stowage init`.")
    }
    if let key, key.isEmpty || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      throw Failure(
        .invalid,
        "The uplink key holds a character that no key has.",
        hint: "Copy it again as `stowage-hub facility add` printed it."
      )
    }
    self.url = address
    self.facility = facility
    self.key = key
    self.client = client
  }

  /// Scheme and host of an address that we can use.
  private static func parts(of url: String) -> (scheme: String, host: String)? {
    for scheme in ["https", "http"] where url.lowercased().hasPrefix(scheme + "://") {
      let rest = url.dropFirst(scheme.count + 3)
      guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
        !rest.contains(where: { "?#@\\".contains($0) })
      else { return nil }
      let authority = rest.prefix { $0 != "/" }
      guard let host = host(of: authority) else { return nil }
      return (scheme, host)
    }
    return nil
  }

  private static func host(of authority: Substring) -> String? {
    var host = authority
    var port: Substring?
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = authority[...end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    if let port { guard let number = Int(port), (1...65_535).contains(number) else { return nil } }
    return host.isEmpty ? nil : host.lowercased()
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
