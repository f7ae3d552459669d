import Foundation
import GRDB
import Warehouse

extension HubStore {
  /// Stored batches that were not passed on yet, the oldest first.
  func unrelayed(limit: Int) throws -> [RelayedBatch] {
    try pool.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT facility, epoch, sequence, body_gzip FROM batches
          WHERE relayed_at IS NULL ORDER BY received_at LIMIT ?
          """,
        arguments: [limit]
      )
      .map { row in
        RelayedBatch(
          facility: row[0],
          epoch: row[1],
          sequence: row[2],
          body: Array(row[3] as Data)
        )
      }
    }
  }

  /// Marks batches as passed on.
  func markRelayed(_ batches: [RelayedBatch], at now: Instant) throws {
    try pool.write { db in
      for batch in batches {
        try db.execute(
          sql: """
            UPDATE batches SET relayed_at = ? WHERE facility = ? AND epoch = ? AND sequence = ?
            """,
          arguments: [now.ms, batch.facility, batch.epoch, batch.sequence]
        )
      }
    }
  }
}
