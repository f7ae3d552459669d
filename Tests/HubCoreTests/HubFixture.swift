import Foundation
import HTTPServer
import Logging
import StowageTesting
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

/// The outbox in memory is one that the uplink can drain.
extension MemoryOutbox: Outbox {}

/// A hub in a folder of its own, asked in memory, with a clock that the test holds.
///
/// Marked unchecked because the clock is moved only between calls.
final class HubFixture: @unchecked Sendable {
  static let quiet = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
  static let epoch = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
  static let laterEpoch = "0190a1b2-c3d4-7e5f-8a9b-ffffffffffff"

  let folder: String
  private(set) var hub: Hub
  var now = Instant(ms: 1_774_746_000_000)

  init(prepare: (KeyRing) throws -> Void = { _ in }) throws {
    folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    try prepare(KeyRing(folder: folder))
    hub = try Hub(HubSettings(folder: folder), logger: Self.quiet, now: { Instant(ms: 0) })
    try reopen()
  }

  /// Closes the hub and opens it again on the same folder.
  func reopen() throws {
    try hub.stop()
    hub = try Hub(
      HubSettings(folder: folder),
      logger: Self.quiet,
      now: { [unowned self] in now }
    )
  }

  func end() {
    try? hub.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Asks the router; the body of the answer as JSON where it is JSON.
  func ask(
    _ method: HTTPServer.Method,
    _ target: String,
    headers: [String: String] = [:],
    body: [UInt8] = []
  ) throws -> (status: Int, json: JSONValue, response: Response) {
    var fields = Headers()
    for (name, value) in headers { fields.add(name, value) }
    let request = try Request(method, target, headers: fields, body: body)
    let response = hub.router().answer(request)
    return (response.status, (try? JSONReader.parse(response.bytes)) ?? .null, response)
  }

  func get(_ target: String, key: String? = nil) throws -> (Int, JSONValue) {
    let headers = key.map { ["Authorization": "Bearer " + $0] } ?? [:]
    let answer = try ask(.get, target, headers: headers)
    return (answer.status, answer.json)
  }

  /// A batch of events, laid out by the real sender.
  static func batch(
    _ sequence: Int64,
    _ events: [(kind: String, subject: String, revision: Int64, data: String)],
    facility: String = "B1",
    epoch: String = HubFixture.epoch
  ) throws -> OutboxBatch {
    let epoch = try #require(PublicID(epoch))
    let outbox = events.enumerated().map { index, event in
      OutboxEvent(
        id: sequence * 1_000 + Int64(index),
        kind: event.kind,
        subject: event.subject,
        revision: event.revision,
        createdAt: Instant(ms: 1_774_740_000_000),
        dataJSON: event.data
      )
    }
    let (body, digest) = BatchEncoding(facility: facility).encode(
      outbox,
      epoch: epoch,
      sequence: sequence
    )
    return OutboxBatch(
      epoch: epoch,
      sequence: sequence,
      body: FrozenBody(bytes: body, isPacked: false, digest: digest),
      events: events.count,
      createdAt: Instant(ms: 1_774_740_000_000)
    )
  }

  /// The head that the real sender gives a batch.
  static func head(
    _ batch: OutboxBatch,
    facility: String = "B1",
    key: String? = nil
  ) -> [String: String] {
    var head = [
      "Content-Type": "application/cloudevents-batch+json",
      "Stowage-Facility": facility, "Stowage-Epoch": batch.epoch.text,
      "Stowage-Sequence": String(batch.sequence),
      "Stowage-Digest": "sha-256=" + KeyRing.hexadecimal(batch.digest),
      "Stowage-Schema": "1",
    ]
    if let key { head["Authorization"] = "Bearer " + key }
    return head
  }

  @discardableResult
  func send(
    _ batch: OutboxBatch,
    facility: String = "B1",
    key: String? = nil
  ) throws -> (status: Int, json: JSONValue) {
    let head = Self.head(batch, facility: facility, key: key)
    let answer = try ask(.post, "/v1/batches", headers: head, body: batch.body)
    return (answer.status, answer.json)
  }
}

/// Bytes as a reader of a file hands them out: a few at a time, cut where it happens to be.
func pieces(of bytes: [UInt8], size: Int = 97) -> ByteSource {
  var position = 0
  return {
    let end = min(position + size, bytes.count)
    defer { position = end }
    return Array(bytes[position..<end])
  }
}
