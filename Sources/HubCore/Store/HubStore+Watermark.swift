import Foundation
import GRDB
import Warehouse
import WireFormat

/// What the hub holds of one epoch of a facility.
struct Watermark: Sendable, Equatable {
  /// The epoch.
  var epoch: PublicID
  /// Every batch up to this number is here.
  var durableThrough: Int64
  /// The highest number that is here.
  var highest: Int64
  /// Missing ranges below the highest, the first of them.
  var gaps: [ClosedRange<Int64>]

  /// Writes the members that every answer to a sender carries.
  func write(instance: String, now: Instant, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.object("durable_through") { writer in
        writer.member("epoch", epoch.text)
        writer.member("sequence", durableThrough)
      }
      writer.member("highest", highest)
      writer.member("receiver_instance", instance)
      Self.write(gaps, into: &writer)
      writer.member("server_time", ms: now.ms)
      writer.member("max_schema", IncomingBatch.schemaVersion)
    }
  }

  static func write(_ gaps: [ClosedRange<Int64>], into writer: inout JSONWriter) {
    writer.array("gaps") { writer in
      for gap in gaps {
        writer.array { writer in
          writer.value(gap.lowerBound)
          writer.value(gap.upperBound)
        }
      }
    }
  }
}

extension HubStore {
  /// What is here of an epoch; an unknown one has nothing.
  func watermark(facility: String, epoch: PublicID) throws -> Watermark {
    try pool.read { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT durable_through, highest FROM epochs WHERE facility = ? AND epoch = ?",
        arguments: [facility, epoch.text]
      )
      let durable: Int64 = row?[0] ?? 0
      let highest: Int64 = row?[1] ?? 0
      let gaps = try Self.gaps(db, facility, epoch.text, after: durable, to: highest)
      return Watermark(epoch: epoch, durableThrough: durable, highest: highest, gaps: gaps)
    }
  }

  /// The missing ranges between the watermark and the highest number, the first of them.
  static func gaps(
    _ db: Database,
    _ facility: String,
    _ epoch: String,
    after durable: Int64,
    to highest: Int64
  ) throws -> [ClosedRange<Int64>] {
    guard highest > durable else { return [] }
    var gaps: [ClosedRange<Int64>] = []
    var last = durable
    let present = try Int64.fetchCursor(
      db,
      sql: """
        SELECT sequence FROM batches WHERE facility = ? AND epoch = ? AND sequence > ?
        ORDER BY sequence
        """,
      arguments: [facility, epoch, durable]
    )
    while gaps.count < Limits.listedGaps, let sequence = try present.next() {
      if sequence > last + 1 { gaps.append(last + 1...sequence - 1) }
      last = sequence
    }
    return gaps
  }
}

extension HubStore {
  /// The bytes of a batch as they came; nil where it is not here.
  func body(facility: String, epoch: PublicID, sequence: Int64) throws -> [UInt8]? {
    let packed = try pool.read { db in
      try Data.fetchOne(
        db,
        sql: "SELECT body_gzip FROM batches WHERE facility = ? AND epoch = ? AND sequence = ?",
        arguments: [facility, epoch.text, sequence]
      )
    }
    return try packed.map { try Gzip.decompress(Array($0), maximumBytes: Limits.batchBytes) }
  }
}
