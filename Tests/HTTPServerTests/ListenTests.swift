import Foundation
import HTTPClient
import HTTPServer
import Testing

@Suite("Listening") struct ListenTests {
  private static func folder() -> URL {
    let url = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("stowage-\(UInt32.random(in: 0 ... .max))")
    try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  private static func start(_ address: ListenAddress) throws -> Listener {
    var router = TestServer.router()
    router.on(.get, "/peer") { request in
      guard case .unix(let peer) = request.remote else { return .text("not unix") }
      return .text("\(peer.userID) \(peer.groupID) \(peer.processID)")
    }
    let settings = ServerSettings(address: address)
    return try Listener.start(settings, router: router, logger: TestServer.logger)
  }

  private static func client(_ path: String) -> HTTPClient {
    var settings = ClientSettings()
    settings.unixSocketPath = path
    return HTTPClient(settings, logger: TestServer.logger)
  }

  @Test("Port 0 gives a port that can be reached, and binds to nothing but the address named")
  func portZero() throws {
    let listener = try Self.start(.internet(host: "127.0.0.1", port: 0))
    defer { listener.stop(deadlineMS: 1_000) }
    let port = try #require(listener.port)
    #expect(port > 0)
    let client = HTTPClient(logger: TestServer.logger)
    #expect(try client.send(ClientRequest("GET", "http://127.0.0.1:\(port)/hello")).text == "hello")
    // 127.0.0.2 is this machine as well, but not the address that was named.
    #expect(throws: ClientError.self) {
      try client.send(ClientRequest("GET", "http://127.0.0.2:\(port)/hello"))
    }
  }

  @Test("IPv6 loopback works as well")
  func six() throws {
    let listener: Listener
    do {
      listener = try Self.start(.internet(host: "::1", port: 0))
    } catch let error as ListenerError where error.kind == .badAddress || error.kind == .failed {
      return  // A machine without IPv6.
    }
    defer { listener.stop(deadlineMS: 1_000) }
    let client = HTTPClient(logger: TestServer.logger)
    let url = "http://[::1]:\(listener.port ?? 0)/hello"
    #expect(try client.send(ClientRequest("GET", url)).text == "hello")
  }

  @Test("An address in use, a foreign one and a nonsense one are refused with words")
  func badAddresses() throws {
    let listener = try Self.start(.internet(host: "127.0.0.1", port: 0))
    defer { listener.stop(deadlineMS: 1_000) }
    let taken = ListenAddress.internet(host: "127.0.0.1", port: listener.port ?? 0)
    #expect(#expect(throws: ListenerError.self) { try Self.start(taken) }?.kind == .addressInUse)
    for host in ["192.0.2.1", "no.such.host.invalid", "999.1.1.1"] {
      let error = #expect(throws: ListenerError.self) {
        try Self.start(.internet(host: host, port: 0))
      }
      #expect(error?.kind == .badAddress, "\(host)")
    }
  }

  @Test("Over a unix socket: mode 0660, the peer is known, the file goes with the stop")
  func unixSocket() throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("admin.sock").path
    let listener = try Self.start(.unix(path: path))
    #expect(listener.port == nil)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o660)
    let answer = try Self.client(path).send(ClientRequest("GET", "http://localhost/peer"))
    #expect(answer.text == "\(getuid()) \(getgid()) \(getpid())")
    let echo = try Self.client(path).send(
      ClientRequest("POST", "http://localhost/echo", body: Array("over the socket".utf8))
    )
    #expect(echo.text == "over the socket")
    #expect(listener.stop(deadlineMS: 2_000) == .drained)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("A stale socket is replaced, a served one is not, and a file is never touched")
  func staleSocket() throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("s").path
    // A socket that is bound and closed leaves its file behind, as a crash does.
    let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    close(dead)
    let listener = try Self.start(.unix(path: path, mode: 0o600))
    defer { listener.stop(deadlineMS: 1_000) }
    let error = #expect(throws: ListenerError.self) { try Self.start(.unix(path: path)) }
    #expect(error?.kind == .addressInUse)
    #expect(try Self.client(path).send(ClientRequest("GET", "http://x/hello")).text == "hello")
    let file = folder.appendingPathComponent("file")
    try Data("precious".utf8).write(to: file)
    #expect(throws: ListenerError.self) { try Self.start(.unix(path: file.path)) }
    #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
    let long = folder.path + "/" + String(repeating: "a", count: 120)
    #expect(throws: ListenerError.self) { try Self.start(.unix(path: long)) }
  }
}
