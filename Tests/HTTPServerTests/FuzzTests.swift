import Foundation
import HTTPServer
import StowageTesting
import Testing

/// The target of a request and the whole of it, nearly right.
@Suite("Fuzzed requests", .serialized) struct FuzzTests {
  private static func rounds(_ count: Int) -> Int {
    Fuzzer.rounds(count, factor: ProcessInfo.processInfo.environment["STOWAGE_FUZZ"])
  }

  @Test("A target that is taken has segments that mean one thing, and is read again to the same")
  func targets() {
    let seed: UInt64 = 20_260_304
    var fuzzer = Fuzzer(
      seed: seed,
      seeds: [
        "/api/v1/lots/01%2F23?material=A%20B&limit=10", "/a/b/c?x=1&y=2+3&z", "http://host:80/x?y",
        "/%C3%A9t%c3%a9/%F0%9F%98%80", "*", "/", "/010950600013435210A%1D17",
      ],
      words: [
        "%", "%2", "%00", "%2e", "%2F", "..", ".", "/", "?", "&", "=", "#", "+", "\u{00}", "é",
      ]
    )
    var taken = 0
    for round in 0..<Self.rounds(60_000) {
      let raw = String(decoding: fuzzer.next(), as: UTF8.self)
      guard let target = try? RequestTarget(raw) else { continue }
      taken += 1
      let parts = target.segments + target.query.flatMap { [$0.name, $0.value] }
      #expect(!parts.contains { $0.unicodeScalars.contains("\0") }, "seed \(seed) round \(round)")
      #expect(!target.segments.contains { $0 == "." || $0 == ".." }, "seed \(seed): \(raw)")
      guard !target.isAsterisk else { continue }
      let path = target.segments.map { "/" + Self.escaped($0) }.joined()
      let query = target.query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
      let written = (path.isEmpty ? "/" : path) + "?" + query.joined(separator: "&")
      let again = try? RequestTarget(written)
      // Escaped in full it may have grown beyond the limit; otherwise nothing may have changed.
      if written.utf8.count <= RequestTarget.maximumBytes {
        #expect(again?.segments == target.segments, "seed \(seed) round \(round): \(raw)")
        #expect(again?.query == target.query, "seed \(seed) round \(round): \(raw)")
      }
    }
    #expect(taken > 1_000)
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let digits = String(byte, radix: 16)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  @Test("Requests that are nearly right never stop the server from answering the next one")
  func requests() throws {
    let seed: UInt64 = 20_260_305
    let server = try TestServer {
      $0.headTimeoutMS = 2_000
      $0.bodyTimeoutMS = 2_000
    }
    var fuzzer = Fuzzer(
      seed: seed,
      seeds: [
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5\r\nhello\r\n0\r\n\r\n",
        "GET /query?a=1&b=%20 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0.5, *\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"a\", W/\"b\"\r\n\r\n",
      ],
      words: [
        "\r\n", "\r", "\n", ": ", " ", "\t", "\u{00}", "HTTP/1.1", "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n", "Host: y\r\n", "Expect: 100-continue\r\n", "ffffffff",
        "Connection: close\r\n", "%00", "0\r\n\r\n", "Cookie: a=b; c\r\n", ";", "=", ",",
      ]
    )
    for round in 0..<Self.rounds(400) {
      let wire = try #require(Wire(port: server.port), "seed \(seed) round \(round)")
      wire.send(fuzzer.next())
      wire.finishSending()
      let reading = wire.read(milliseconds: 10_000)
      #expect(!reading.text.contains("smuggled"), "seed \(seed) round \(round)")
      #expect(reading.statuses.allSatisfy { $0 != 500 }, "seed \(seed) round \(round)")
    }
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/hello"))
    #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
  }
}
