import HTTPServer
import Testing

@Suite("Request target") struct TargetTests {
  @Test(
    "Segments are split first and decoded after",
    arguments: [
      ("/", [String]()),
      ("/a", ["a"]),
      ("/a/", ["a", ""]),
      ("//a", ["", "a"]),
      ("/a%2Fb/c", ["a/b", "c"]),
      ("/a%2f..%2Fb", ["a/../b"]),
      ("/%C3%A9t%c3%a9", ["été"]),
      ("/a+b", ["a+b"]),
      ("/010950600013435210A%1D17", ["010950600013435210A\u{1D}17"]),
      ("http://host:80/x?y", ["x"]),
      ("HTTPS://host", []),
      ("/?a/b", []),
    ]
  )
  func segments(raw: String, expected: [String]) throws {
    #expect(try RequestTarget(raw).segments == expected)
  }

  @Test(
    "What cannot be meant is refused",
    arguments: [
      "", "a", "/%", "/%4", "/%zz", "/%00", "/a%00b", "/%ff", "/%C3", "/.", "/a/..", "/%2e%2E/x",
      "/%2e", "/a b", "/a#b", "/é", "/a\u{1}", "ftp://x/", "host:80", "/?a=%0", "/?a=%00",
      "/?%ff=1", "*a", "/\u{7F}",
    ]
  )
  func refused(raw: String) {
    #expect(throws: Refusal.self) { try RequestTarget(raw) }
  }

  @Test("Query items keep their order, repeat, and read a plus as a space")
  func query() throws {
    let target = try RequestTarget("/x?a=1&b&a=2+3%2B4&&c=%C3%A9&d=a=b")
    let expected = [("a", "1"), ("b", ""), ("a", "2 3+4"), ("c", "é"), ("d", "a=b")]
    #expect(target.query == expected.map { QueryItem(name: $0.0, value: $0.1) })
  }

  @Test("Targets, paths and queries have a largest size")
  func limits() throws {
    let longest = "/" + String(repeating: "a", count: RequestTarget.maximumBytes - 1)
    #expect(try RequestTarget(longest).segments.count == 1)
    let error = #expect(throws: Refusal.self) { try RequestTarget(longest + "a") }
    #expect(error?.status == 414)
    let deepest = String(repeating: "/a", count: RequestTarget.maximumSegments)
    #expect(try RequestTarget(deepest).segments.count == RequestTarget.maximumSegments)
    #expect(throws: Refusal.self) { try RequestTarget(deepest + "/a") }
    let items = String(repeating: "a&", count: RequestTarget.maximumQueryItems)
    #expect(try RequestTarget("/?" + items).query.count == RequestTarget.maximumQueryItems)
    #expect(throws: Refusal.self) { try RequestTarget("/?" + items + "a") }
  }

  @Test("Over the wire: encoded slashes stay inside their segment, and nothing truncates a path")
  func wire() throws {
    let server = try TestServer()
    func ask(_ target: String) throws -> Reading {
      let wire = try #require(Wire(port: server.port))
      return wire.exchange(TestServer.get(target, "Connection: close\r\n"))
    }
    #expect(try ask("/path/a%2Fb/c%20d").text.hasSuffix("a/b|c d"))
    #expect(try ask("/path/a%252Fb/c").text.hasSuffix("a%2Fb|c"))
    #expect(try ask("/query?x=%41+b&y=%26").text.hasSuffix("x=A b;y=&"))
    #expect(try ask("/hello%00/secret").statuses == [400])
    #expect(try ask("/a%2f..%2fsecret%00c").statuses == [400])
    #expect(try ask("/x/../secret").statuses == [400])
    #expect(try ask("/%2e%2e/secret").statuses == [400])
    #expect(try ask("/%zz").statuses == [400])
    #expect(try ask("hello").statuses == [400])
    #expect(try ask("http://elsewhere/hello").text.hasSuffix("hello"))
    #expect(try ask("/hello/").statuses == [404])
    #expect(try ask("//hello").statuses == [404])
    #expect(try ask("/" + String(repeating: "a", count: 9_000)).statuses == [414])
    #expect(try ask("/" + String(repeating: "a", count: 60_000)).statuses == [414])
    #expect(try ask("/hello?\u{0}").text.contains("hello") == false)
  }

  @Test("A raw blank or control in the target is never served")
  func rawBytes() throws {
    let server = try TestServer()
    for target in ["/hello /secret", "/hello\t", "/secret\u{1}", "/\u{0}secret", "/é"] {
      let wire = try #require(Wire(port: server.port))
      let reading = wire.exchange(TestServer.get(target), milliseconds: 2_000)
      #expect(reading.statuses.allSatisfy { $0 == 400 || $0 == 505 }, "\(target)")
      #expect(reading.isClosed, "\(target)")
    }
  }
}
