import Foundation
import HTTPServer
import Synchronization
import Testing

/// Raw requests of `Tests/Vectors/http-requests.txt`, each with the answer that it must get.
@Suite("Raw requests", .serialized) struct CorpusTests {
  /// What becomes of the connection.
  enum Ending: String {
    case open, close, shut, cut, any
  }

  /// One line of the file.
  struct Vector {
    var name: String
    var statuses: [[Int]]
    var ending: Ending
    var bytes: [UInt8]
    /// How many requests may reach a handler.
    var served: Int { statuses.count { $0 == [200] } }
  }

  private static let probe = "GET /secret HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test("Each gets its answer, and what stands behind a broken one is not served")
  func plain() throws { try run(isSecure: false) }

  @Test("Over TLS each gets the same")
  func secure() throws { try run(isSecure: true) }

  private func run(isSecure: Bool) throws {
    let vectors = try Self.vectors()
    #expect(vectors.count >= 200)
    let served = Counter()
    let server = try TestServer(Self.router(served)) { settings in
      settings.headTimeoutMS = 1_500
      settings.bodyTimeoutMS = 1_500
      if isSecure { settings.tls = try? Self.identity() }
    }
    // Those that end by a deadline wait together.
    var waiting: [(Vector, Wire)] = []
    for vector in vectors where vector.ending == .cut {
      let wire = try #require(Wire(port: server.port, isSecure: isSecure))
      wire.send(vector.bytes)
      waiting.append((vector, wire))
    }
    for (vector, wire) in waiting {
      let reading = wire.read(milliseconds: 30_000)
      let isFit = Self.fits(reading.statuses, vector)
      #expect(isFit, "\(vector.name): \(reading.statuses)")
      #expect(reading.isClosed, "\(vector.name) is not closed")
    }
    let early = served.value
    #expect(early == waiting.map(\.0.served).reduce(0, +))
    for vector in vectors where vector.ending != .cut {
      let before = served.value
      let wire = try #require(Wire(port: server.port, isSecure: isSecure))
      let reading = Self.exchange(vector, on: wire)
      // Named first, so that a failure shows these words and not all the bytes.
      let isFit = Self.fits(reading.statuses, vector)
      let isSmuggled = reading.text.contains("smuggled")
      let isEnded = reading.text.hasSuffix("the end")
      let told = "\(vector.name): \(reading.statuses) \(reading.ending)"
      #expect(isFit, "\(told)")
      #expect(!isSmuggled, "\(told)")
      let wanted = vector.served + (vector.ending == .open ? 1 : 0)
      if vector.ending != .any { #expect(served.value - before == wanted, "handlers: \(told)") }
      switch vector.ending {
      case .open: #expect(isEnded, "\(told)")
      case .close, .shut: #expect(reading.ending != .timeOver, "\(told)")
      case .any, .cut: break
      }
    }
  }

  private static func exchange(_ vector: Vector, on wire: Wire) -> Reading {
    switch vector.ending {
    case .open:
      wire.send(vector.bytes)
      wire.send("GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      return wire.read(until: { $0.hasSuffix("the end") }, milliseconds: 10_000)
    case .any:
      wire.send(vector.bytes + Array("GET /end HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      return wire.read(until: { $0.hasSuffix("the end") }, milliseconds: 10_000)
    case .close, .shut, .cut:
      // The probe comes in the same piece: it must not be served behind a head that is refused.
      wire.send(vector.bytes + Array(probe.utf8))
      return wire.read(milliseconds: 10_000)
    }
  }

  /// Whether the statuses are those of the vector.
  ///
  /// A refusal that the library words itself may come twice, since it repeats its head where the
  /// body of its page does not fit, and is followed by nothing.
  private static func fits(_ found: [Int], _ vector: Vector) -> Bool {
    var found = found.filter { $0 != 100 }
    if vector.ending == .open || vector.ending == .any, found.last == 200, !found.isEmpty {
      if found.count > vector.statuses.count { found.removeLast() }
    }
    while found.count > vector.statuses.count, found.count > 1, let last = found.last,
      last >= 400, found[found.count - 2] == last
    {
      found.removeLast()
    }
    return found.count == vector.statuses.count
      && zip(found, vector.statuses).allSatisfy { $1.contains($0) }
  }

  private static func identity() throws -> TLSIdentity {
    let now = Int(Date().timeIntervalSince1970)
    return try .selfSigned(names: ["x"], validFromS: now - 60, validUntilS: now + 3_600)
  }

  private static func router(_ served: Counter) -> Router {
    var router = Router()
    func on(
      _ method: HTTPServer.Method,
      _ pattern: String,
      _ options: RouteOptions = RouteOptions(),
      _ answer: @escaping @Sendable (Request) -> Response
    ) {
      router.on(method, pattern, options) { request in
        served.add()
        return answer(request)
      }
    }
    on(.get, "/hello") { _ in .text("hello") }
    on(.get, "/end") { _ in .text("the end") }
    on(.get, "/secret") { _ in .text("smuggled") }
    on(.get, "/query") { _ in .text("query") }
    on(.get, "/path/{one}/{two}") { _ in .text("path") }
    on(.post, "/echo", RouteOptions(bodyLimitBytes: 1_000, contentTypes: [])) { request in
      .text("\(request.body.count) bytes")
    }
    on(.post, "/json") { .json($0.body) }
    return router
  }

  // MARK: The file

  private static func vectors() throws -> [Vector] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors/http-requests.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return try lines.filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.split(separator: " | ", maxSplits: 2, omittingEmptySubsequences: false)
      try #require(parts.count == 3, "\(line)")
      let words = parts[1].split(separator: " ")
      return Vector(
        name: String(parts[0]),
        statuses: words.dropLast().map { $0.split(separator: "/").compactMap { Int($0) } },
        ending: try #require(words.last.flatMap { Ending(rawValue: String($0)) }, "\(line)"),
        bytes: try bytes(Array(parts[2].utf8)[...])
      )
    }
  }

  /// The bytes that a line stands for.
  private static func bytes(_ text: ArraySlice<UInt8>) throws -> [UInt8] {
    var out: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\") {
        let mark = try #require(rest.first)
        rest = rest.dropFirst()
        switch mark {
        case UInt8(ascii: "n"): out += [13, 10]
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "l"): out.append(10)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "0"): out.append(0)
        case UInt8(ascii: "\\"): out.append(mark)
        default:
          try #require(mark == UInt8(ascii: "x"))
          let hex = String(decoding: rest.prefix(2), as: UTF8.self)
          out.append(try #require(UInt8(hex, radix: 16)))
          rest = rest.dropFirst(2)
        }
      } else if byte == UInt8(ascii: "{") {
        let end = try #require(rest.firstIndex(of: UInt8(ascii: "}")))
        let star = try #require(rest[..<end].lastIndex(of: UInt8(ascii: "*")))
        let count = Int(String(decoding: rest[(star + 1)..<end], as: UTF8.self))
        let piece = try bytes(rest[..<star])
        for _ in 0..<(try #require(count)) { out += piece }
        rest = rest[(end + 1)...]
      } else {
        out.append(byte)
      }
    }
    return out
  }
}
