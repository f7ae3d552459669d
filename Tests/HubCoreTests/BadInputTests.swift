import HTTPServer
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

@Suite("What the hub refuses")
struct BadInputTests {
  /// Sends a batch whose head or body a test has changed; nothing of it may be stored.
  private func refused(
    _ status: Int,
    _ word: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout [String: String], inout [UInt8]) throws -> Void
  ) throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try HubFixture.batch(1, [("software", "stowage", 1, "{}")])
    var head = HubFixture.head(batch)
    var body = batch.body
    try change(&head, &body)
    let answer = try fixture.ask(.post, "/v1/batches", headers: head, body: body)
    #expect(answer.status == status, "\(answer.json.text)", sourceLocation: sourceLocation)
    let detail = answer.json["detail"]?.string ?? ""
    #expect(detail.contains(word), "\(detail)", sourceLocation: sourceLocation)
    #expect(
      try fixture.get("/v1/facilities").1["rows"]?.array == [],
      sourceLocation: sourceLocation
    )
    // The server is still up, and takes the true batch.
    #expect(try fixture.send(batch).status == 200, sourceLocation: sourceLocation)
  }

  /// Signs a body anew, so that the digest is not what is wrong.
  private func sign(_ head: inout [String: String], _ body: [UInt8]) {
    head["Stowage-Digest"] = "sha-256=" + KeyRing.hexadecimal(BatchEncoding.digest(body))
  }

  @Test(
    "A head without its identity is refused",
    arguments: ["Stowage-Facility", "Stowage-Epoch", "Stowage-Sequence", "Stowage-Digest"]
  )
  func missing(field: String) throws {
    try refused(400, field) { head, _ in head[field] = nil }
    try refused(400, field) { head, _ in head[field] = "" }
  }

  @Test(
    "An identity that is none is refused",
    arguments: [
      ("Stowage-Epoch", "4711"), ("Stowage-Sequence", "0"), ("Stowage-Sequence", "-1"),
      ("Stowage-Sequence", "1e3"), ("Stowage-Sequence", "01"),
      ("Stowage-Sequence", "99999999999999999999"), ("Stowage-Digest", "sha-256=abc"),
      ("Stowage-Digest", "md5=d41d8cd98f00b204e9800998ecf8427e"),
      ("Stowage-Facility", "a\u{7F}"),
    ]
  )
  func nonsense(field: String, value: String) throws {
    try refused(400, field) { head, _ in head[field] = value }
  }

  @Test("A body that was torn or changed on the way is refused")
  func torn() throws {
    try refused(400, "SHA-256") { _, body in body[40] ^= 1 }
    try refused(400, "SHA-256") { _, body in body.removeLast() }
    try refused(400, "gzip") { head, body in
      head["Content-Encoding"] = "gzip"
      body = Array(try Gzip.compress(body).dropLast(9))
    }
    try refused(400, "gzip") { head, _ in head["Content-Encoding"] = "gzip" }
  }

  @Test("A bomb of zeros is refused before it unfolds")
  func bomb() throws {
    try refused(413, "larger") { head, body in
      head["Content-Encoding"] = "gzip"
      body = try Gzip.compress([UInt8](repeating: 0x20, count: 64 * 1024 * 1024), level: 9)
      #expect(body.count < Limits.batchBytes)
    }
    try refused(413, "larger") { _, body in
      body = [UInt8](repeating: 0x20, count: Limits.batchBytes + 1)
    }
  }

  @Test("A body that is no array of our events is refused, though its digest is right")
  func foreign() throws {
    for text in ["", "{}", "[1]", "[{}]", "[", "null", "[[[[]]]]", "\u{FF}"] {
      try refused(422, "") { head, body in
        body = Array(text.utf8)
        sign(&head, body)
      }
    }
    try refused(422, "JSON") { head, body in
      body = Array(String(repeating: "[", count: 10_000).utf8)
      sign(&head, body)
    }
  }

  @Test("An event that belongs to another batch, facility or epoch is refused")
  func otherIdentity() throws {
    for (found, put) in [
      ("\"facility\":\"B1\"", "\"facility\":\"B2\""),
      ("\"sequence\":\"000000000001", "\"sequence\":\"000000000002"),
      (HubFixture.epoch + "\",\"sequence", HubFixture.laterEpoch + "\",\"sequence"),
    ] {
      try refused(422, "another batch") { head, body in
        let changed = String(decoding: body, as: UTF8.self).replacing(found, with: put)
        #expect(Array(changed.utf8) != body)
        body = Array(changed.utf8)
        sign(&head, body)
      }
    }
  }

  @Test(
    "An event that lacks what it must have is refused",
    arguments: ["id", "source", "type", "subject", "revision", "specversion", "data", "epoch"]
  )
  func lacking(member: String) throws {
    try refused(422, "Event 0") { head, body in
      var events = try JSONReader.parse(body).array ?? []
      var kept = JSONObject()
      for entry in events[0].object?.members ?? [] where entry.key != member {
        kept.append(entry.key, entry.value)
      }
      events[0] = .object(kept)
      body = JSONValue.array(events).bytes
      sign(&head, body)
    }
  }

  @Test("Two events of one id, too many events, and a number from the future are refused")
  func counts() throws {
    try refused(422, "same id") { head, body in
      let events = try JSONReader.parse(body).array ?? []
      body = JSONValue.array(events + events).bytes
      sign(&head, body)
    }
    try refused(413, "2000") { head, body in
      let events = try JSONReader.parse(body).array ?? []
      body = JSONValue.array([JSONValue](repeating: events[0], count: Limits.batchEvents + 1)).bytes
      if body.count > Limits.batchBytes {
        body = Array(
          ("[" + [String](repeating: "{}", count: 2_001).joined(separator: ",") + "]").utf8
        )
      }
      sign(&head, body)
    }
    let fixture = try HubFixture()
    defer { fixture.end() }
    let future = try HubFixture.batch(Limits.sequenceLead + 1, [])
    #expect(try fixture.send(future).status == 422)
    #expect(try fixture.send(try HubFixture.batch(Limits.sequenceLead, [])).status == 200)
  }

  @Test("Another media type and a newer envelope are told apart")
  func types() throws {
    try refused(415, "cloudevents") { head, _ in head["Content-Type"] = "application/json" }
    try refused(415, "gzip") { head, _ in head["Content-Encoding"] = "br" }
    try refused(426, "schema 1") { head, _ in head["Stowage-Schema"] = "2" }
  }

  @Test(
    "Queries with nonsense are refused with 400",
    arguments: [
      "/v1/demand?from=yesterday", "/v1/demand?from=2026-02-30", "/v1/demand?limit=0",
      "/v1/demand?limit=x", "/v1/demand?from=2026-03-02&to=2026-03-01",
      "/v1/demand?from=2020-01-01&to=2026-03-01", "/v1/demand?after=x",
      "/v1/watermark", "/v1/watermark?facility=B1&epoch=x", "/v1/events?after=-1",
    ]
  )
  func queries(target: String) throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    #expect(try fixture.get(target).0 == 400)
  }
}
