import Crypto
import Warehouse
import WireFormat

/// Lays a batch out as a CloudEvents 1.0 JSON batch, always with the same bytes for the same input.
///
/// Each event names its facility, epoch and place in the batch beside what CloudEvents wants, so
/// that a batch can be stored, moved as a file, and still be told apart. Numbers inside the
/// envelope have a fixed width: the size of a batch is known before it has its number.
public struct BatchEncoding: Sendable {
  /// The media type of a body (CloudEvents JSON format, section 4).
  public static let mediaType = "application/cloudevents-batch+json"
  /// The version of the envelope and of the event schemas, sent as `Stowage-Schema`.
  public static let schemaVersion = 1
  /// How hard a body is packed; 3 takes a third of the time of 6 for a tenth more bytes.
  static let packingLevel = 3

  /// The facility's code.
  public let facility: String
  private let source: String

  /// Makes an encoding for a facility.
  public init(facility: String) {
    self.facility = facility
    self.source = Self.source(of: facility)
  }

  /// The `source` of a facility's events: `/facilities/CODE`, with what a URI may not hold escaped
  /// (RFC 3986, section 2.3).
  public static func source(of facility: String) -> String {
    "/facilities/" + PercentText.encoded(facility)
  }

  /// The body of a batch, and its SHA-256.
  public func encode(
    _ events: [OutboxEvent],
    epoch: PublicID,
    sequence: Int64
  ) -> (body: [UInt8], digest: [UInt8]) {
    var writer = JSONWriter(capacity: 2 + events.reduce(0) { $0 + $1.dataJSON.utf8.count + 512 })
    writer.array { writer in
      for (index, event) in events.enumerated() {
        write(event, epoch, sequence, index, into: &writer)
      }
    }
    return (writer.bytes, Self.digest(writer.bytes))
  }

  /// The body of a batch as it is frozen: packed, with the SHA-256 of what is inside.
  public func frozen(
    _ events: [OutboxEvent],
    epoch: PublicID,
    sequence: Int64
  ) throws -> FrozenBody {
    let (body, digest) = encode(events, epoch: epoch, sequence: sequence)
    return FrozenBody(
      bytes: try Gzip.compress(body, level: Self.packingLevel),
      isPacked: true,
      digest: digest
    )
  }

  /// SHA-256 of a body.
  public static func digest(_ body: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: body))
  }

  /// How many bytes an event takes inside a batch, its comma counted.
  func size(of event: OutboxEvent, epoch: PublicID) -> Int {
    var writer = JSONWriter(capacity: event.dataJSON.utf8.count + 512)
    write(event, epoch, 0, 0, into: &writer)
    return writer.bytes.count + 1
  }

  private func write(
    _ event: OutboxEvent,
    _ epoch: PublicID,
    _ sequence: Int64,
    _ index: Int,
    id: String? = nil,
    into writer: inout JSONWriter
  ) {
    writer.object { writer in
      writer.member("specversion", "1.0")
      writer.member("id", "\(epoch.text):\(id ?? String(event.id))")
      writer.member("source", source)
      writer.member("type", "org.stowage.\(event.kind)")
      writer.member("subject", event.subject)
      writer.member("time", ms: event.createdAt.ms)
      writer.member("datacontenttype", "application/json")
      writer.member("dataschema", "urn:stowage:schema:\(event.kind):\(Self.schemaVersion)")
      writer.member("facility", facility)
      writer.member("epoch", epoch.text)
      writer.member("sequence", Self.sequenceText(sequence, index: index))
      writer.member("revision", event.revision)
      writer.key("data")
      writer.raw(event.dataJSON.utf8)
    }
  }

  /// The `sequence` of an event: batch and place, padded so that text order is number order.
  static func sequenceText(_ sequence: Int64, index: Int) -> String {
    padded(sequence, 12) + "-" + padded(Int64(index), 4)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension BatchEncoding {
  /// The kind of the one event of a tombstone.
  public static let tombstoneKind = "tombstone"

  /// The body that stands for numbers which will never come, so that the receiver's watermark can
  /// pass them and everybody sees why.
  ///
  /// - Parameters:
  ///   - range: the numbers; the last is the tombstone's own.
  ///   - epoch: their epoch.
  ///   - reason: `refused` where the receiver did not take the batch, `pruned` where the receiver
  ///     lost batches that are not kept any more.
  ///   - digest: SHA-256 of the refused body.
  ///   - now: when it is made.
  public func tombstone(
    _ range: ClosedRange<Int64>,
    epoch: PublicID,
    reason: String,
    digest: [UInt8]? = nil,
    now: Instant
  ) throws -> FrozenBody {
    var data = JSONWriter()
    data.object { writer in
      writer.member("from", range.lowerBound)
      writer.member("through", range.upperBound)
      writer.member("reason", reason)
      if let digest { writer.member("sha256", HTTPUplinkTransport.hexadecimal(digest)) }
    }
    let event = OutboxEvent(
      id: 0,
      kind: Self.tombstoneKind,
      subject: "\(range.lowerBound)-\(range.upperBound)",
      revision: 1,
      createdAt: now,
      dataJSON: data.text
    )
    var writer = JSONWriter()
    writer.array { writer in
      write(event, epoch, range.upperBound, 0, id: "t\(range.upperBound)", into: &writer)
    }
    return FrozenBody(
      bytes: try Gzip.compress(writer.bytes),
      isPacked: true,
      digest: Self.digest(writer.bytes)
    )
  }
}

extension OutboxBatch {
  /// The plain body; throws where the stored bytes are damaged.
  public func plainBody() throws -> [UInt8] {
    isPacked ? try Gzip.decompress(body, maximumBytes: Limits.batchBytes) : body
  }

  /// The body as gzip.
  public func packedBody() throws -> [UInt8] {
    isPacked ? body : try Gzip.compress(body, level: BatchEncoding.packingLevel)
  }

  /// Whether the stored bytes are those that were frozen.
  public var isSound: Bool {
    (try? plainBody()).map { BatchEncoding.digest($0) == digest } ?? false
  }
}
