import CGnuTLS

/// The certificate of a client that its authority vouches for.
public struct ClientCertificate: Sendable, Equatable {
  /// The common name of its subject, empty where it has none.
  public var commonName: String
  /// Its SHA-256, as pairs of hex digits.
  public var fingerprint: String

  /// Makes a certificate from its parts.
  public init(commonName: String, fingerprint: String) {
    self.commonName = commonName
    self.fingerprint = fingerprint
  }
}

extension ClientCertificate {
  /// What is known of a connection's client.
  enum Verdict: Sendable {
    /// Nobody has looked yet.
    case unknown
    /// It showed no certificate.
    case none
    /// It showed one that is not to be believed; the reason is for people.
    case refused(String)
    case believed(ClientCertificate)

    /// The certificate, if it is believed.
    var certificate: ClientCertificate? {
      if case .believed(let certificate) = self { return certificate }
      return nil
    }
  }

  /// Looks at what the client showed in the handshake.
  ///
  /// The library asks for a certificate but believes any; the judgement is ours.
  static func examine(_ session: gnutls_session_t) -> Verdict {
    var count: UInt32 = 0
    guard let list = gnutls_certificate_get_peers(session, &count), count > 0 else { return .none }
    var faults: UInt32 = 0
    let code = gnutls_certificate_verify_peers2(session, &faults)
    guard code == 0, faults == 0 else {
      return .refused("The certificate is not one that this server believes.")
    }
    var certificate: gnutls_x509_crt_t?
    guard gnutls_x509_crt_init(&certificate) == 0 else {
      return .refused("The certificate could not be read.")
    }
    defer { gnutls_x509_crt_deinit(certificate) }
    guard gnutls_x509_crt_import(certificate, list, GNUTLS_X509_FMT_DER) == 0,
      let fingerprint = CertificateText.fingerprint(of: certificate)
    else { return .refused("The certificate could not be read.") }
    let name = CertificateText.commonName(of: certificate)
    return .believed(ClientCertificate(commonName: name, fingerprint: fingerprint))
  }
}

/// Reads from certificates what people compare.
enum CertificateText {
  /// The SHA-256 of a certificate, as pairs of hex digits.
  static func fingerprint(of certificate: gnutls_x509_crt_t?) -> String? {
    var digest = [UInt8](repeating: 0, count: 32)
    var size = digest.count
    guard
      gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, &digest, &size) == 0
    else { return nil }
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
      .joined(separator: ":")
  }

  /// The common name of a certificate's subject.
  static func commonName(of certificate: gnutls_x509_crt_t?) -> String {
    var room = [UInt8](repeating: 0, count: 256)
    var size = room.count
    let code = gnutls_x509_crt_get_dn_by_oid(
      certificate,
      GNUTLS_OID_X520_COMMON_NAME,
      0,
      0,
      &room,
      &size
    )
    return code == 0 ? String(decoding: room[..<size], as: UTF8.self) : ""
  }
}
