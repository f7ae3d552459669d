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

    /// Reads a line; throws `malformed` for what is none.
    init(_ text: [UInt8], number: Int) throws {
      guard let value = try? JSONReader.parse(text),
        let facility = value["facility"]?.string, Code.fault(in: facility) == nil,
        let epoch = value["epoch"]?.string.flatMap({ PublicID($0) }),
        let sequence = value["sequence"]?.integer, sequence > 0,
        let digest = value["sha256"]?.string,
        let packed = value["body_gzip"]?.string.flatMap({ Data(base64Encoded: $0) })
      else {
        throw Failure(
          .malformed,
          "Line \(number) is no batch of `stowage sync export`.",
          hint: "Copy the file again; its lines are whole or they are not taken."
        )
      }
      self.facility = facility
      self.epoch = epoch
      self.sequence = sequence
      self.digest = try IncomingBatch.digest("sha-256=" + digest)
      self.packed = Array(packed)
    }
  }

  private let folder: String
  private let database: String?

  /// Loads into the store of a folder, or into PostgreSQL where one is named.
  public init(folder: String, database: String?) {
    self.folder = folder
    self.database = database
  }

  /// Loads a file; every line that was reported is durable.
  public func load(_ path: String, now: Instant) throws -> Outcome {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.notFound, "The file \(path) cannot be read.")
    }
    let ledger: any HubLedger =
      try database.map { try PostgresLedger($0, now: now) }
      ?? HubStore(folder: folder, now: now)
    defer { try? ledger.close() }
    return try Self.load(Array(data), into: ledger, now: now)
  }

  /// Loads the lines of a file that is in memory.
  static func load(
    _ bytes: [UInt8],
    into ledger: any HubLedger,
    now: Instant
  ) throws -> Outcome {
    var outcome = Outcome()
    for (index, text) in bytes.split(separator: 0x0A).enumerated() {
      let line = try Line(Array(text), number: index + 1)
      var batch = IncomingBatch(
        facility: line.facility,
        epoch: line.epoch,
        sequence: line.sequence,
        digest: line.digest
      )
      do {
        let body = try Gzip.decompress(line.packed, maximumBytes: Limits.batchBytes)
        try batch.take(body: body)
      } catch {
        throw Failure(
          .malformed,
          "Line \(index + 1), batch \(line.sequence) of \(line.facility), is damaged: \(error)",
          hint: "Copy the file again; what stands before this line is loaded."
        )
      }
      switch try ledger.store(batch, at: now) {
      case .stored: outcome.stored += 1
      case .repeated: outcome.repeated += 1
      case .conflicting: outcome.conflicting += 1
      }
    }
    return outcome
  }
}
