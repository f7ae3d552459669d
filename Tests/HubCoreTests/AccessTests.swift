import Foundation
import HTTPServer
import Testing
import Warehouse
import WireFormat

@testable import HubCore

@Suite("Who may speak to the hub")
struct AccessTests {
  private let start = Instant(ms: 1_774_746_000_000)

  @Test("Without keys the hub listens on this machine only, and says what to do")
  func loopbackOnly() throws {
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for host in ["0.0.0.0", "::", "192.168.1.10", "127.0.0.1.example"] {
      let failure = try #require(throws: Failure.self) {
        _ = try Hub(HubSettings(folder: folder, host: host), logger: HubFixture.quiet)
      }
      #expect(failure.code == .forbidden)
      #expect(failure.hint?.contains("facility add") == true)
    }
    _ = try KeyRing(folder: folder).add(.facility, name: "B1", at: start)
    let hub = try Hub(HubSettings(folder: folder, host: "0.0.0.0"), logger: HubFixture.quiet)
    try hub.stop()
  }

  @Test("With the first key everybody needs one, at once and without a restart")
  func firstKey() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    #expect(try fixture.get("/v1/facilities").0 == 200)
    let ring = KeyRing(folder: fixture.folder)
    let key = try ring.add(.facility, name: "B1", at: start)
    #expect(try fixture.get("/v1/facilities").0 == 401)
    #expect(try fixture.get("/v1/facilities", key: key).0 == 200)
    #expect(try fixture.get("/healthz").0 == 200)
    #expect(try fixture.ask(.get, "/metrics").status == 401)
    try ring.revoke(.facility, name: "B1")
    let other = try ring.add(.reader, name: "board", at: start)
    #expect(try fixture.get("/v1/facilities", key: key).0 == 401)
    #expect(try fixture.get("/v1/facilities", key: other).0 == 200)
  }

  @Test("A key that has expired opens nothing, and the list says until when keys are good")
  func expiry() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let ring = KeyRing(folder: fixture.folder)
    let key = try ring.add(.facility, name: "B1", at: start, days: 30)
    fixture.now = start.adding(seconds: 30 * 86_400 - 1)
    #expect(try fixture.get("/v1/facilities", key: key).0 == 200)
    fixture.now = start.adding(seconds: 30 * 86_400)
    let (status, problem) = try fixture.get("/v1/facilities", key: key)
    #expect(status == 401)
    #expect(problem.text.contains("expired"))
    #expect(try ring.entries().first?.line.contains("until 2026-04-28") == true)
  }

  @Test("A facility sends and sees its own, a reader sees all and sends nothing")
  func roles() throws {
    var keys: [String] = []
    let fixture = try HubFixture { ring in
      keys.append(try ring.add(.facility, name: "B1", at: Instant(ms: 0)))
      keys.append(try ring.add(.facility, name: "B2", at: Instant(ms: 0)))
      keys.append(try ring.add(.reader, name: "board", at: Instant(ms: 0)))
    }
    defer { fixture.end() }
    let own = try HubFixture.batch(1, [("software", "stowage", 1, "{}")])
    let foreign = try HubFixture.batch(1, [("software", "stowage", 1, "{}")], facility: "B2")
    #expect(try fixture.send(own).status == 401)
    #expect(try fixture.send(own, key: "stow_guess").status == 401)
    #expect(try fixture.send(own, key: keys[2]).status == 403)
    #expect(try fixture.send(own, key: keys[0]).status == 200)
    // The batch of another facility, forged and replayed.
    #expect(try fixture.send(foreign, facility: "B2", key: keys[0]).status == 403)
    #expect(try fixture.send(foreign, facility: "B1", key: keys[0]).status == 422)
    #expect(try fixture.send(foreign, facility: "B2", key: keys[1]).status == 200)

    #expect(try fixture.get("/v1/facilities", key: keys[0]).1["rows"]?.array?.count == 1)
    #expect(try fixture.get("/v1/facilities", key: keys[2]).1["rows"]?.array?.count == 2)
    for target in ["/v1/demand", "/v1/utilization", "/v1/events", "/v1/watermark"] {
      #expect(try fixture.get(target + "?facility=B2", key: keys[0]).0 == 403, "\(target)")
    }
    #expect(try fixture.get("/v1/events", key: keys[0]).1["rows"]?.array?.count == 1)
    #expect(try fixture.get("/v1/events", key: keys[2]).1["rows"]?.array?.count == 2)
    #expect(try fixture.get("/v1/watermark", key: keys[1]).1["highest"]?.integer == 1)
    let page = try fixture.ask(.get, "/metrics", headers: ["Authorization": "Bearer " + keys[0]])
    #expect(!String(decoding: page.response.bytes, as: UTF8.self).contains("B2"))
  }

  @Test("Keys are stored as digests, the file is for its owner alone, and a key is never twice")
  func stored() throws {
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let ring = KeyRing(folder: folder)
    let first = try ring.add(.facility, name: "B1", at: start)
    let second = try ring.add(.facility, name: "B1", at: start)
    #expect(first != second)
    #expect(first.count == 69)
    let text = try String(contentsOfFile: folder + "/keys.json", encoding: .utf8)
    #expect(!text.contains(first) && !text.contains(first.dropFirst(5)))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/keys.json")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try ring.owner(of: second)?.name == "B1")
    #expect(try ring.entries().count == 2)
    #expect(try ring.revoke(.facility, name: "B1") == 2)
    #expect(try ring.owner(of: second) == nil)
    #expect(throws: Failure.self) { try ring.revoke(.facility, name: "B1") }
    #expect(throws: Failure.self) { try ring.add(.facility, name: "", at: start) }
  }

  @Test("A broken key file closes the hub instead of opening it")
  func brokenFile() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    for text in ["", "{", "{\"keys\":7}", "{\"keys\":[{\"role\":\"king\"}]}"] {
      try text.write(
        toFile: fixture.folder + "/keys.json",
        atomically: true,
        encoding: .utf8
      )
      #expect(try fixture.get("/v1/facilities").0 == 503, "\(text)")
    }
  }
}
