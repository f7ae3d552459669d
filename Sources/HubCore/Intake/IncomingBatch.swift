import Crypto
import HTTPServer
import Warehouse
import WireFormat

/// A batch as it came in, read and checked, but not yet stored.
struct IncomingBatch: Sendable {
  /// One event of it.
  struct Event: Sendable, Equatable {
    var id: String
    var kind: String
    var subject: String
    var revision: Int64
    var madeAt: Instant?
    /// The data as JSON text.
    var data: String
  }

  /// The media type of a body.
  static let mediaType = "application/cloudevents-batch+json"
  /// The prefix of the types of our events; other types are kept under their full name.
  static let typePrefix = "org.stowage."
  /// The kind of the one event of a tombstone: its numbers will never come.
  static let tombstoneKind = "tombstone"
  /// The newest envelope that this hub understands.
  static let schemaVersion: Int64 = 1

  var facility: String
  var epoch: PublicID
  var sequence: Int64
  var digest: [UInt8]
  var body: [UInt8]
  var events: [Event] = []
  /// The first number that it stands for: less than its own where it is a tombstone over a range.
  var coversFrom: Int64
  /// The sender's clock when it sent.
  var sentAt: Instant?

  /// A batch whose identity is known otherwise than from the head of a request.
  init(facility: String, epoch: PublicID, sequence: Int64, digest: [UInt8]) {
    self.facility = facility
    self.epoch = epoch
    self.sequence = sequence
    self.digest = digest
    coversFrom = sequence
    body = []
  }

  /// Reads the identity from the head of a request; the body is not looked at.
  init(head request: Request) throws {
    facility = try Self.field("Stowage-Facility", request)
    if let fault = Code.fault(in: facility) {
      throw Self.bad("The field Stowage-Facility \(fault).")
    }
    guard let epoch = PublicID(try Self.field("Stowage-Epoch", request)) else {
      throw Self.bad("The field Stowage-Epoch is no UUID.")
    }
    self.epoch = epoch
    let number = try Self.field("Stowage-Sequence", request)
    guard let sequence = Int64(number), sequence > 0, String(sequence) == number else {
      throw Self.bad("The field Stowage-Sequence is no whole number above 0.")
    }
    self.sequence = sequence
    coversFrom = sequence
    digest = try Self.digest(try Self.field("Stowage-Digest", request))
    if let schema = request.headers["Stowage-Schema"], Int64(schema) ?? .max > Self.schemaVersion {
      throw Refusal(
        status: 426,
        code: "schema_too_new",
        message: "This hub understands batches up to schema \(Self.schemaVersion).",
        headers: ["Upgrade": "stowage-schema/\(Self.schemaVersion)"]
      )
    }
    sentAt = request.headers["Stowage-Clock"].flatMap { Int64($0) }.map { Instant(ms: $0) }
    body = []
  }

  /// Checks the body against the identity, and reads its events.
  mutating func take(body bytes: [UInt8]) throws {
    guard Array(SHA256.hash(data: bytes)) == digest else {
      throw Refusal(
        status: 400,
        code: "digest_mismatch",
        message: "The SHA-256 of the body is not the one in Stowage-Digest: it was torn on the way."
      )
    }
    body = bytes
    let document: JSONValue
    do {
      document = try JSONReader.parse(bytes, maximumDepth: Limits.jsonDepth)
    } catch {
      throw Self.unprocessable("The body is no JSON: \(error).")
    }
    guard let elements = document.array else {
      throw Self.unprocessable("The body is no array of events.")
    }
    guard elements.count <= Limits.batchEvents else {
      throw Refusal(
        status: 413,
        code: "too_large",
        message: "A batch holds at most \(Limits.batchEvents) events."
      )
    }
    let epochText = epoch.text
    events = try elements.enumerated().map { try event($0.element, at: $0.offset, of: epochText) }
    guard Set(events.map(\.id)).count == events.count else {
      throw Self.unprocessable("Two events of the batch have the same id.")
    }
    if events.count == 1, events[0].kind == Self.tombstoneKind {
      coversFrom = try Self.coverage(elements[0]["data"], through: sequence)
    }
  }

