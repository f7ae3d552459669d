import GRDB
import Warehouse
import WireFormat

/// Where one facility stands with the hub.
struct FacilityLine: Sendable, Equatable {
  /// The facility's code.
  var facility: String
  /// Whether it has a key.
  var isRegistered: Bool
  /// What is here of its newest epoch; nil where it has never sent.
  var watermark: Watermark?
  /// How many epochs it has had: one more for each restore.
  var epochs = 0
  /// Batches of all epochs.
  var batches = 0
  /// Events of all epochs.
  var events = 0
  /// Batches set aside because their number was taken by other bytes.
  var quarantined = 0
  /// When something last came.
  var lastReceivedAt: Instant?
  /// The facility's clock minus ours when it last sent, in milliseconds.
  var clockSkewMS: Int64?

  /// Seconds since something last came; nil where nothing ever did.
  func lagS(now: Instant) -> Int64? {
    lastReceivedAt.map { max(0, (now.ms - $0.ms) / 1_000) }
  }
}

extension HubStore {
  /// Where every facility stands, by code; `registered` are those that have keys, and `only`
  /// restricts the list to one.
  func facilities(registered: Set<String>, only: String?) throws -> [FacilityLine] {
    let lines = try pool.read { db in
      var lines: [String: FacilityLine] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT e.facility, e.epoch, e.durable_through, e.highest,
            (SELECT count(*) FROM epochs a WHERE a.facility = e.facility),
            (SELECT max(last_received_at) FROM epochs a WHERE a.facility = e.facility),
            e.clock_skew_ms,
            (SELECT count(*) FROM batches b WHERE b.facility = e.facility),
            (SELECT coalesce(sum(events), 0) FROM batches b WHERE b.facility = e.facility),
            (SELECT count(*) FROM quarantine q WHERE q.facility = e.facility)
          FROM epochs e
          WHERE e.ordinal = (SELECT max(ordinal) FROM epochs a WHERE a.facility = e.facility)
            AND (?1 IS NULL OR e.facility = ?1)
          """,
        arguments: [only]
      )
      while let row = try rows.next() {
        let line = try Self.line(db, row)
        lines[line.facility] = line
      }
      return lines
    }
    return Self.completed(lines, registered, only: only)
  }

  private static func line(_ db: Database, _ row: Row) throws -> FacilityLine {
    let facility: String = row[0]
    var line = FacilityLine(facility: facility, isRegistered: false)
    if let epoch = PublicID(row[1] as String) {
      let gaps = try gaps(db, facility, epoch.text, after: row[2], to: row[3])
      line.watermark = Watermark(
        epoch: epoch,
        durableThrough: row[2],
        highest: row[3],
        gaps: gaps
      )
    }
    line.epochs = row[4]
    line.lastReceivedAt = (row[5] as Int64?).map { Instant(ms: $0) }
    line.clockSkewMS = row[6]
    line.batches = row[7]
    line.events = row[8]
    line.quarantined = row[9]
    return line
  }
}
