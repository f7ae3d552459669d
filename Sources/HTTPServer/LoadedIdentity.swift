import CGnuTLS

/// A certificate with its key, parsed, checked against each other, and ready for handshakes.
///
/// `@unchecked Sendable`: the C structures are made in the initialiser and only read afterwards;
/// GnuTLS signs with one key from several threads, as it does with shared credentials.
final class LoadedIdentity: @unchecked Sendable {
  /// Most certificates of a chain.
  static let maximumChain = 8

  /// The chain, the server's own certificate first.
  let certificates: UnsafeMutablePointer<gnutls_pcert_st>
  /// How many there are.
  let count: UInt32
  /// The private key.
  let key: gnutls_privkey_t

  /// Parses PEM texts; fails with `badIdentity` where one is unreadable or they do not fit.
  init(_ identity: TLSIdentity) throws(ListenerError) {
    var made: gnutls_privkey_t?
    guard gnutls_privkey_init(&made) == 0, let key = made else {
      throw ListenerError(.badIdentity, "There is no memory for a private key.")
    }
    let room = UnsafeMutablePointer<gnutls_pcert_st>.allocate(capacity: Self.maximumChain)
    var count = UInt32(Self.maximumChain)
    do {
      try Self.read(identity.keyPEM, "private key") {
        gnutls_privkey_import_x509_raw(key, $0, GNUTLS_X509_FMT_PEM, nil, 0)
      }
      try Self.read(identity.certificatePEM, "certificate") {
        gnutls_pcert_list_import_x509_raw(room, &count, $0, GNUTLS_X509_FMT_PEM, 0)
      }
    } catch {
      gnutls_privkey_deinit(key)
      room.deallocate()
      throw error
    }
    self.key = key
    self.certificates = room
    self.count = count
    // From here on the deinitialiser frees everything, also when this throws.
    guard count > 0, Self.keyID(of: key) == Self.keyID(of: room.pointee.pubkey) else {
      throw ListenerError(
        .badIdentity,
        "The private key is not that of the certificate; put the pair together that belongs so, "
          + "the server's own certificate first in its file."
      )
    }
  }

  deinit {
    for index in 0..<Int(count) { gnutls_pcert_deinit(certificates + index) }
    certificates.deallocate()
    gnutls_privkey_deinit(key)
  }

  private static func read(
    _ pem: String,
    _ what: String,
    _ take: (UnsafePointer<gnutls_datum_t>) -> Int32
  ) throws(ListenerError) {
    var text = Array(pem.utf8) + [0]
    let code = text.withUnsafeMutableBufferPointer { bytes in
      var datum = gnutls_datum_t(data: bytes.baseAddress, size: UInt32(bytes.count - 1))
      return take(&datum)
    }
    guard code >= 0 else {
      let why = gnutls_strerror(code).map { String(cString: $0) } ?? "error \(code)"
      throw ListenerError(.badIdentity, "The \(what) is not usable PEM: \(why)")
    }
  }

  /// What names a public key, empty where there is none.
  private static func keyID(of key: gnutls_privkey_t) -> [UInt8] {
    var half: gnutls_pubkey_t?
    guard gnutls_pubkey_init(&half) == 0 else { return [1] }
    defer { gnutls_pubkey_deinit(half) }
    guard gnutls_pubkey_import_privkey(half, key, 0, 0) == 0 else { return [1] }
    return keyID(of: half)
  }

  private static func keyID(of key: gnutls_pubkey_t?) -> [UInt8] {
    var room = [UInt8](repeating: 0, count: 64)
    var size = room.count
    guard gnutls_pubkey_get_key_id(key, 0, &room, &size) == 0 else { return [2] }
    return Array(room[..<size])
  }
}

extension TLSIdentity {
  /// From when until when the first certificate is valid, in seconds since 1970; nil where it is
  /// not readable.
  public var validityS: ClosedRange<Int>? {
    var certificate: gnutls_x509_crt_t?
    guard gnutls_x509_crt_init(&certificate) == 0 else { return nil }
    defer { gnutls_x509_crt_deinit(certificate) }
    var text = Array(certificatePEM.utf8)
    let code = text.withUnsafeMutableBufferPointer { bytes in
      var datum = gnutls_datum_t(data: bytes.baseAddress, size: UInt32(bytes.count))
      return gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_PEM)
    }
    guard code == 0 else { return nil }
    let from = gnutls_x509_crt_get_activation_time(certificate)
    let until = gnutls_x509_crt_get_expiration_time(certificate)
    return from >= 0 && until >= from ? Int(from)...Int(until) : nil
  }
}
