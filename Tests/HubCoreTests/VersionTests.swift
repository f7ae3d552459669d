import Foundation
import HTTPServer
import StowageTesting
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

/// The wire one version apart.
///
/// What stands in `Tests/Vectors/wire-1` was recorded from version 1 (`STOWAGE_RECORD=1 swift test
/// --filter VersionTests`) and is never recorded anew for it: a later version gets a folder of its
/// own, and must take and give these bytes as well.
@Suite("An old appliance with a new hub, and the reverse")
struct VersionTests {
  private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Vectors/wire-1")

  private func recorded(_ name: String, _ now: () throws -> [UInt8]) throws -> [UInt8] {
    let file = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["STOWAGE_RECORD"] == "1",
      !FileManager.default.fileExists(atPath: file.path)
    {
      try Data(try now()).write(to: file)
    }
    return Array(try Data(contentsOf: file))
  }

  private func batch() throws -> OutboxBatch {
    try HubFixture.batch(
      1,
      [
        (
          "demand.daily", "2026-03-28", 2,
          "{\"day\":\"2026-03-28\",\"part\":1,\"parts\":1,\"rows\":[{\"material\":\"A\","
            + "\"unit\":\"EA\",\"quantity\":1.5,\"stock_out\":false}]}"
        ),
        ("software", "stowage", 1, "{\"version\":\"0.1.0\",\"schema_version\":4}"),
      ]
    )
  }

  private func stored(_ body: [UInt8], _ sequence: Int64) throws -> OutboxBatch {
    OutboxBatch(
      epoch: try #require(PublicID(HubFixture.epoch)),
      sequence: sequence,
      body: FrozenBody(bytes: body, isPacked: false, digest: BatchEncoding.digest(body)),
      events: 1,
      createdAt: Instant(ms: 0)
    )
  }

  @Test("The hub takes a batch of version 1, and the sender still makes these very bytes")
  func oldBatch() throws {
    let bytes = try recorded("batch.json") { try batch().plainBody() }
    #expect(try batch().plainBody() == bytes)
    let fixture = try HubFixture()
    defer { fixture.end() }
    #expect(try fixture.send(try stored(bytes, 1)).status == 200)
    let rows = try fixture.get("/v1/demand?from=2026-03-28&to=2026-03-28").1["rows"]
    #expect(rows?[0]?["quantity"]?.double == 1.5)
  }

  @Test("The sender understands an acknowledgement of version 1, with settings in it")
  func oldAcknowledgement() throws {
    let bytes = try recorded("acknowledgement.json") {
      let fixture = try HubFixture()
      defer { fixture.end() }
      let (secret, _) = DirectiveFile.makeKey()
      _ = try fixture.hub.directives.set("{\"flags\":{}}", for: "B1", secret: secret)
      try fixture.send(try HubFixture.batch(1, []))
      let batch = try HubFixture.batch(3, [])
      let head = HubFixture.head(batch)
      return try fixture.ask(.post, "/v1/batches", headers: head, body: batch.body).response.bytes
    }
    let said = try #require(Acknowledgement(json: bytes))
    #expect(said.epoch.text == HubFixture.epoch)
    #expect(said.durableThrough == 1 && said.highest == 3 && said.gaps == [2...2])
    #expect(said.durableDigest?.count == 64 && said.receiverInstance.count == 36)
    #expect(said.serverTime == Instant(ms: 1_774_746_000_000))
    #expect(said.directive?.version == 1 && said.directive?.document == "{\"flags\":{}}")
  }

  @Test("The hub loads a carried file of version 1")
  func oldExport() throws {
    let bytes = try recorded("export.ndjson") {
      let outbox = MemoryOutbox(epoch: try #require(PublicID(HubFixture.epoch)))
      try outbox.append("software", "stowage", "{}", at: Instant(ms: 1_774_740_000_000))
      let archive = UplinkArchive(facility: "B1", outbox: outbox)
      try archive.freezeAll(now: Instant(ms: 1_774_740_000_000))
      let lines = try archive.lines(after: 0, pendingOnly: true).lines
      return Array((lines.joined(separator: "\n") + "\n").utf8)
    }
    let fixture = try HubFixture()
    defer { fixture.end() }
    let outcome = try ExportFile.load(pieces(of: bytes), into: fixture.hub.store, now: fixture.now)
    #expect(outcome.stored == 1 && outcome.conflicting == 0)
  }

  @Test("A newer appliance may say more in its events: it is kept as it came, and read as far")
  func newerAppliance() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let plain = String(decoding: try batch().plainBody(), as: UTF8.self)
    let newer =
      plain
      .replacing("\"specversion\"", with: "\"traceparent\":\"00-1-2-01\",\"specversion\"")
      .replacing("\"stock_out\":false", with: "\"stock_out\":false,\"returned\":0.5")
      .replacing("org.stowage.software", with: "org.stowage.wellbeing.weekly")
    let sent = try stored(Array(newer.utf8), 1)
    #expect(try fixture.send(sent).status == 200)
    #expect(try fixture.hub.store.body(facility: "B1", epoch: sent.epoch, sequence: 1) == sent.body)
    let rows = try fixture.get("/v1/demand?from=2026-03-28&to=2026-03-28").1["rows"]
    #expect(rows?[0]?["quantity"]?.double == 1.5)
    let events = try fixture.get("/v1/events?kind=wellbeing.weekly").1["rows"]?.array
    #expect(events?.count == 1)
  }

  @Test("A newer hub may say more in its answers, and a sender reads what it knows")
  func newerHub() throws {
    let file = Self.folder.appendingPathComponent("acknowledgement.json")
    let bytes = Array(try Data(contentsOf: file))
    let text = String(decoding: bytes, as: UTF8.self)
    let newer =
      text
      .replacing(
        "\"max_schema\":1",
        with: "\"max_schema\":2,\"min_schema\":1,\"shards\":[{\"n\":1}]"
      )
      .replacing("\"durable_through\":{", with: "\"durable_through\":{\"tier\":\"cold\",")
    #expect(newer != text)
    #expect(Acknowledgement(json: Array(newer.utf8)) == Acknowledgement(json: bytes))
  }

  @Test("A batch in a newer envelope waits, whole, until the hub is newer; nothing is given up")
  func newerEnvelope() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try batch()
    var head = HubFixture.head(batch)
    head["Stowage-Schema"] = "2"
    let answer = try fixture.ask(.post, "/v1/batches", headers: head, body: batch.body)
    #expect(answer.status == 426)
    #expect(answer.response.headers["Upgrade"] == "stowage-schema/1")
    // The same bytes are taken once the hub knows the envelope.
    #expect(try fixture.send(batch).status == 200)
  }
}
