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
  /// SHA-256 of the batch with the number `durableThrough`, in hexadecimal, where there is one.
  var digest: String?
  /// Whether a later epoch of the facility is known here.
  var isSuperseded = false

  /// Writes the members that every answer to a sender carries.
  func write(
    instance: String,
    now: Instant,
    into writer: inout JSONWriter,
    more: (inout JSONWriter) -> Void = { _ in }
  ) {
    writer.object { writer in
      writer.object("durable_through") { writer in
        writer.member("epoch", epoch.text)
        writer.member("sequence", durableThrough)
        if let digest { writer.member("sha256", digest) }
      }
      writer.member("highest", highest)
      writer.member("receiver_instance", instance)
      Self.write(gaps, into: &writer)
      if isSuperseded { writer.member("superseded", true) }
      writer.member("server_time", ms: now.ms)
      writer.member("max_schema", IncomingBatch.schemaVersion)
      more(&writer)
    }
  }

  /// The missing ranges between the watermark and the highest number, the first of them.
  ///
  /// `present` are the ranges that batches above the watermark stand for, by their first number.
  static func gaps(_ present: [ClosedRange<Int64>], after durable: Int64) -> [ClosedRange<Int64>] {
    var gaps: [ClosedRange<Int64>] = []
    var last = durable
    for range in present {
      if range.lowerBound > last + 1 { gaps.append(last + 1...range.lowerBound - 1) }
      if gaps.count == Limits.listedGaps { break }
      last = max(last, range.upperBound)
    }
    return gaps
  }

  /// The watermark moved over everything that follows it without a gap.
  static func advanced(_ durable: Int64, over present: [ClosedRange<Int64>]) -> Int64 {
    var durable = durable
    for range in present where range.upperBound > durable {
      guard range.lowerBound <= durable + 1 else { break }
      durable = range.upperBound
    }
    return durable
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
        sql: """
          SELECT durable_through, highest, ordinal < (
            SELECT max(ordinal) FROM epochs l WHERE l.facility = e.facility)
          FROM epochs e WHERE facility = ? AND epoch = ?
          """,
        arguments: [facility, epoch.text]
      )
      let durable: Int64 = row?[0] ?? 0
      let highest: Int64 = row?[1] ?? 0
      let digest = try Data.fetchOne(
        db,
        sql: "SELECT digest FROM batches WHERE facility = ? AND epoch = ? AND sequence = ?",
        arguments: [facility, epoch.text, durable]
      )
      return Watermark(
        epoch: epoch,
        durableThrough: durable,
        highest: highest,
        gaps: try Self.gaps(db, facility, epoch.text, after: durable, to: highest),
        digest: digest.map { KeyRing.hexadecimal($0) },
        isSuperseded: row?[2] ?? false
      )
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
    return Watermark.gaps(try present(db, facility, epoch, after: durable), after: durable)
  }

  /// The ranges that batches above a number stand for, by their first number.
  static func present(
    _ db: Database,
    _ facility: String,
    _ epoch: String,
    after durable: Int64
  ) throws -> [ClosedRange<Int64>] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT coalesce(covers_from, sequence), sequence FROM batches
        WHERE facility = ? AND epoch = ? AND sequence > ? ORDER BY 1
        """,
      arguments: [facility, epoch, durable]
    )
    .map { ($0[0] as Int64)...($0[1] as Int64) }
  }

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
