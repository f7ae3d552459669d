import Testing
import Upstream
import Warehouse
import WireFormat

@testable import Upstream

@Suite("Uplink settings and answers")
struct SettingsTests {
  @Test(
    "Addresses that can be used",
    arguments: [
      "https://hub.example", "https://hub.example:8490/", "https://10.0.0.5/stowage",
      "http://127.0.0.1:8490", "http://localhost:8490", "http://[::1]:8490", "HTTPS://hub.example",
    ]
  )
  func usable(url: String) throws {
    let settings = try UplinkSettings(url: url, facility: "B1", key: nil)
    #expect(!settings.url.hasSuffix("/"))
  }

  @Test(
    "Addresses that cannot be used are refused with a hint",
    arguments: [
      "", "hub.example", "ftp://hub.example", "http://hub.example", "http://127.0.0.1.evil.example",
      "http://10.0.0.5", "https://user:pw@hub.example", "https://hub.example?x=1", "https://",
      "https://hub.example:0", "https://hub.example:70000", "https://hub.example:abc",
      "https://hub example", "https://[::1", "https://[::1]x",
    ]
  )
  func unusable(url: String) throws {
    let failure = try #require(throws: Failure.self) {
      _ = try UplinkSettings(url: url, facility: "B1", key: nil)
    }
    #expect(failure.code == .invalid)
    #expect(failure.hint != nil)
  }

  @Test("A key with a line feed is refused, for it would break the head of the request")
  func keys() {
    #expect(throws: Failure.self) {
      _ = try UplinkSettings(url: "https://hub.example", facility: "B1", key: "a\r\nX: y")
    }
    #expect(throws: Failure.self) {
      _ = try UplinkSettings(url: "https://hub.example", facility: "", key: "abc")
    }
  }

  @Test("An acknowledgement reads, and what is not one is not taken for one")
  func acknowledgement() throws {
    let text =
      "{\"durable_through\":{\"epoch\":\"0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\",\"sequence\":42},"
      + "\"receiver_instance\":\"hub-1\",\"gaps\":[[44,46],[9]],\"new\":{},"
      + "\"server_time\":\"2026-03-29T01:00:00Z\"}"
    let said = try #require(Acknowledgement(json: Array(text.utf8)))
    #expect(said.durableThrough == 42)
    #expect(said.epoch.text == "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
    #expect(said.gaps == [44...46])
    #expect(said.serverTime == Instant(ms: 1_774_746_000_000))
    for broken in [
      "", "<html>", "{}", "[]", text.replacing("42", with: "-1"),
      text.replacing("42", with: "\"x\""),
      text.replacing("hub-1", with: ""), String(text.dropLast()),
    ] {
      #expect(Acknowledgement(json: Array(broken.utf8)) == nil, "\(broken)")
    }
  }

  @Test("Dates of Retry-After read, and nonsense does not")
  func dates() {
    #expect(HTTPDate.ms("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777_000)
    for broken in [
      "", "tomorrow", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT",
    ] {
      #expect(HTTPDate.ms(broken) == nil)
    }
  }

  @Test("What a problem document says is told in one short line")
  func problems() {
    let document = Array("{\"title\":\"Conflict\",\"detail\":\"Other bytes are stored.\"}".utf8)
    #expect(HTTPUplinkTransport.problem(document) == "Other bytes are stored.")
    #expect(HTTPUplinkTransport.problem(Array("<html>\n<b>502".utf8)) == "<html> <b>502")
    #expect(HTTPUplinkTransport.problem([]) == "")
  }
}
