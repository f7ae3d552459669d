import Foundation
import Warehouse
import WireFormat

extension KeyRing {
  /// The failure for a file that cannot be written.
  static func unwritable(_ path: String) -> Failure {
    Failure(
      .unusable,
      "The key file \(path) cannot be written: \(String(cString: strerror(errno))).",
      hint: "Run the command as the user who owns the data folder."
    )
  }

  static func encode(_ entries: [Entry]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.array("keys") { writer in
        for entry in entries {
          writer.object { writer in
            writer.member("role", entry.role.rawValue)
            writer.member("name", entry.name)
            writer.member("sha256", entry.digest)
            writer.member("created_at", ms: entry.createdAt.ms)
            if let end = entry.expiresAt { writer.member("expires_at", ms: end.ms) }
          }
        }
      }
    }
    return writer.bytes + [0x0A]
  }

  /// Reads the file; a broken one is refused rather than taken for an empty one, because an empty
  /// one opens the hub.
  static func read(_ path: String) throws -> [Entry] {
    guard let data = FileManager.default.contents(atPath: path),
      let rows = try? JSONReader.parse(Array(data))["keys"]?.array
    else { throw broken(path) }
    return try rows.map { row in
      guard let role = row["role"]?.string.flatMap(Role.init(rawValue:)),
        let name = row["name"]?.string, Code.fault(in: name) == nil,
        let digest = row["sha256"]?.string, digest.count == 64,
        let created = row["created_at"]?.string.flatMap({ try? Timestamp.ms($0) })
      else { throw broken(path) }
      var entry = Entry(role: role, name: name, digest: digest, createdAt: Instant(ms: created))
      if let end = row["expires_at"] {
        guard let ms = end.string.flatMap({ try? Timestamp.ms($0) }) else { throw broken(path) }
        entry.expiresAt = Instant(ms: ms)
      }
      return entry
    }
  }

  private static func broken(_ path: String) -> Failure {
    Failure(
      .unusable,
      "The key file \(path) cannot be read.",
      hint: "Restore it from a backup, or remove it and give new keys to all facilities."
    )
  }

  /// Gives a file that root writes to the owner of the folder, who runs the hub and must read it.
  static func handOver(_ file: Int32, in folder: String) {
    var found = stat()
    guard geteuid() == 0, stat(folder, &found) == 0 else { return }
    _ = fchown(file, found.st_uid, found.st_gid)
  }

  /// Writes beside the file, syncs, and renames over it.
  static func replace(_ path: String, _ bytes: [UInt8]) throws {
    let draft = path + ".new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw unwritable(path) }
    let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    handOver(file, in: (path as NSString).deletingLastPathComponent)
    let isDurable = written == bytes.count && fsync(file) == 0
    close(file)
    guard isDurable, rename(draft, path) == 0 else {
      unlink(draft)
      throw unwritable(path)
    }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}