  /// The first number that a tombstone stands for.
  private static func coverage(_ data: JSONValue?, through sequence: Int64) throws -> Int64 {
    guard let first = data?["from"]?.integer, let last = data?["through"]?.integer,
      last == sequence, (1...last).contains(first)
    else {
      throw unprocessable("The tombstone does not name the numbers up to its own.")
    }
    return first
  }

  /// Reads one event: what CloudEvents 1.0 wants, and the identity that must be the batch's own.
  ///
  /// - Parameter ownEpoch: The epoch as senders write it; other ways to write it are read too.
  private func event(_ value: JSONValue, at place: Int, of ownEpoch: String) throws -> Event {
    func text(_ name: String) throws -> String {
      guard let text = value[name]?.string, !text.isEmpty else {
        throw Self.unprocessable("Event \(place) lacks \(name).")
      }
      return text
    }
    guard value["specversion"]?.string == "1.0" else {
      throw Self.unprocessable("Event \(place) is no CloudEvent 1.0.")
    }
    let named = try text("epoch")
    guard try text("facility") == facility, named == ownEpoch || PublicID(named) == epoch,
      Self.number(of: try text("sequence")) == sequence
    else {
      throw Self.unprocessable("Event \(place) belongs to another batch than its head says.")
    }
    let type = try text("type")
    let kind =
      type.hasPrefix(Self.typePrefix) ? String(type.dropFirst(Self.typePrefix.count)) : type
    _ = try text("source")
    let id = try text("id")
    let subject = try text("subject")
    // PostgreSQL has no place for it in a text.
    guard ![id, kind, subject].contains(where: { $0.utf8.contains(0) }) else {
      throw Self.unprocessable("Event \(place) has a NUL in its id, type or subject.")
    }
    // PostgreSQL and SQLite count code points.
    guard id.unicodeScalars.count <= 200, !kind.isEmpty, kind.unicodeScalars.count <= 100 else {
      throw Self.unprocessable("Event \(place) has an id or a type that is too long.")
    }
    guard let revision = value["revision"]?.integer else {
      throw Self.unprocessable("Event \(place) lacks its revision.")
    }
    guard let data = value["data"] else {
      throw Self.unprocessable("Event \(place) has no data.")
    }
    return Event(
      id: id,
      kind: kind,
      subject: subject,
      revision: revision,
      madeAt: value["time"]?.string.flatMap { try? Timestamp.ms($0) }.map { Instant(ms: $0) },
      data: data.text
    )
  }

  /// The number of the batch in the `sequence` of an event, which goes on with its place: `12-3`.
  private static func number(of text: String) -> Int64? {
    var number: Int64 = 0
    var isEmpty = true
    for digit in text.utf8 {
      if digit == UInt8(ascii: "-"), !isEmpty { return number }
      guard (0x30...0x39).contains(digit), number <= (.max - 9) / 10 else { return nil }
      number = number * 10 + Int64(digit - 0x30)
      isEmpty = false
    }
    return isEmpty ? nil : number
  }

  private static func field(_ name: String, _ request: Request) throws -> String {
    guard let value = request.headers[name], !value.isEmpty else {
      throw Refusal(status: 400, code: "missing", message: "The field \(name) is missing.")
    }
    return value
  }

  /// Reads `sha-256=` and 64 hexadecimal digits.
  static func digest(_ text: String) throws -> [UInt8] {
    let prefix = "sha-256="
    let digits = text.hasPrefix(prefix) ? Array(text.utf8.dropFirst(prefix.utf8.count)) : []
    let nibbles = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard nibbles.count == 64, digits.count == 64 else {
      throw bad("The field Stowage-Digest is not \"sha-256=\" with 64 hexadecimal digits.")
    }
    return stride(from: 0, to: 64, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
  }

  private static func bad(_ message: String) -> Refusal {
    Refusal(status: 400, code: "invalid", message: message)
  }

  static func unprocessable(_ message: String) -> Refusal {
    Refusal(status: 422, code: "invalid", message: message)
  }
}
