import Foundation
import HTTPClient
import HTTPServer
import Testing

@Suite("TLS") struct TLSTests {
  private typealias Far = HTTPClientTests.Far

  private static func identity(
    _ names: [String],
    fromS: Int = -60,
    untilS: Int = 3_600
  ) throws -> TLSIdentity {
    let now = Int(Date().timeIntervalSince1970)
    return try TLSIdentity.selfSigned(
      names: names,
      validFromS: now + fromS,
      validUntilS: now + untilS
    )
  }

  /// Writes texts to files of their own for the time of a test.
  private static func withFiles(_ texts: [String], _ body: ([String]) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "stowage-tls-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var paths: [String] = []
    for (index, text) in texts.enumerated() {
      paths.append(folder + "/\(index).pem")
      try text.write(toFile: paths[index], atomically: true, encoding: .utf8)
    }
    try body(paths)
  }

  private static func url(_ far: Far, _ path: String = "/hello") -> String {
    "https://127.0.0.1:\(far.listener.port ?? 0)\(path)"
  }

  @Test("Trusted by a private authority, refused without it and under another name")
  func privateAuthority() throws {
    let identity = try Self.identity(["stowage.test", "127.0.0.1"])
    #expect(identity.fingerprint.count == 32 * 3 - 1)
    let far = try Far(tls: identity)
    let request = ClientRequest("GET", Self.url(far))
    try Self.withFiles([identity.certificatePEM]) { files in
      let trusting = HTTPClientTests.client { $0.authorityFile = files[0] }
      let answer = try trusting.send(request)
      #expect(answer.text == "hello")
      let other = request.url.replacingOccurrences(of: "127.0.0.1", with: "localhost")
      #expect(HTTPClientTests.failure(trusting, ClientRequest("GET", other))?.kind == .tls)
    }
    #expect(HTTPClientTests.failure(HTTPClientTests.client(), request)?.kind == .tls)
    let missing = HTTPClientTests.client { $0.authorityFile = "/nonexistent.pem" }
    #expect(HTTPClientTests.failure(missing, request)?.kind == .tls)
    let plain = ClientRequest("GET", request.url.replacingOccurrences(of: "https", with: "http"))
    #expect(HTTPClientTests.failure(HTTPClientTests.client(), plain) != nil)
  }

  @Test("An expired certificate is refused, and a broken identity does not start a server")
  func badIdentities() throws {
    let old = try Self.identity(["127.0.0.1"], fromS: -7_200, untilS: -3_600)
    let far = try Far(tls: old)
    try Self.withFiles([old.certificatePEM]) { files in
      let client = HTTPClientTests.client { $0.authorityFile = files[0] }
      let request = ClientRequest("GET", Self.url(far))
      #expect(HTTPClientTests.failure(client, request)?.kind == .tls)
    }
    let error = #expect(throws: ListenerError.self) {
      try Far(tls: TLSIdentity(certificatePEM: "nonsense", keyPEM: old.keyPEM))
    }
    #expect(error?.kind == .badIdentity)
    #expect(throws: ListenerError.self) { try Self.identity([]) }
    #expect(TLSIdentity(certificatePEM: "nonsense", keyPEM: "").fingerprint.isEmpty)
  }

  @Test(
    "Client certificates: the believed one is known by name, a foreign one and none are refused"
  )
  func clientCertificates() throws {
    let site = try Self.identity(["site-7"])
    let stranger = try Self.identity(["site-7"])
    var identity = try Self.identity(["127.0.0.1"])
    identity.clientAuthorityPEM = site.certificatePEM
    identity.requiresClientCertificate = true
    let far = try Far(tls: identity)
    let texts = [
      identity.certificatePEM, site.certificatePEM, site.keyPEM, stranger.certificatePEM,
      stranger.keyPEM,
    ]
    try Self.withFiles(texts) { files in
      func client(_ certificate: Int?) -> HTTPClient {
        HTTPClientTests.client { settings in
          settings.authorityFile = files[0]
          settings.certificateFile = certificate.map { files[$0] }
          settings.keyFile = certificate.map { files[$0 + 1] }
        }
      }
      let known = try client(1).send(ClientRequest("GET", Self.url(far, "/me")))
      #expect(known.status == 200)
      #expect(known.text == "site-7")
      for other in [nil, 3] {
        let refused = try client(other).send(ClientRequest("GET", Self.url(far, "/me")))
        #expect(refused.status == 403)
      }
    }
  }

  @Test("A renewed certificate is shown to who comes, and those who are there go on")
  func renewed() throws {
    let old = try Self.identity(["127.0.0.1"])
    let new = try Self.identity(["127.0.0.1"])
    let far = try Far(tls: old)
    try Self.withFiles([old.certificatePEM, new.certificatePEM]) { files in
      let request = ClientRequest("GET", Self.url(far))
      // Each client keeps its connection between requests.
      let early = HTTPClientTests.client { $0.authorityFile = files[0] }
      let late = HTTPClientTests.client { $0.authorityFile = files[1] }
      #expect(try early.send(request).text == "hello")
      #expect(HTTPClientTests.failure(late, request)?.kind == .tls)
      for round in 0..<20 {
        try far.listener.replaceIdentity(round % 2 == 0 ? new : old)
        try far.listener.replaceIdentity(new)
      }
      #expect(try late.send(request).text == "hello")
      #expect(try early.send(request).text == "hello")
      let another = HTTPClientTests.client { $0.authorityFile = files[0] }
      #expect(HTTPClientTests.failure(another, request)?.kind == .tls)
      // What cannot be used changes nothing.
      for bad in [
        TLSIdentity(certificatePEM: old.certificatePEM, keyPEM: new.keyPEM),
        TLSIdentity(certificatePEM: "", keyPEM: new.keyPEM),
        TLSIdentity(certificatePEM: new.certificatePEM, keyPEM: "nonsense"),
        TLSIdentity(certificatePEM: new.certificatePEM + "x\0", keyPEM: ""),
      ] {
        let error = #expect(throws: ListenerError.self) { try far.listener.replaceIdentity(bad) }
        #expect(error?.kind == .badIdentity)
      }
      let last = HTTPClientTests.client { $0.authorityFile = files[1] }
      #expect(try last.send(request).text == "hello")
    }
    let plain = try Far()
    #expect(throws: ListenerError.self) { try plain.listener.replaceIdentity(new) }
  }

  @Test("A certificate says how long it is valid")
  func validity() throws {
    let now = Int(Date().timeIntervalSince1970)
    let range = try #require(try Self.identity(["a"], fromS: -100, untilS: 500).validityS)
    #expect(abs(range.lowerBound - (now - 100)) < 30)
    #expect(abs(range.upperBound - (now + 500)) < 30)
    #expect(TLSIdentity(certificatePEM: "x", keyPEM: "").validityS == nil)
  }

  @Test("A stop closes idle TLS connections as well, without waiting for them")
  func stops() throws {
    let identity = try Self.identity(["127.0.0.1"])
    let far = try Far(tls: identity)
    try Self.withFiles([identity.certificatePEM]) { files in
      let client = HTTPClientTests.client { $0.authorityFile = files[0] }
      let answer = try client.send(ClientRequest("GET", Self.url(far)))
      #expect(answer.text == "hello")
      #expect(far.listener.connectionCount == 1)
      #expect(far.listener.stop(deadlineMS: 5_000) == .drained)
    }
  }
}
