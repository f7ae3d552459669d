import Foundation
import Warehouse
import WireFormat

/// Batches that came as a file, carried by hand from a site without a line.
///
/// A line each, as `stowage sync export` writes them: identity, SHA-256 and the packed body. They
/// go the way that a received batch goes, so a file that is loaded twice, or after the line came
/// back, changes nothing.
public struct ExportFile: Sendable {
  /// What became of the lines.
  public struct Outcome: Sendable, Equatable {
    /// Batches that were new.
    public var stored = 0
    /// Batches that were here before.
    public var repeated = 0
    /// Batches whose number other bytes have; they are set aside.
    public var conflicting = 0
  }

  /// One line of a file.
  struct Line {
    var facility: String
    var epoch: PublicID
    var sequence: Int64
    var digest: [UInt8]
    var packed: [UInt8]

    /// Takes a line apart; throws `malformed` for what is none.
    init(_ value: JSONValue, number: Int) throws {
      guard let facility = value["facility"]?.string, Code.fault(in: facility) == nil,
        let epoch = value["epoch"]?.string.flatMap({ PublicID($0) }),
        let sequence = value["sequence"]?.integer, sequence > 0,
        let digest = value["sha256"]?.string,
        let packed = value["body_gzip"]?.string.flatMap({ Data(base64Encoded: $0) })
      else { throw Self.unreadable(number) }
      self.facility = facility
      self.epoch = epoch
      self.sequence = sequence
      self.digest = try IncomingBatch.digest("sha-256=" + digest)
      self.packed = Array(packed)
    }

    static func unreadable(_ number: Int) -> Failure {
      Failure(
        .malformed,
        "Line \(number) is no batch of `stowage sync export`.",
        hint: "Copy the file again; its lines are whole or they are not taken."
      )
    }
  }

  private let folder: String
  private let database: String?

  /// Loads into the store of a folder, or into PostgreSQL where one is named.
  public init(folder: String, database: String?) {
    self.folder = folder
    self.database = database
  }

  /// Loads a file line by line, in the memory of one; every line that was reported is durable.
  public func load(_ path: String, now: Instant) throws -> Outcome {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Failure(.notFound, "The file \(path) cannot be read.")
    }
    defer { try? file.close() }
    let ledger: any HubLedger =
      try database.map { try PostgresLedger($0, now: now) }
      ?? HubStore(folder: folder, now: now)
    defer { try? ledger.close() }
    return try Self.load(
      { Array(try file.read(upToCount: Self.pieceBytes) ?? Data()) },
      into: ledger,
      now: now
    )
  }

  /// Loads lines from a source of bytes.
  static func load(
    _ source: @escaping ByteSource,
    into ledger: any HubLedger,
    now: Instant
  ) throws -> Outcome {
    var outcome = Outcome()
    var reader = NDJSONReader(source, maximumLineBytes: Limits.exportLineBytes)
    while let value = try next(&reader) {
      let line = try Line(value, number: reader.line)
      switch try ledger.store(try batch(line, number: reader.line), at: now) {
      case .stored: outcome.stored += 1
      case .repeated: outcome.repeated += 1
      case .conflicting: outcome.conflicting += 1
      }
    }
    return outcome
  }

  /// How much of a file is read at a time.
  private static let pieceBytes = 256 * 1_024

  /// The next line as a document; nil at the end of the file.
  private static func next(_ reader: inout NDJSONReader) throws -> JSONValue? {
    do {
      return try reader.next()
    } catch is WireFormatError {
      throw Line.unreadable(reader.line)
    }
  }

  /// The batch of a line, checked like one that was received.
  private static func batch(_ line: Line, number: Int) throws -> IncomingBatch {
    var batch = IncomingBatch(
      facility: line.facility,
      epoch: line.epoch,
      sequence: line.sequence,
      digest: line.digest
    )
    do {
      try batch.take(
        body: try Gzip.decompress(line.packed, maximumBytes: Limits.batchBytes)
      )
    } catch {
      throw Failure(
        .malformed,
        "Line \(number), batch \(line.sequence) of \(line.facility), is damaged: \(error)",
        hint: "Copy the file again; what stands before this line is loaded."
      )
    }
    return batch
  }
}
