import Foundation
import HTTPClient
import StowageTesting
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

@Suite("The real sender and the real hub, over sockets")
struct LiveTests {
  private func session(
    _ outbox: MemoryOutbox,
    _ port: UInt16,
    key: String? = nil,
    now: @escaping @Sendable () -> Instant = Hub.systemNow
  ) throws -> UplinkSession {
    var client = ClientSettings()
    client.connectTimeoutMS = 2_000
    let settings = try UplinkSettings(
      url: "http://127.0.0.1:\(port)",
      facility: "B1",
      key: key,
      client: client
    )
    return UplinkSession(
      facility: "B1",
      outbox: outbox,
      transport: HTTPUplinkTransport(settings, logger: HubFixture.quiet, now: now),
      now: now,
      random: { 1 },
      logger: HubFixture.quiet
    )
  }

  private func fill(_ outbox: MemoryOutbox, days: ClosedRange<Int>, quantity: Int) throws {
    for day in days {
      let name = "2026-03-\(day < 10 ? "0" : "")\(day)"
      let row =
        "{\"material\":\"M-1\",\"unit\":\"EA\",\"quantity\":\(quantity),\"stock_out\":false}"
      let data = "{\"day\":\"\(name)\",\"part\":1,\"parts\":1,\"rows\":[\(row)]}"
      try outbox.append("demand.daily", name, data, at: Hub.systemNow())
    }
  }

  @Test("Everything arrives byte for byte, over a hub that is stopped and started in between")
  func restart() throws {
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let key = try KeyRing(folder: folder).add(.facility, name: "B1", at: Hub.systemNow())
    let outbox = MemoryOutbox(epoch: try #require(PublicID(HubFixture.epoch)))
    var hub = try Hub(HubSettings(folder: folder), logger: HubFixture.quiet)
    let port = try hub.start()
    let session = try session(outbox, port, key: key)

    try fill(outbox, days: 1...3, quantity: 5)
    let first = try session.run()
    #expect(first.outcome == .drained)
    #expect(first.sentEvents == 3)
    #expect(abs(session.status().clockSkewMS ?? .max) < 60_000)

    // The hub is away: nothing is lost, and nothing is taken for sent.
    try hub.stop()
    try fill(outbox, days: 3...6, quantity: 7)
    let away = try session.run(ignoringBackoff: true)
    guard case .waiting(_, let reason) = away.outcome else {
      Issue.record("\(away.outcome)")
      return
    }
    #expect(reason.contains("no answer"))
    // Nothing is frozen before the hub has said what it holds.
    #expect(away.pendingBatches == 0 && away.unbatchedEvents == 4)
    #expect(away.acknowledgedThrough == 1)

    hub = try Hub(HubSettings(folder: folder, port: port), logger: HubFixture.quiet)
    _ = try hub.start()
    defer { try? hub.stop() }
    let back = try session.run(ignoringBackoff: true)
    #expect(back.outcome == .drained)
    #expect(back.acknowledgedThrough == 2)
    for batch in outbox.rows.batches {
      let held = try hub.store.body(facility: "B1", epoch: batch.epoch, sequence: batch.sequence)
      #expect(try held == batch.plainBody())
    }
    let reader = try KeyRing(folder: folder).add(.reader, name: "test", at: Hub.systemNow())
    let response = try HTTPClient(ClientSettings(), logger: HubFixture.quiet).send(
      ClientRequest(
        "GET",
        "http://127.0.0.1:\(port)/v1/demand?facility=B1&from=2026-03-01&to=2026-03-31",
        headers: [("Authorization", "Bearer " + reader)]
      )
    )
    let rows = try JSONReader.parse(response.body)["rows"]?.array ?? []
    #expect(rows.map { $0["quantity"]?.integer } == [5, 5, 7, 7, 7, 7])
  }

  @Test("A session that dies after the hub's commit finds its batch acknowledged at the next start")
  func lostAnswer() throws {
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outbox = MemoryOutbox(epoch: try #require(PublicID(HubFixture.epoch)))
    let hub = try Hub(HubSettings(folder: folder), logger: HubFixture.quiet)
    let port = try hub.start()
    defer { try? hub.stop() }
    try fill(outbox, days: 1...2, quantity: 1)
    // Looking after earlier epochs and freezing are the first writes; the acknowledgement, the
    // third, is where the program dies: each write asks twice.
    var commits = 0
    outbox.isKilled = {
      commits += 1
      return commits == 5
    }
    #expect(throws: Killed.self) { try session(outbox, port).run() }
    outbox.isKilled = { false }
    #expect(outbox.rows.acknowledgedThrough == 0)
    let report = try session(outbox, port).run()
    #expect(report.outcome == .drained)
    #expect(report.acknowledgedThrough == 1)
    #expect(report.sentBatches == 0)
  }

  @Test("A wrong key is told as such, and the batch waits")
  func wrongKey() throws {
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try KeyRing(folder: folder).add(.facility, name: "B2", at: Hub.systemNow())
    let hub = try Hub(HubSettings(folder: folder), logger: HubFixture.quiet)
    let port = try hub.start()
    defer { try? hub.stop() }
    let outbox = MemoryOutbox(epoch: try #require(PublicID(HubFixture.epoch)))
    try fill(outbox, days: 1...1, quantity: 1)
    let report = try session(outbox, port, key: "stow_wrong").run()
    guard case .waiting(_, let reason) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(reason.contains("status 401"))
    #expect(outbox.rows.events.count == 1)
  }

  @Test("Something that is no hub, answering 200, gets nothing acknowledged")
  func noHub() throws {
    let outbox = MemoryOutbox(epoch: try #require(PublicID(HubFixture.epoch)))
    try fill(outbox, days: 1...1, quantity: 1)
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let hub = try Hub(HubSettings(folder: folder), logger: HubFixture.quiet)
    let port = try hub.start()
    defer { try? hub.stop() }
    let settings = try UplinkSettings(
      url: "http://127.0.0.1:\(port)/healthz?".replacing("?", with: "#").replacing("#", with: ""),
      facility: "B1",
      key: nil
    )
    let transport = HTTPUplinkTransport(settings, logger: HubFixture.quiet, now: Hub.systemNow)
    guard case .answered(404, nil, _, let problem) = transport.watermark(epoch: outbox.rows.epoch)
    else {
      Issue.record("no 404")
      return
    }
    #expect(!problem.isEmpty)
  }
}
