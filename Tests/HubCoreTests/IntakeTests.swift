import HTTPServer
import StowageTesting
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

@Suite("Taking batches in")
struct IntakeTests {
  private let day = "{\"day\":\"2026-03-28\",\"part\":1,\"parts\":1,\"rows\":[]}"

  @Test("A batch is answered with the watermark, after which it is in the store")
  func stored() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try HubFixture.batch(1, [("demand.daily", "2026-03-28", 1, day)])
    let (status, answer) = try fixture.send(batch)
    #expect(status == 200)
    #expect(answer["durable_through"]?["epoch"]?.string == HubFixture.epoch)
    #expect(answer["durable_through"]?["sequence"]?.integer == 1)
    #expect(answer["gaps"]?.array == [])
    #expect(answer["server_time"]?.string == "2026-03-29T01:00:00.000Z")
    #expect(answer["receiver_instance"]?.string == fixture.hub.store.instance)
    // The sender reads the answer as what it is.
    #expect(Acknowledgement(json: answer.bytes)?.durableThrough == 1)
    // Another process that opens the store finds it.
    try fixture.reopen()
    #expect(try fixture.get("/v1/watermark?facility=B1").1["highest"]?.integer == 1)
    #expect(fixture.hub.store.instance == answer["receiver_instance"]?.string)
  }

  @Test("A repeat of the same bytes changes nothing and is answered alike, however late")
  func repeated() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try HubFixture.batch(1, [("demand.daily", "2026-03-28", 1, day)])
    try fixture.send(batch)
    fixture.now = fixture.now.adding(seconds: 30 * 86_400)
    let (status, answer) = try fixture.send(batch)
    #expect(status == 200)
    #expect(answer["durable_through"]?["sequence"]?.integer == 1)
    let line = try fixture.get("/v1/facilities").1["rows"]?[0]
    #expect(line?["batches"]?.integer == 1)
    #expect(line?["events"]?.integer == 1)
    #expect(line?["quarantined"]?.integer == 0)
  }

  @Test("Other bytes under a number that is taken are refused and set aside; the first stay")
  func conflicting() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let first = try HubFixture.batch(1, [("demand.daily", "2026-03-28", 1, day)])
    try fixture.send(first)
    let other = try HubFixture.batch(1, [("demand.daily", "2026-03-28", 2, "{\"day\":\"x\"}")])
    for _ in 0..<3 {
      let (status, answer) = try fixture.send(other)
      #expect(status == 409)
      #expect(answer["code"]?.string == "conflict")
    }
    let line = try fixture.get("/v1/facilities").1["rows"]?[0]
    #expect(line?["quarantined"]?.integer == 1)
    #expect(line?["batches"]?.integer == 1)
    let event = try fixture.get("/v1/events?facility=B1").1["rows"]?[0]
    #expect(event?["revision"]?.integer == 1)
    // The rightful bytes are still taken as a repeat.
    #expect(try fixture.send(first).status == 200)
  }

  @Test("Bytes set aside are bounded")
  func quarantineIsBounded() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(try HubFixture.batch(1, []))
    for number in 0..<Limits.quarantinedBatches + 5 {
      let data = "{\"n\":\(number)}"
      try fixture.send(try HubFixture.batch(1, [("software", "stowage", 1, data)]))
    }
    let line = try fixture.get("/v1/facilities").1["rows"]?[0]
    #expect(line?["quarantined"]?.integer == Int64(Limits.quarantinedBatches))
  }

  @Test("Gaps are listed while they exist, and the watermark passes them when they are filled")
  func gaps() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    for number in [1, 2, 5, 6, 9] as [Int64] {
      try fixture.send(try HubFixture.batch(number, [("software", "s\(number)", 1, "{}")]))
    }
    var held = try fixture.get("/v1/watermark?facility=B1&epoch=\(HubFixture.epoch)").1
    #expect(held["durable_through"]?["sequence"]?.integer == 2)
    #expect(held["highest"]?.integer == 9)
    #expect(held["gaps"]?.text == "[[3,4],[7,8]]")
    try fixture.send(try HubFixture.batch(4, []))
    try fixture.send(try HubFixture.batch(3, []))
    held = try fixture.get("/v1/watermark?facility=B1&epoch=\(HubFixture.epoch)").1
    #expect(held["durable_through"]?["sequence"]?.integer == 6)
    #expect(held["gaps"]?.text == "[[7,8]]")
    for number in [8, 7] as [Int64] { try fixture.send(try HubFixture.batch(number, [])) }
    held = try fixture.get("/v1/watermark?facility=B1&epoch=\(HubFixture.epoch)").1
    #expect(held["durable_through"]?["sequence"]?.integer == 9)
    #expect(held["gaps"]?.text == "[]")
  }

  /// A tombstone over a range, as the real sender makes it.
  private func tombstone(_ range: ClosedRange<Int64>) throws -> OutboxBatch {
    let epoch = try #require(PublicID(HubFixture.epoch))
    let body = try BatchEncoding(facility: "B1").tombstone(
      range,
      epoch: epoch,
      reason: "pruned",
      now: Instant(ms: 1_774_746_000_000)
    )
    var batch = OutboxBatch(
      epoch: epoch,
      sequence: range.upperBound,
      coversFrom: range.lowerBound,
      body: body,
      events: 0,
      createdAt: Instant(ms: 0)
    )
    // The fixture asks the router in memory, where nothing unpacks.
    batch.body = try batch.plainBody()
    return batch
  }

  @Test("The watermark passes the numbers of a tombstone, and a late batch among them still counts")
  func tombstones() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    _ = try fixture.send(try HubFixture.batch(1, []))
    var answer = try fixture.send(try HubFixture.batch(12, [])).json
    #expect(answer["gaps"]?.text == "[[2,11]]")
    answer = try fixture.send(try tombstone(4...9)).json
    #expect(answer["durable_through"]?["sequence"]?.integer == 1)
    #expect(answer["gaps"]?.text == "[[2,3],[10,11]]")
    answer = try fixture.send(try tombstone(2...3)).json
    #expect(answer["durable_through"]?["sequence"]?.integer == 9)
    #expect(answer["durable_through"]?["sha256"]?.string?.count == 64)
    // A file that was carried by hand brings one of the lost numbers after all.
    let late = try HubFixture.batch(6, [("software", "stowage", 1, "{}")])
    #expect(try fixture.send(late).status == 200)
    answer = try fixture.send(try tombstone(10...11)).json
    #expect(answer["durable_through"]?["sequence"]?.integer == 12)
    #expect(answer["gaps"]?.text == "[]")
    let kinds = try fixture.get("/v1/events").1["rows"]?.array?.compactMap { $0["kind"]?.string }
    #expect(kinds?.filter { $0 == "software" }.count == 1)
    // A tombstone that does not name its own number is none.
    var broken = try tombstone(13...14)
    broken.sequence = 15
    #expect(try fixture.send(broken).status == 422)
  }

  @Test("An epoch that a later one followed is told so, and the newest is not")
  func superseded() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let first = try fixture.send(try HubFixture.batch(1, [])).json
    #expect(first["superseded"] == nil)
    let later = try HubFixture.batch(1, [], epoch: HubFixture.laterEpoch)
    #expect(try fixture.send(later).json["superseded"] == nil)
    let old = try fixture.get("/v1/watermark?facility=B1&epoch=\(HubFixture.epoch)").1
    #expect(old["superseded"]?.bool == true)
  }

  @Test("What was carried by hand counts like what came over the line, once")
  func carried() throws {
    let outbox = MemoryOutbox(epoch: try #require(PublicID(HubFixture.epoch)))
    for day in 1...9 {
      try outbox.append("demand.daily", "2026-03-0\(day)", "{\"day\":\(day)}", at: Instant(ms: 0))
    }
    let archive = UplinkArchive(facility: "B1", outbox: outbox)
    try archive.freezeAll(now: Instant(ms: 0))
    #expect(try archive.check().isSound)
    let lines = try archive.lines(after: 0, pendingOnly: true).lines
    let file = Array(lines.joined(separator: "\n").utf8)
    let (line, hand) = (try HubFixture(), try HubFixture())
    defer {
      line.end()
      hand.end()
    }
    for batch in outbox.rows.batches {
      var plain = batch
      plain.body = try batch.plainBody()
      #expect(try line.send(plain).status == 200)
    }
    let moment = Instant(ms: 1_774_746_000_000)
    let loaded = try ExportFile.load(pieces(of: file), into: hand.hub.store, now: moment)
    #expect(loaded.stored == lines.count && loaded.repeated == 0)
    let again = try ExportFile.load(pieces(of: file), into: hand.hub.store, now: moment)
    #expect(again.stored == 0 && again.repeated == lines.count)
    #expect(try line.get("/v1/events").1["rows"] == hand.get("/v1/events").1["rows"])
    let endless = [UInt8](repeating: 0x61, count: Limits.exportLineBytes + 1)
    #expect(throws: Failure.self) {
      _ = try ExportFile.load(pieces(of: endless, size: 65_536), into: hand.hub.store, now: moment)
    }
    // A line that was damaged on the way is told, and those before it stay.
    var damaged = file
    damaged[damaged.count - 40] ^= 1
    #expect(throws: Failure.self) {
      _ = try ExportFile.load(pieces(of: damaged), into: hand.hub.store, now: moment)
    }
  }

  @Test("The newest revision of a subject counts, in whatever order they come")
  func revisions() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(try HubFixture.batch(1, [("software", "stowage", 3, "{\"r\":3}")]))
    try fixture.send(try HubFixture.batch(2, [("software", "stowage", 2, "{\"r\":2}")]))
    var rows = try fixture.get("/v1/events?facility=B1").1["rows"]
    #expect(rows?.array?.count == 1)
    #expect(rows?[0]?["data"]?.text == "{\"r\":3}")
    try fixture.send(
      try HubFixture.batch(
        3,
        [("software", "stowage", 4, "{\"r\":4}"), ("software", "stowage", 5, "{\"r\":5}")]
      )
    )
    rows = try fixture.get("/v1/events?facility=B1").1["rows"]
    #expect(rows?.array?.count == 1)
    #expect(rows?[0]?["data"]?.text == "{\"r\":5}")
  }

  @Test("After a restore a new epoch goes before the old one, and its numbers start afresh")
  func epochs() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(try HubFixture.batch(1, [("software", "stowage", 9, "{\"e\":1}")]))
    let restored = try HubFixture.batch(
      1,
      [("software", "stowage", 2, "{\"e\":2}")],
      epoch: HubFixture.laterEpoch
    )
    #expect(try fixture.send(restored).status == 200)
    // A batch of the old epoch that comes late changes nothing that is newer.
    try fixture.send(try HubFixture.batch(2, [("software", "stowage", 10, "{\"e\":1}")]))
    let rows = try fixture.get("/v1/events?facility=B1").1["rows"]
    #expect(rows?.array?.count == 1)
    #expect(rows?[0]?["data"]?.text == "{\"e\":2}")
    let line = try fixture.get("/v1/facilities").1["rows"]?[0]
    #expect(line?["epoch"]?.string == HubFixture.laterEpoch)
    #expect(line?["epochs"]?.integer == 2)
    #expect(line?["durable_through"]?.integer == 1)
  }

  @Test("Facilities do not mix, though their numbers and subjects are the same")
  func facilities() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    for facility in ["B1", "B2"] {
      let data = "{\"f\":\"\(facility)\"}"
      let batch = try HubFixture.batch(1, [("software", "stowage", 1, data)], facility: facility)
      #expect(try fixture.send(batch, facility: facility).status == 200)
    }
    #expect(try fixture.get("/v1/facilities").1["rows"]?.array?.count == 2)
    let rows = try fixture.get("/v1/events?facility=B2").1["rows"]
    #expect(rows?.array?.count == 1)
    #expect(rows?[0]?["data"]?.text == "{\"f\":\"B2\"}")
  }

  @Test("An unknown kind is kept and counted, not lost")
  func unknownKind() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(try HubFixture.batch(1, [("moon.phase", "2026-03-28", 1, "{\"x\":1}")]))
    let rows = try fixture.get("/v1/events?kind=moon.phase").1["rows"]
    #expect(rows?[0]?["data"]?.text == "{\"x\":1}")
    let page = try fixture.ask(.get, "/metrics").response
    let text = String(decoding: page.bytes, as: UTF8.self)
    #expect(text.contains("stowage_hub_newest_events{kind=\"moon.phase\"} 1\n"))
  }

  @Test("The clock of the sender is compared with ours")
  func clock() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try HubFixture.batch(1, [])
    var head = HubFixture.head(batch)
    head["Stowage-Clock"] = String(fixture.now.ms - 90_000)
    _ = try fixture.ask(.post, "/v1/batches", headers: head, body: batch.body)
    let line = try fixture.get("/v1/facilities").1["rows"]?[0]
    #expect(line?["clock_skew_ms"]?.integer == -90_000)
  }
}
