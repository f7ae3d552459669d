import Foundation
import GRDB
import Warehouse

/// Looks whose file stands at the path before anything may write to it.
///
/// Read-only and closed again before the pool opens, because the pool writes while it opens. A
/// refused file keeps every byte.
enum HeaderCheck {
  /// False where there is no file yet, true for one of ours; others are refused.
  static func isOurs(_ path: String) throws -> Bool {
    var found = stat()
    guard lstat(path, &found) == 0 else {
      guard errno == ENOENT else { throw refused(path, "cannot be examined") }
      return false
    }
    guard found.st_mode & S_IFMT == S_IFREG, found.st_nlink == 1 else {
      throw refused(path, "is a link or no file")
    }
    guard found.st_size > 0 else { throw refused(path, "is empty") }
    let companions = [path + "-wal", path + "-shm"].filter { (name: String) in
      access(name, F_OK) != 0
    }
    defer { for companion in companions { unlink(companion) } }
    let (application, version) = try marks(of: path)
    guard application == HubSchema.applicationID else {
      throw refused(path, "is an SQLite database, but not a store of the hub")
    }
    guard version <= HubSchema.version else {
      throw Failure(
        .unusable,
        "\(path) has schema version \(version); this program knows versions up to "
          + "\(HubSchema.version).",
        hint: "Install the newer stowage-hub that wrote it. Nothing was changed."
      )
    }
    guard version >= 1 else { throw refused(path, "carries no schema") }
    return true
  }

  private static func marks(of path: String) throws -> (Int64, Int64) {
    var configuration = Configuration()
    configuration.readonly = true
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      return try queue.read { db in
        _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
        return (
          try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        )
      }
    } catch {
      throw refused(path, "cannot be read as a database")
    }
  }

  private static func refused(_ path: String, _ why: String) -> Failure {
    Failure(
      .unusable,
      "\(path) \(why).",
      hint: "Name another folder with --data, or restore a backup. Nothing was changed."
    )
  }
}
