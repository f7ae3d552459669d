import CSQLite
import Foundation
import Warehouse

/// What must hold of the database's place and name before SQLite may touch it.
enum FileCheck {
  /// What stands at the path.
  enum Finding: Equatable {
    case absent
    case file
  }

  /// Refuses links, other things than files, and file systems whose locks cannot be trusted.
  ///
  /// A second name (symbolic or hard link) would give the database two write-ahead logs; network
  /// and user-space file systems lose locks. Nothing is opened here: `stat` alone.
  static func examine(_ path: String) throws(Failure) -> Finding {
    try refuseForeignFileSystem(of: folder(of: path))
    for name in [path, path + "-wal", path + "-shm"] {
      var found = stat()
      guard lstat(name, &found) == 0 else {
        if errno == ENOENT {
          if name == path { return .absent }
          continue
        }
        throw Failure(
          .unusable,
          "\(name) cannot be examined: \(String(cString: strerror(errno))).",
          hint: "Check the folder and its permissions."
        )
      }
      try refuseLinks(name, found)
    }
    return .file
  }

  /// The folder that a path lies in.
  static func folder(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  /// The size of a file in bytes, 0 where there is none; by `stat`, never by opening it.
  static func size(of path: String) -> Int64 {
    var found = stat()
    return stat(path, &found) == 0 ? Int64(found.st_size) : 0
  }

  /// Free and total bytes of the file system that a path lies on.
  static func disk(of path: String) -> (freeBytes: Int64, totalBytes: Int64) {
    var found = statvfs()
    guard statvfs(folder(of: path), &found) == 0 else { return (0, 0) }
    let unit = Int64(found.f_frsize)
    return (Int64(found.f_bavail) * unit, Int64(found.f_blocks) * unit)
  }

  private static func refuseLinks(_ name: String, _ found: stat) throws(Failure) {
    let kind = found.st_mode & S_IFMT
    if kind == S_IFLNK {
      throw Failure(
        .unusable,
        "\(name) is a symbolic link.",
        hint: "Name the file itself: a database with two names loses its write-ahead log."
      )
    }
    if kind != S_IFREG {
      throw Failure(
        .unusable,
        "\(name) is not a file.",
        hint: "Name the database file, for example /var/lib/stowage/warehouse.db."
      )
    }
    if found.st_nlink > 1 {
      throw Failure(
        .unusable,
        "\(name) has \(found.st_nlink) names (hard links).",
        hint: "Remove the other names: a database with two names loses its write-ahead log."
      )
    }
  }

  private static func refuseForeignFileSystem(of folder: String) throws(Failure) {
    let magic = stowage_file_system(folder)
    guard magic != 0 else {
      throw Failure(
        .unusable,
        "The folder \(folder) cannot be examined: \(String(cString: strerror(errno))).",
        hint: "Make the folder, and give it to the user who runs Stowage."
      )
    }
    if let name = unsafeFileSystem(magic) {
      throw Failure(
        .unusable,
        "\(folder) lies on \(name), where the locks of a database cannot be trusted.",
        hint: "Keep the data folder on a local disk (ext4, xfs, btrfs)."
      )
    }
  }

  /// The name of a file system that is refused, by the magic number of statfs(2); nil for others.
  static func unsafeFileSystem(_ magic: UInt32) -> String? {
    switch magic {
    case 0x6969: "NFS"
    case 0xFF53_4D42: "CIFS"
    case 0xFE53_4D42: "SMB2"
    case 0x517B: "SMB"
    case 0x6573_5546: "FUSE"
    case 0x5346_414F, 0x6B41_4653: "AFS"
    case 0x00C3_6400: "Ceph"
    case 0x0102_1997: "9P"
    default: nil
    }
  }
}
