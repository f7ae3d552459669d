import CGnuTLS
import Glibc

/// Making an identity of our own, for a box that nobody has given a certificate yet.
extension TLSIdentity {
  /// Makes a key (ECDSA P-256) and a certificate that vouches for itself under some names.
  ///
  /// Names may be host names and addresses; the first becomes the common name. Clients have to be
  /// told to trust it, by its ``fingerprint`` or as their authority file. The times are seconds
  /// since 1970, since a box that has no clock yet must not decide them here.
  public static func selfSigned(
    names: [String],
    validFromS: Int,
    validUntilS: Int
  ) throws(ListenerError) -> TLSIdentity {
    guard !names.isEmpty, names.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
      throw ListenerError(.badIdentity, "A certificate needs at least one name.")
    }
    var key: gnutls_x509_privkey_t?
    var certificate: gnutls_x509_crt_t?
    try check(gnutls_x509_privkey_init(&key))
    defer { gnutls_x509_privkey_deinit(key) }
    try check(gnutls_x509_crt_init(&certificate))
    defer { gnutls_x509_crt_deinit(certificate) }
    try check(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, p256Bits, 0))
    try fill(certificate, names: names, validFromS: validFromS, validUntilS: validUntilS)
    try check(gnutls_x509_crt_set_key(certificate, key))
    try check(
      gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0)
    )
    return TLSIdentity(
      certificatePEM: try pem { gnutls_x509_crt_export(certificate, GNUTLS_X509_FMT_PEM, $0, $1) },
      keyPEM: try pem {
        gnutls_x509_privkey_export_pkcs8(
          key,
          GNUTLS_X509_FMT_PEM,
          nil,
          UInt32(GNUTLS_PKCS_PLAIN.rawValue),
          $0,
          $1
        )
      }
    )
  }

  /// The SHA-256 of the first certificate, as pairs of hex digits; empty if it is not readable.
  public var fingerprint: String {
    var certificate: gnutls_x509_crt_t?
    guard gnutls_x509_crt_init(&certificate) == 0 else { return "" }
    defer { gnutls_x509_crt_deinit(certificate) }
    var text = Array(certificatePEM.utf8)
    let code = text.withUnsafeMutableBufferPointer { bytes in
      var datum = gnutls_datum_t(data: bytes.baseAddress, size: UInt32(bytes.count))
      return gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM)
    }
    return code == 0 ? CertificateText.fingerprint(of: certificate) ?? "" : ""
  }

  /// GnuTLS names curves by a number above all bit lengths (GNUTLS_CURVE_TO_BITS).
  private static let p256Bits = UInt32(GNUTLS_ECC_CURVE_SECP256R1.rawValue) | 1 << 31

  private static func fill(
    _ certificate: gnutls_x509_crt_t?,
    names: [String],
    validFromS: Int,
    validUntilS: Int
  ) throws(ListenerError) {
    try check(gnutls_x509_crt_set_version(certificate, 3))
    var serial = (0..<16).map { _ in UInt8.random(in: 0...255) }
    serial[0] &= 0x7F  // A serial number is positive.
    serial[0] |= 0x40
    try check(gnutls_x509_crt_set_serial(certificate, serial, serial.count))
    try check(gnutls_x509_crt_set_activation_time(certificate, validFromS))
    try check(gnutls_x509_crt_set_expiration_time(certificate, validUntilS))
    // It is its own authority, so that clients can take it as one.
    try check(gnutls_x509_crt_set_basic_constraints(certificate, 1, 0))
    let usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_CERT_SIGN
    try check(gnutls_x509_crt_set_key_usage(certificate, UInt32(usage)))
    try check(gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0))
    if let name = names.first {
      let bytes = Array(name.utf8)
      try check(
        gnutls_x509_crt_set_dn_by_oid(
          certificate,
          GNUTLS_OID_X520_COMMON_NAME,
          0,
          bytes,
          UInt32(bytes.count)
        )
      )
    }
    for (index, name) in names.enumerated() {
      let flags = UInt32(index == 0 ? GNUTLS_FSAN_SET : GNUTLS_FSAN_APPEND)
      let address = Self.address(name)
      let kind = address == nil ? GNUTLS_SAN_DNSNAME : GNUTLS_SAN_IPADDRESS
      let bytes = address ?? Array(name.utf8)
      try check(
        gnutls_x509_crt_set_subject_alt_name(certificate, kind, bytes, UInt32(bytes.count), flags)
      )
    }
  }

  /// The bytes of an address, nil where the name is none.
  private static func address(_ name: String) -> [UInt8]? {
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, name, &four) == 1 { return four }
    var six = [UInt8](repeating: 0, count: 16)
    return inet_pton(AF_INET6, name, &six) == 1 ? six : nil
  }

  private static func pem(
    _ export: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32
  ) throws(ListenerError) -> String {
    var room = [UInt8](repeating: 0, count: 16_384)
    var size = room.count
    try check(room.withUnsafeMutableBufferPointer { export($0.baseAddress, &size) })
    return String(decoding: room[..<size].prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func check(_ code: Int32) throws(ListenerError) {
    guard code >= 0 else {
      let why = gnutls_strerror(code).map { String(cString: $0) } ?? "error \(code)"
      throw ListenerError(.badIdentity, "No certificate could be made: \(why).")
    }
  }
}
