import Foundation
import Warehouse
import WireFormat

/// What can be done with the batches of this database without a line: check them, carry them.
public struct UplinkArchive: Sendable {
  /// What a check of the kept batches came to.
  public struct Check: Sendable, Equatable {
    /// How many batches were looked at.
    public var batches = 0
    /// Numbers whose bytes are not those that were frozen.
    public var damaged: [Int64] = []
    /// The last number given out.
    public var lastSequence: Int64 = 0
    /// Numbers that are neither acknowledged nor kept.
    public var missing: [Int64] = []

    /// Whether everything is as it should be.
    public var isSound: Bool { damaged.isEmpty && missing.isEmpty }
  }

  /// Batches of one page.
  static let page = 8

  private let facility: String
  private let outbox: any Outbox
  private let packing: BatchPacking

  /// Stands on an outbox.
  public init(facility: String, outbox: any Outbox) {
    self.facility = facility
    self.outbox = outbox
    packing = BatchPacking(encoding: BatchEncoding(facility: facility))
  }

  /// Freezes everything that waits, so that it can be carried.
  public func freezeAll(now: Instant) throws {
    while true {
      let last = try outbox.read { try $0.outboxState().lastSequence }
      guard try packing.freeze(from: outbox, foretold: last + 1, now: now).batch != nil else {
        return
      }
    }
  }

  /// Lines of an export, a batch each, after a number; nil where there are no more.
  ///
  /// Acknowledged batches that are still kept come too: the receiver knows them, and a file that
  /// holds more is a file that can be loaded anywhere.
  public func lines(
    after sequence: Int64,
    pendingOnly: Bool
  ) throws -> (lines: [String], next: Int64?) {
    let batches = try outbox.read { try $0.keptBatches(after: sequence, limit: Self.page) }
    let lines = try batches.filter { !pendingOnly || $0.acknowledgedAt == nil }.map { batch in
      let packed = Data(try batch.packedBody()).base64EncodedString()
      var writer = JSONWriter(capacity: packed.utf8.count + 256)
      writer.object { writer in
        writer.member("facility", facility)
        writer.member("epoch", batch.epoch.text)
        writer.member("sequence", batch.sequence)
        writer.member("sha256", HTTPUplinkTransport.hexadecimal(batch.digest))
        writer.member("body_gzip", packed)
      }
      return writer.text
    }
    return (lines, batches.last.map(\.sequence))
  }

  /// Checks every kept batch against its digest, and that no pending number is missing.
  public func check() throws -> Check {
    var check = Check()
    let state = try outbox.read { try $0.outboxState() }
    check.lastSequence = state.lastSequence
    var expected = state.acknowledgedThrough + 1
    var after: Int64 = 0
    while true {
      let batches = try outbox.read { try $0.keptBatches(after: after, limit: Self.page) }
      guard let last = batches.last else { break }
      for batch in batches {
        check.batches += 1
        if !batch.isSound { check.damaged.append(batch.sequence) }
        if batch.sequence >= expected {
          if batch.coversFrom > expected { check.missing += expected..<batch.coversFrom }
          expected = batch.sequence + 1
        }
      }
      after = last.sequence
    }
    if expected <= state.lastSequence { check.missing += expected...state.lastSequence }
    return check
  }
}
