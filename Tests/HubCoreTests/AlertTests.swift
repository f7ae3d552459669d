import Dispatch
import Foundation
import HTTPServer
import Synchronization
import Testing
import Warehouse
import WireFormat

@testable import HubCore

@Suite("What head office is told, and what the hub puts off")
struct AlertTests {
  private func kinds(_ fixture: HubFixture) throws -> [String] {
    let rows = try fixture.get("/v1/alerts").1["rows"]?.array ?? []
    return rows.compactMap { $0["alert"]?.string }
  }

  @Test("A gap, set-aside bytes, a wrong clock and silence are alerts while they last")
  func alerts() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(try HubFixture.batch(1, []))
    #expect(try kinds(fixture) == [])
    try fixture.send(try HubFixture.batch(4, []))
    let gap = try fixture.get("/v1/alerts").1["rows"]?[0]
    #expect(gap?["alert"]?.string == "GAP" && gap?["facility"]?.string == "B1")
    #expect(gap?["detail"]?.string == "1 ranges, the first is 2-3")
    try fixture.send(try HubFixture.batch(2, []))
    try fixture.send(try HubFixture.batch(3, []))
    #expect(try kinds(fixture) == [])
    #expect(try fixture.send(try HubFixture.batch(3, [("software", "x", 1, "{}")])).status == 409)
    #expect(try kinds(fixture) == ["QUARANTINED"])
    let batch = try HubFixture.batch(5, [])
    var head = HubFixture.head(batch)
    head["Stowage-Clock"] = String(fixture.now.ms + 300_001)
    _ = try fixture.ask(.post, "/v1/batches", headers: head, body: batch.body)
    #expect(try kinds(fixture) == ["QUARANTINED", "CLOCK_SKEW"])
    fixture.now = fixture.now.adding(seconds: 26 * 3_600)
    #expect(try kinds(fixture).contains("SILENT") == false)
    fixture.now = fixture.now.adding(seconds: 1)
    #expect(try kinds(fixture) == ["SILENT", "QUARANTINED", "CLOCK_SKEW"])
    // A word is enough to end the silence; it need not be a batch.
    fixture.now = fixture.now.adding(seconds: 1)
    try fixture.send(try HubFixture.batch(6, []))
    #expect(try kinds(fixture) == ["QUARANTINED", "CLOCK_SKEW"])
  }

  @Test("The begin and the end of an alert are posted once each, and a deaf address stops nothing")
  func webhook() throws {
    let posts = Mutex<[JSONValue]>([])
    var router = Router()
    router.on(.post, "/alerts") { request in
      posts.withLock { $0.append((try? JSONReader.parse(request.body)) ?? .null) }
      return .json(Array("{}".utf8))
    }
    let listener = try Listener.start(
      ServerSettings(address: .internet(host: "127.0.0.1", port: 0)),
      router: router,
      logger: HubFixture.quiet
    )
    defer { _ = listener.stop(deadlineMS: 5_000) }
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = HubSettings(folder: folder)
    settings.alertURL = "http://127.0.0.1:\(listener.port ?? 0)/alerts"
    let hub = try Hub(settings, logger: HubFixture.quiet, now: { Instant(ms: 1_774_746_000_000) })
    defer { try? hub.stop() }
    var firing: [HubAlert: HubAlert] = [:]
    func look(_ numbers: Int64...) throws {
      for number in numbers {
        let batch = try HubFixture.batch(number, [])
        var fields = Headers()
        for (name, value) in HubFixture.head(batch) { fields.add(name, value) }
        let request = try Request(.post, "/v1/batches", headers: fields, body: batch.body)
        #expect(hub.router().answer(request).status == 200)
      }
      firing = HubWatch.look(hub, firing)
    }
    try look(1, 3)
    // Another gap of the same facility is the same alert.
    try look(5)
    try look(2, 4)
    try look()
    let told = posts.withLock { $0 }
    #expect(told.map { $0["status"]?.string } == ["firing", "resolved"])
    #expect(told.allSatisfy { $0["alert"]?.string == "GAP" && $0["facility"]?.string == "B1" })
    _ = listener.stop(deadlineMS: 5_000)
    try look(7)
    #expect(firing.count == 1)
  }

  @Test("Past its limit the hub puts batches off with a time to come back, and takes them later")
  func intakeLimit() throws {
    let gate = IntakeGate(limit: Limits.hubIntake)
    let leave = DispatchSemaphore(value: 0)
    let inside = DispatchGroup()
    let entered = DispatchSemaphore(value: 0)
    for _ in 0..<Limits.hubIntake {
      inside.enter()
      let thread = Thread {
        try? gate.pass {
          entered.signal()
          leave.wait()
        }
        inside.leave()
      }
      thread.start()
    }
    for _ in 0..<Limits.hubIntake {
      #expect(entered.wait(timeout: .now() + .seconds(60)) == .success)
    }
    for number in 1...20 {
      let refusal = #expect(throws: Refusal.self) { try gate.pass {} }
      #expect(refusal?.status == 503)
      let wait = Int(refusal?.headers["Retry-After"] ?? "") ?? 0
      #expect((2...10).contains(wait), "number \(number)")
    }
    #expect(gate.shed == 20)
    for _ in 0..<Limits.hubIntake { leave.signal() }
    #expect(inside.wait(timeout: .now() + .seconds(60)) == .success)
    #expect(try gate.pass { 7 } == 7)
  }
}
