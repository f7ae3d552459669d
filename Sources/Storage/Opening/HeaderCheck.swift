import CSQLite
import Foundation
import Warehouse

/// Reads whose a database file is and how new, before anything may write to it.
///
/// A read-only connection, closed before the pool opens, because the pool writes while it opens.
/// Where no write-ahead log is pending the file is opened as immutable, so that not even the
/// companion files come into being; a refused file keeps every byte.
enum HeaderCheck {
  /// `STOW`, in the header of every database of ours.
  static let applicationID: Int64 = 0x5354_4F57

  /// The schema version of a file of ours; refuses foreign, newer, empty and broken files.
  static func schemaVersion(of path: String, known: Int) throws(Failure) -> Int {
    if FileCheck.size(of: path) == 0 {
      throw Failure(
        .unusable,
        "\(path) is empty: it is not a Stowage database.",
        hint: "Remove the empty file and run `stowage init`, or restore a backup."
      )
    }
    let (application, version) = try read(path)
    guard application == applicationID else {
      throw Failure(
        .unusable,
        "\(path) is an SQLite database, but not one of Stowage.",
        hint: "Name the right file, or run `stowage init` with another path. Nothing was changed.",
        context: ["application_id": String(application)]
      )
    }
    guard version <= known else {
      throw Failure(
        .unusable,
        "\(path) has schema version \(version); this program knows versions up to \(known).",
        hint: "Install the newer Stowage that wrote it, or restore a backup that this version made."
          + " Nothing was changed.",
        context: ["schema_version": String(version)]
      )
    }
    guard version >= 1 else {
      throw Failure(
        .unusable,
        "\(path) carries the mark of Stowage but no schema.",
        hint: "Restore a backup, or remove the file and run `stowage init`."
      )
    }
    return Int(version)
  }

  private static func read(_ path: String) throws(Failure) -> (Int64, Int64) {
    let hasLog = FileCheck.size(of: path + "-wal") > 0
    let hadIndex = access(path + "-shm", F_OK) == 0
    defer {
      // What this look itself brought into being goes again; the database is closed by then.
      if hasLog, !hadIndex { unlink(path + "-shm") }
    }
    var connection: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW
    let uri = address(of: path) + (hasLog ? "?mode=ro" : "?mode=ro&immutable=1")
    let code = sqlite3_open_v2(uri, &connection, flags, nil)
    defer { sqlite3_close(connection) }
    guard code == SQLITE_OK else { throw unreadable(path, connection) }
    sqlite3_busy_timeout(connection, 2_000)
    let application = try number("PRAGMA application_id", connection, path)
    let version = try number("PRAGMA user_version", connection, path)
    _ = try number("SELECT count(*) FROM sqlite_schema", connection, path)
    return (application, version)
  }

  private static func number(
    _ sql: String,
    _ connection: OpaquePointer?,
    _ path: String
  ) throws(Failure) -> Int64 {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK,
      sqlite3_step(statement) == SQLITE_ROW
    else { throw unreadable(path, connection) }
    return sqlite3_column_int64(statement, 0)
  }

  private static func unreadable(_ path: String, _ connection: OpaquePointer?) -> Failure {
    let reason = connection.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
    return Failure(
      .unusable,
      "\(path) cannot be read as a database: \(reason).",
      hint: "Name the right file, or restore the newest backup. Nothing was changed."
    )
  }

  /// The `file:` address of a path, with everything escaped that an address gives a meaning.
  private static func address(of path: String) -> String {
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var text = "file:"
    for byte in absolute.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        text += "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }
    }
    return text
  }
}
