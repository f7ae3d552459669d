import CCurl
import CGnuTLS
import CMicroHTTPD
import CNATS
import CPostgres
import CZlib
import Testing

/// Each C library is found, linked and answers; a version below what was measured is a red flag.
@Suite("C fences") struct FencesTests {
  private static func numbers(_ text: String) -> [Int] {
    text.split { !$0.isNumber }.compactMap { Int($0) }
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }

  @Test("libmicrohttpd answers with at least 0.9.75, and speaks TLS")
  func microHTTPD() {
    let version = Self.numbers(Self.text(MHD_get_version()))
    #expect(!version.lexicographicallyPrecedes([0, 9, 75]))
    #expect(MHD_is_feature_supported(.FEATURE_TLS) == .YES)
    #expect(MHD_is_feature_supported(.FEATURE_POLL) == .YES)
  }

  @Test("GnuTLS answers with at least 3.7")
  func gnuTLS() {
    #expect(gnutls_check_version("3.7.0") != nil)
    #expect(gnutls_check_version("99.0.0") == nil)
  }

  @Test("libcurl is there in its GnuTLS flavour, with at least 7.85")
  func curl() {
    let version = Self.text(curl_version())
    #expect(version.contains("GnuTLS"))
    #expect(!Self.numbers(version).lexicographicallyPrecedes([7, 85]))
    #expect(stowage_curl_global_init() == CURLE_OK)
  }

  @Test("zlib answers with the version that its header promised")
  func zlib() {
    #expect(Self.text(zlibVersion()) == ZLIB_VERSION)
  }

  @Test("libpq answers with at least 15, and is safe for threads")
  func postgres() {
    #expect(PQlibVersion() >= 150_000)
    #expect(PQisthreadsafe() == 1)
  }

  @Test("libnats answers with the version that its header promised")
  func nats() {
    #expect(Self.numbers(Self.text(nats_GetVersion())).first == 3)
    #expect(nats_GetVersionNumber() >= 0x03_04_00)
  }
}
