import Crypto
import Foundation
import Warehouse

/// The secret that the hashes of PINs and codes stand on, in a file of its own.
///
/// It lies beside the database, readable by the service alone, and is in no backup of it: whoever
/// steals the database alone cannot try PINs out. Without it no PIN is right any more, and new ones
/// have to be set on the box.
struct Pepper: Sendable {
  private static let bytes = 32
  private let key: SymmetricKey

  /// Reads the file, or makes it where there is none.
  init(path: String) throws {
    if let data = try Self.read(path) {
      key = SymmetricKey(data: data)
      return
    }
    let made = SymmetricKey(size: .bits256)
    let partial = "\(path).\(getpid()).new"
    unlink(partial)
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.unwritable(path) }
    let isWritten = made.withUnsafeBytes { room in
      write(descriptor, room.baseAddress, room.count) == room.count
    }
    let isKept = isWritten && fsync(descriptor) == 0
    Glibc.close(descriptor)
    // A link instead of a rename: of two processes that make it at once, the first one counts.
    guard isKept, link(partial, path) == 0 || errno == EEXIST else {
      unlink(partial)
      throw Self.unwritable(path)
    }
    unlink(partial)
    guard let data = try Self.read(path) else { throw Self.unwritable(path) }
    key = SymmetricKey(data: data)
  }

  /// HMAC-SHA256 under the pepper.
  func keyed(_ bytes: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  private static func read(_ path: String) throws -> Data? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw unreadable(path)
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Failure(
        .unusable,
        "The file \(path) can be read by others than the service.",
        hint: "chmod 600 \(path); if others were on this machine, set new PINs as well."
      )
    }
    guard let data = FileManager.default.contents(atPath: path), data.count == bytes else {
      throw unreadable(path)
    }
    return data
  }

  private static func unreadable(_ path: String) -> Failure {
    Failure(
      .unusable,
      "The file \(path) cannot be read, or is not \(bytes) bytes long.",
      hint: "Put the right one back. Without it a new one is made, and every PIN is set anew: "
        + "move the broken one away, start, and use stowage operator set."
    )
  }

  private static func unwritable(_ path: String) -> Failure {
    Failure(
      .unusable,
      "The file \(path) cannot be made: \(String(cString: strerror(errno))).",
      hint: "Give the service's user the right to write in the data directory."
    )
  }
}
