import Foundation
import StowageTesting
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

@Suite("The JSON Schemas of the wire")
struct SchemaTests {
  private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("schema")

  private func schema(_ name: String) throws -> JSONValue {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(name + ".schema.json"))
    return try JSONReader.parse(Array(data))
  }

  private func batch() throws -> JSONValue {
    let batch = try HubFixture.batch(
      42,
      [
        ("demand.daily", "2026-03-28", 1, "{}"), ("demand.daily", "2026-03-28/2", 7, "{}"),
        ("software", "stowage", 1, "{}"),
      ]
    )
    return try JSONReader.parse(batch.body)
  }

  @Test("What the sender makes fits the schema of the batch")
  func batches() throws {
    #expect(SchemaCheck.faults(of: try batch(), against: try schema("batch")) == [])
    #expect(SchemaCheck.faults(of: [], against: try schema("batch")) == [])
  }

  @Test(
    "Each event that is sent fits the schema that CloudEvents publishes",
    .enabled(if: SharedData.file("scan/cloudevents.schema.json") != nil, "\(SharedData.missing)")
  )
  func cloudEvents() throws {
    let file = try #require(SharedData.file("scan/cloudevents.schema.json"))
    let schema = try JSONReader.parse(Array(try Data(contentsOf: file)))
    var events = try batch().array ?? []
    let awkward = BatchEncoding(facility: "Werk 1/ä").encode(
      [
        OutboxEvent(
          id: 9,
          kind: "demand.daily",
          subject: "2026-03-28",
          revision: 3,
          createdAt: Instant(ms: 1),
          dataJSON: "{\"day\":\"2026-03-28\"}"
        )
      ],
      epoch: try #require(PublicID(HubFixture.epoch)),
      sequence: 7
    ).body
    events += try JSONReader.parse(awkward).array ?? []
    let tombstone = try BatchEncoding(facility: "B1").tombstone(
      3...9,
      epoch: try #require(PublicID(HubFixture.epoch)),
      reason: "pruned",
      now: Instant(ms: 1_774_746_000_000)
    )
    let body = try Gzip.decompress(tombstone.bytes, maximumBytes: Limits.batchBytes)
    events += try JSONReader.parse(body).array ?? []
    #expect(events.count == 5)
    for event in events { #expect(SchemaCheck.faults(of: event, against: schema) == []) }
    // The check sees what is amiss.
    for (name, value) in [
      ("id", ""), ("source", "a b"), ("time", "yesterday"), ("dataschema", "no scheme"),
      ("subject", 7), ("type", nil),
    ] as [(String, JSONValue)] {
      var event = try #require(events[0].object)
      event[name] = value
      #expect(!SchemaCheck.faults(of: .object(event), against: schema).isEmpty, "\(name)")
    }
  }

  @Test("The schema of the batch refuses what breaks CloudEvents or our own rules")
  func brokenBatches() throws {
    let schema = try schema("batch")
    for (name, value) in [
      ("specversion", "0.3"), ("id", ""), ("source", "B1"), ("type", "demand"), ("sequence", 7),
      ("revision", 0), ("revision", "1"), ("data", []), ("facility", ""), ("epoch", "x"),
      ("datacontenttype", "text/plain"), ("dataschema", nil),
    ] as [(String, JSONValue)] {
      var event = try #require(try batch()[0]?.object)
      event[name] = value
      #expect(
        !SchemaCheck.faults(of: .array([.object(event)]), against: schema).isEmpty,
        "\(name) \(value.text)"
      )
    }
    #expect(!SchemaCheck.faults(of: [:], against: schema).isEmpty)
    #expect(SchemaCheck.faults(of: [[:]], against: schema).count == 13)
  }

  @Test("A tombstone fits the schema of the batch, and its data their own")
  func tombstones() throws {
    let epoch = try #require(PublicID(HubFixture.epoch))
    for digest in [nil, [UInt8](repeating: 7, count: 32)] {
      let body = try BatchEncoding(facility: "B1").tombstone(
        3...9,
        epoch: epoch,
        reason: digest == nil ? "pruned" : "refused",
        digest: digest,
        now: Instant(ms: 1_774_746_000_000)
      )
      let batch = OutboxBatch(
        epoch: epoch,
        sequence: 9,
        coversFrom: 3,
        body: body,
        events: 0,
        createdAt: Instant(ms: 0)
      )
      let document = try JSONReader.parse(try batch.plainBody())
      #expect(SchemaCheck.faults(of: document, against: try schema("batch")) == [])
      let data = try #require(document[0]?["data"])
      #expect(SchemaCheck.faults(of: data, against: try schema("tombstone")) == [])
    }
  }

  @Test("What the hub answers fits the schema of the acknowledgement")
  func acknowledgements() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let schema = try schema("acknowledgement")
    for number in [1, 4] as [Int64] {
      let answer = try fixture.send(try HubFixture.batch(number, [])).json
      #expect(SchemaCheck.faults(of: answer, against: schema) == [])
    }
    let unknown = "/v1/watermark?facility=B1&epoch=\(HubFixture.laterEpoch)"
    let answer = try fixture.get(unknown).1
    #expect(SchemaCheck.faults(of: answer, against: schema) == [])
    #expect(!SchemaCheck.faults(of: [:], against: schema).isEmpty)
  }

  @Test("Each kind of event has a schema named like it, with its version")
  func kinds() throws {
    let folder = Self.folder.appendingPathComponent("events")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count >= 7)
    for name in names {
      let kind = name.replacing(".schema.json", with: "")
      let schema = try schema("events/" + kind)
      #expect(
        schema["$id"]?.string == "urn:stowage:schema:\(kind):\(BatchEncoding.schemaVersion)"
      )
      #expect(schema["additionalProperties"]?.bool == false)
      // Each property that must be there is described.
      for required in schema["required"]?.array ?? [] {
        #expect(schema["properties"]?[required.string ?? ""] != nil, "\(kind) \(required.text)")
      }
    }
  }
}
