import CGnuTLS
import Glibc

/// The client's half of a TLS connection that believes any certificate: for bytes that no proper
/// client would send.
final class TLSWire {
  private let session: gnutls_session_t
  private let credentials: gnutls_certificate_credentials_t

  /// Shakes hands over a connected socket; nil where that fails.
  init?(_ socketFD: Int32) {
    var session: gnutls_session_t?
    var credentials: gnutls_certificate_credentials_t?
    guard gnutls_init(&session, UInt32(GNUTLS_CLIENT)) == 0, let session,
      gnutls_certificate_allocate_credentials(&credentials) == 0, let credentials
    else { return nil }
    self.session = session
    self.credentials = credentials
    gnutls_set_default_priority(session)
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(credentials))
    gnutls_transport_set_int2(session, socketFD, socketFD)
    var code: Int32
    repeat { code = gnutls_handshake(session) } while code < 0 && gnutls_error_is_fatal(code) == 0
    guard code == 0 else { return nil }
  }

  deinit {
    gnutls_deinit(session)
    gnutls_certificate_free_credentials(credentials)
  }

  /// Whether bytes are decrypted already, so that the socket need not say anything.
  var hasPending: Bool { gnutls_record_check_pending(session) > 0 }

  /// Sends bytes; how many went, or less than 0 where the other side has gone.
  func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    gnutls_record_send(session, bytes.baseAddress, bytes.count)
  }

  /// Reads what is there; 0 at the end, less where the connection broke.
  func read(into room: inout [UInt8]) -> Int {
    while true {
      let count = gnutls_record_recv(session, &room, room.count)
      // Tickets of the session arrive between the records of the answer.
      if count == Int(GNUTLS_E_AGAIN) || count == Int(GNUTLS_E_INTERRUPTED) { continue }
      return count
    }
  }
}
