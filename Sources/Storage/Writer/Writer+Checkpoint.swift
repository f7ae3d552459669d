import GRDB
import Logging
import Synchronization
import Warehouse

/// Checkpoints: on this connection alone, and on our terms.
///
/// PASSIVE once the log has grown past `Limits.walCheckpointBytes`: it waits for nobody. Where a
/// reader kept it from copying everything, the next try waits until the log has grown by as much
/// again. TRUNCATE when idle and at the end, so that the file on disk is whole and small.
extension Writer {
  private static let pageBytes = 4_096

  private var framesPerCheckpoint: Int { Limits.walCheckpointBytes / Self.pageBytes }

  /// Copies the log into the database where it has grown past its limit.
  func checkpointIfGrown() {
    let frames = log.frames.load(ordering: .relaxed)
    let due = max(framesPerCheckpoint, log.due.load(ordering: .relaxed))
    guard frames >= due else { return }
    do {
      let result = try pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
      let isWhole = result.checkpointedFrameCount >= result.walFrameCount
      // A whole checkpoint lets the next write start the log anew.
      log.due.store(isWhole ? 0 : frames + framesPerCheckpoint, ordering: .relaxed)
      if isWhole { log.frames.store(0, ordering: .relaxed) }
    } catch {
      logger.error("a checkpoint failed: \(error)")
      log.due.store(frames + framesPerCheckpoint, ordering: .relaxed)
    }
  }

  /// Empties the log after a quiet while; gives way at once to a reader.
  func checkpointWhenIdle() {
    guard FileCheck.size(of: pool.path + "-wal") > 0 else { return }
    truncate(waitingMS: 10)
  }

  /// Empties the log; waits that long for readers.
  func truncate(waitingMS: Int) {
    do {
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = \(waitingMS)")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = 5000") }
        let result = try db.checkpoint(.truncate)
        if result.checkpointedFrameCount >= result.walFrameCount {
          log.frames.store(0, ordering: .relaxed)
          log.due.store(0, ordering: .relaxed)
        }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      logger.debug("the log is still being read")
    } catch {
      logger.error("emptying the log failed: \(error)")
    }
  }
}
