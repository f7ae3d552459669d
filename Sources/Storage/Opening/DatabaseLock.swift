import Foundation
import Warehouse

/// The lock file beside the database: one process at a time.
///
/// `flock` on `<database>.lock`, which holds the process id for people. The kernel drops the lock
/// with the process, so a stale file never blocks a start. The file is removed on release; because
/// another process may just have opened it, a lock counts only if the file it was taken on is
/// still the one at the path.
final class DatabaseLock: Sendable {
  /// Where the lock file is.
  let path: String
  private let descriptor: Int32

  /// Takes the lock, or fails with `busy` and the process id of its holder.
  init(databasePath: String) throws(Failure) {
    path = databasePath + ".lock"
    for _ in 0..<16 {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
      guard opened >= 0 else {
        throw Failure(
          .unusable,
          "The lock file \(path) cannot be opened: \(String(cString: strerror(errno))).",
          hint: "Check that the data folder exists and belongs to the user who runs Stowage."
        )
      }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        let holder = Self.holder(opened)
        close(opened)
        throw Failure(
          .busy,
          "Another process\(holder.map { " (pid \($0))" } ?? "") has this warehouse open.",
          hint: "Use the running appliance, or stop it first.",
          context: ["lock": path]
        )
      }
      if Self.isStillAt(path, opened) {
        descriptor = opened
        let text = "\(getpid())\n"
        _ = ftruncate(opened, 0)
        _ = text.withCString { write(opened, $0, strlen($0)) }
        return
      }
      close(opened)
    }
    throw Failure(.busy, "The lock file \(path) keeps changing.", hint: "Try again.")
  }

  /// Gives the lock back and removes its file.
  func release() {
    unlink(path)
    close(descriptor)
  }

  private static func isStillAt(_ path: String, _ descriptor: Int32) -> Bool {
    var own = stat()
    var there = stat()
    return fstat(descriptor, &own) == 0 && lstat(path, &there) == 0
      && own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }

  private static func holder(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let length = pread(descriptor, &bytes, bytes.count, 0)
    guard length > 0 else { return nil }
    let text = String(decoding: bytes.prefix(length), as: UTF8.self)
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
