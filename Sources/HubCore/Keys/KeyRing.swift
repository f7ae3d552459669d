import Crypto
import Foundation
import Synchronization
import Warehouse
import WireFormat

/// Who may speak to the hub: a file of hashed keys in the data folder.
///
/// A file and not a table, so that `stowage-hub facility add` works while the hub runs and the
/// database keeps its one writer. A key is 256 random bits, so its plain SHA-256 is enough to keep
/// the file harmless; the key itself is shown once and stored nowhere.
public final class KeyRing: Sendable {
  /// What a key is good for.
  public enum Role: String, Sendable {
    /// Sends its own facility's batches, and reads what the hub holds of it.
    case facility
    /// Reads everything.
    case reader
  }

  /// One key.
  public struct Entry: Sendable, Equatable {
    /// What it is good for.
    public var role: Role
    /// The facility's code or the reader's name.
    public var name: String
    /// SHA-256 of the key in hexadecimal.
    public var digest: String
    /// When it was made.
    public var createdAt: Instant
    /// From when on it is good for nothing; nil for never.
    public var expiresAt: Instant?

    /// The name, the day and the beginning of the digest, as lists print it.
    public var line: String {
      let until = expiresAt.map { "until \($0.utcDay)" } ?? "for good"
      return "\(name)\tsince \(createdAt.utcDay)\t\(until)\tsha256 \(digest.prefix(12))..."
    }
  }

  private struct Loaded {
    var stamp: Stamp?
    var entries: [Entry] = []
    var byDigest: [String: Entry] = [:]
  }

  /// What tells one state of the file from another.
  private struct Stamp: Equatable {
    var seconds: Int
    var nanoseconds: Int
    var size: Int
    var file: UInt64
  }

  private let folder: String
  private let path: String
  private let loaded = Mutex(Loaded())

  /// A ring over the file `keys.json` in the data folder; the file need not exist.
  public init(folder: String) {
    self.folder = folder
    path = folder + "/keys.json"
  }

  /// Every key, in the order in which they were made.
  public func entries() throws -> [Entry] {
    try current { $0.entries }
  }

  /// Whether there is any key; without one the hub is open to its own machine, and to nobody else.
  public func isEmpty() throws -> Bool {
    try current { $0.entries.isEmpty }
  }

  /// Whose key this is; nil where it is nobody's.
  public func owner(of key: String) throws -> Entry? {
    let digest = Self.digest(key)
    return try current { $0.byDigest[digest] }
  }

  /// Makes a key, which is returned and stored nowhere.
  ///
  /// A name may have several, so that one can be replaced without a gap. A key expires after that
  /// many days; 0 means never.
  public func add(
    _ role: Role,
    name: String,
    at moment: Instant,
    days: Int = 0
  ) throws -> String {
    if let fault = Code.fault(in: name) {
      throw Failure(.invalid, "The name \"\(name)\" \(fault).")
    }
    let key = "stow_" + SymmetricKey(size: .bits256).withUnsafeBytes { Self.hexadecimal($0) }
    let entry = Entry(
      role: role,
      name: name,
      digest: Self.digest(key),
      createdAt: moment,
      expiresAt: days == 0 ? nil : moment.adding(seconds: Int64(days) * 86_400)
    )
    try change { $0.append(entry) }
    return key
  }

  /// Takes away every key of that name and role; returns how many there were.
  @discardableResult
  public func revoke(_ role: Role, name: String) throws -> Int {
    var count = 0
    try change { entries in
      count = entries.count { $0.role == role && $0.name == name }
      entries.removeAll { $0.role == role && $0.name == name }
    }
    guard count > 0 else {
      throw Failure(
        .notFound,
        "There is no \(role.rawValue) key named \(name).",
        hint: "`stowage-hub \(role.rawValue) list` shows the names."
      )
    }
    return count
  }

  private func current<Result>(_ body: (Loaded) -> Result) throws -> Result {
    let stamp = Self.stamp(of: path)
    return try loaded.withLock { loaded in
      if loaded.stamp != stamp {
        let entries = stamp == nil ? [] : try Self.read(path)
        loaded = Loaded(
          stamp: stamp,
          entries: entries,
          byDigest: Dictionary(entries.map { ($0.digest, $0) }, uniquingKeysWith: { $1 })
        )
      }
      return body(loaded)
    }
  }

  /// Reads, changes and replaces the file under a lock, so that two commands do not undo each
  /// other; the file is whole at every moment.
  private func change(_ body: (inout [Entry]) -> Void) throws {
    try HubStore.makeFolder(folder)
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw Self.unwritable(path) }
    defer { close(lock) }
    Self.handOver(lock, in: folder)
    var entries = Self.stamp(of: path) == nil ? [] : try Self.read(path)
    body(&entries)
    try Self.replace(path, Self.encode(entries))
  }

  private static func stamp(of path: String) -> Stamp? {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    return Stamp(
      seconds: found.st_mtim.tv_sec,
      nanoseconds: found.st_mtim.tv_nsec,
      size: Int(found.st_size),
      file: UInt64(found.st_ino)
    )
  }

  /// The digest under which a key is stored.
  static func digest(_ key: String) -> String {
    SHA256.hash(data: Array(key.utf8)).withUnsafeBytes { hexadecimal($0) }
  }

  /// Bytes as lower-case hexadecimal digits.
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    HexText.lower(bytes)
  }
}
