import Foundation
import Warehouse

/// One hub per data folder: a lock that the kernel drops with the process.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, or fails with `busy`.
  init(path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      throw Failure(
        .unusable,
        "The lock file \(path) cannot be opened: \(String(cString: strerror(errno))).",
        hint: "Check that the data folder belongs to the user who runs the hub."
      )
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Failure(
        .busy,
        "Another hub has this data folder open.",
        hint: "Stop it first, or name another folder with --data."
      )
    }
  }

  /// Gives the lock back; the file stays, so that nobody locks a file that is being removed.
  func release() {
    close(descriptor)
  }
}
