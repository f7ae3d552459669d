import HTTPServer
import Testing

/// Vectors by which a sender and a receiver could disagree on where a request ends.
@Suite("Request smuggling") struct SmugglingTests {
  /// Heads that must be refused with 400 and a close; behind each waits a smuggled request.
  static let vectors: [(name: String, head: String)] = [
    ("length and chunks", "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
    ("chunks and length", "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
    ("two lengths", "Host: x\r\nContent-Length: 0\r\nContent-Length: 44\r\n"),
    ("the same length twice", "Host: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n"),
    ("unknown coding", "Host: x\r\nTransfer-Encoding: gzip\r\n"),
    ("coding list", "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n"),
    ("coding with a tail", "Host: x\r\nTransfer-Encoding: chunkedx\r\n"),
    ("coding twice", "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
    ("blank before the colon", "Host: x\r\nTransfer-Encoding : chunked\r\n"),
    ("plus in the length", "Host: x\r\nContent-Length: +5\r\n"),
    ("hex length", "Host: x\r\nContent-Length: 0x5\r\n"),
    ("list of lengths", "Host: x\r\nContent-Length: 5, 5\r\n"),
    ("negative length", "Host: x\r\nContent-Length: -1\r\n"),
    ("no host", "Accept: */*\r\n"),
    ("two hosts", "Host: a\r\nHost: b\r\n"),
    ("host with a path", "Host: a/b\r\n"),
    ("bare CR in a value", "Host: x\r\nX-A: a\rContent-Length: 5\r\n"),
    ("no colon", "Host: x\r\nnonsense\r\n"),
  ]

  @Test("A head that can be read in two ways is refused, and nothing behind it is served")
  func refused() throws {
    let server = try TestServer()
    for vector in Self.vectors {
      let wire = try #require(Wire(port: server.port))
      let smuggled = "GET /secret HTTP/1.1\r\nHost: x\r\n\r\n"
      let reading = wire.exchange("POST /echo HTTP/1.1\r\n\(vector.head)\r\n0\r\n\r\n" + smuggled)
      // A length that is no number the library refuses itself, and writes its head twice.
      #expect(Set(reading.statuses) == [400], "\(vector.name)")
      #expect(!reading.text.contains("smuggled"), "\(vector.name)")
      #expect(reading.isClosed, "\(vector.name)")
    }
  }

  @Test("Refusals of our own are problem documents with status 400")
  func problem() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    let reading = wire.exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    #expect(reading.statuses == [400])
    #expect(reading.text.contains("application/problem+json"))
    #expect(reading.text.contains("Connection: close"))
    #expect(reading.text.contains("\"code\":\"malformed\""))
  }

  @Test("A length that does not fit into anything is refused")
  func hugeLength() throws {
    let server = try TestServer()
    for digits in ["99999999999999999999999", "9223372036854775808", "999999999999999999"] {
      let wire = try #require(Wire(port: server.port))
      let reading = wire.exchange(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(digits)\r\n\r\n"
      )
      #expect([400, 413].contains(reading.statuses.first))
      #expect(reading.isClosed)
    }
  }

  @Test("HTTP/1.0 needs no host but may not send chunks; other versions are refused")
  func versions() throws {
    let server = try TestServer()
    let old = try #require(Wire(port: server.port))
    #expect(old.exchange("GET /hello HTTP/1.0\r\n\r\n").text.hasSuffix("hello"))
    let chunks = try #require(Wire(port: server.port))
    let reading = chunks.exchange("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
    #expect(!reading.text.contains(" 200 "))
    for version in ["HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/1.1x", "HTTX/1.1", ""] {
      let wire = try #require(Wire(port: server.port))
      let reading = wire.exchange("GET /secret \(version)\r\nHost: x\r\n\r\n", milliseconds: 2_000)
      #expect(!reading.text.contains("smuggled"), "\(version)")
    }
  }

  @Test("Bytes behind a whole body are the next request, in order")
  func pipelining() throws {
    let server = try TestServer()
    let wire = try #require(Wire(port: server.port))
    let first = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    let chunked =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
    wire.send(first + chunked + TestServer.get("/hello", "Connection: close\r\n"))
    let reading = wire.read()
    #expect(reading.statuses == [200, 200, 200])
    let places = ["abc", "def", "hello"].compactMap { reading.text.range(of: $0)?.lowerBound }
    #expect(places.count == 3 && places == places.sorted())
  }
}

extension String {
  /// Where a text stands, without Foundation.
  func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) {
        return start..<(index(start, offsetBy: part.count, limitedBy: endIndex) ?? endIndex)
      }
      start = index(after: start)
    }
    return nil
  }
}
