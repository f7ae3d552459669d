import Foundation
import HTTPClient
import HTTPServer
import Logging
import Testing

/// One request as a scenario writes it.
struct Exchange: Sendable {
  var method: String
  var target: String
  var headers: [(String, String)] = []
  var body: [UInt8] = []

  func header(_ name: String) -> String? {
    headers.first { $0.0.lowercased() == name.lowercased() }?.1
  }

  /// The header fields with the plant's own token, unless others say who it is; an empty
  /// Authorization says that it is a stranger.
  var signed: [(String, String)] {
    guard let given = header("Authorization") else {
      return header("Cookie") == nil
        ? headers + [("Authorization", "Bearer \(Plant.token)")] : headers
    }
    return given.isEmpty ? headers.filter { $0.0 != "Authorization" } : headers
  }
}

/// What came back.
struct Answer: Sendable {
  var status: Int
  var headers: [(name: String, value: String)]
  var bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// A way to the same surface: inside this process, or over a socket.
protocol Driver {
  func send(_ exchange: Exchange) throws -> Answer
}

/// Asks the router itself.
struct MemoryDriver: Driver {
  let router: Router

  func send(_ exchange: Exchange) throws -> Answer {
    var headers: Headers = [:]
    for (name, value) in exchange.signed { headers.add(name, value) }
    let request: Request
    do {
      request = try Request(
        Method(rawValue: exchange.method),
        exchange.target,
        headers: headers,
        body: exchange.body
      )
    } catch {
      return Answer(status: error.status, headers: [], bytes: Array(error.message.utf8))
    }
    let response = router.answer(request)
    return Answer(
      status: response.status,
      headers: response.headers.fields.map { ($0.name, $0.value) },
      bytes: exchange.method == "HEAD" ? [] : response.bytes
    )
  }
}

/// Listens on a free port of this machine, and asks over it.
final class SocketDriver: Driver, Sendable {
  let listener: Listener
  let client: HTTPClient
  let base: String

  static let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  /// Listens for plain HTTP, or for HTTPS with a certificate that is put into a folder.
  init(_ router: Router, certificateIn folder: URL? = nil) throws {
    var settings = ServerSettings()
    var trust = ClientSettings()
    if let folder {
      let now = Int(Date().timeIntervalSince1970)
      let identity = try TLSIdentity.selfSigned(
        names: ["127.0.0.1"],
        validFromS: now - 3_600,
        validUntilS: now + 86_400
      )
      let file = folder.appendingPathComponent("authority.pem").path
      try identity.certificatePEM.write(toFile: file, atomically: true, encoding: .utf8)
      settings.tls = identity
      trust.authorityFile = file
    }
    listener = try Listener.start(settings, router: router, logger: Self.logger)
    let scheme = folder == nil ? "http" : "https"
    base = "\(scheme)://127.0.0.1:\(try #require(listener.port))"
    client = HTTPClient(trust, logger: Self.logger)
  }

  deinit { _ = listener.stop(deadlineMS: 2_000) }

  func send(_ exchange: Exchange) throws -> Answer {
    var request = ClientRequest(exchange.method, base + exchange.target)
    request.headers = exchange.signed.map { (name: $0.0, value: $0.1) }
    let hasBody = !exchange.body.isEmpty || exchange.method == "POST"
    request.body = hasBody ? exchange.body : nil
    let answer = try client.send(request)
    return Answer(status: answer.status, headers: answer.headers, bytes: answer.body)
  }
}

/// The three ways, for tests that walk all.
enum Way: String, CaseIterable, Sendable {
  case memory = "in memory"
  case socket = "over a socket"
  case secure = "over TLS"

  func driver(_ plant: Plant) throws -> any Driver {
    switch self {
    case .memory: MemoryDriver(router: plant.router)
    case .socket: try SocketDriver(plant.router)
    case .secure: try SocketDriver(plant.router, certificateIn: plant.folder)
    }
  }
}
