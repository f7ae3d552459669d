import Crypto
import Foundation
import Synchronization
import Warehouse
import WireFormat

/// Settings that wait for facilities: one signed, versioned document for each, in a file of the
/// data folder.
///
/// A file and not a table, so that the command works while the hub runs, and so that the signing
/// key never has to be on the hub: it is needed only by whoever runs the command.
public final class DirectiveFile: Sendable {
  /// The newest settings of one facility.
  struct Order: Sendable, Equatable {
    var facility: String
    var version: Int64
    var document: String
    var signature: [UInt8]

    /// Writes the member that an acknowledgement carries.
    func write(into writer: inout JSONWriter) {
      writer.object("settings") { writer in
        writer.member("version", version)
        writer.member("document", document)
        writer.member("signature", Data(signature).base64EncodedString())
      }
    }
  }

  private struct Loaded {
    var stamp: FileStamp?
    var orders: [String: Order] = [:]
  }

  private let folder: String
  private let path: String
  private let loaded = Mutex(Loaded())

  /// A file `settings.json` in the data folder; it need not exist.
  public init(folder: String) {
    self.folder = folder
    path = folder + "/settings.json"
  }

  /// The newest settings for a facility; nil where there are none.
  func newest(for facility: String) throws -> Order? {
    let stamp = FileStamp(of: path)
    return try loaded.withLock { loaded in
      if loaded.stamp != stamp {
        loaded = Loaded(stamp: stamp, orders: stamp == nil ? [:] : try Self.read(path))
      }
      return loaded.orders[facility]
    }
  }

  /// Makes a key to sign with, and returns it with its public half, both as base64.
  public static func makeKey() -> (secret: String, public: String) {
    let key = Curve25519.Signing.PrivateKey()
    return (
      key.rawRepresentation.base64EncodedString(),
      key.publicKey.rawRepresentation.base64EncodedString()
    )
  }

  /// Signs a document for a facility and puts it into the file; returns its version, one more than
  /// the one before.
  ///
  /// Throws `invalid` where the document is no JSON object, is too large, or the key is none.
  public func set(_ document: String, for facility: String, secret: String) throws -> Int64 {
    if let fault = Code.fault(in: facility) {
      throw Failure(.invalid, "The facility's code \(fault).")
    }
    guard document.utf8.count <= Limits.directedSettingsBytes,
      let value = try? JSONReader.parse(Array(document.utf8)), value.object != nil
    else {
      throw Failure(
        .invalid,
        "The settings are no JSON object of at most \(Limits.directedSettingsBytes) bytes.",
        hint: "Write them as {\"flags\": {...}, \"settings\": {...}}."
      )
    }
    guard let bytes = Data(base64Encoded: secret.trimmingCharacters(in: .whitespacesAndNewlines)),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    else {
      throw Failure(
        .invalid,
        "The signing key cannot be used.",
        hint: "`stowage-hub settings keygen` makes one."
      )
    }
    try HubStore.makeFolder(folder)
    // Two commands at once must not undo each other, nor sign two documents as one version.
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw KeyRing.unwritable(path) }
    defer { close(lock) }
    KeyRing.handOver(lock, in: folder)
    var orders = FileStamp(of: path) == nil ? [:] : try Self.read(path)
    let version = (orders[facility]?.version ?? 0) + 1
    let message = Self.signed(facility: facility, version: version, document: document)
    orders[facility] = Order(
      facility: facility,
      version: version,
      document: document,
      signature: Array(try key.signature(for: Data(message)))
    )
    try KeyRing.replace(path, Self.encode(orders.values.sorted { $0.facility < $1.facility }))
    return version
  }

  /// The facilities with the versions of their settings.
  public func list() throws -> [(facility: String, version: Int64)] {
    guard FileStamp(of: path) != nil else { return [] }
    return try Self.read(path).values.map { ($0.facility, $0.version) }.sorted { $0.0 < $1.0 }
  }

  /// The bytes that are signed: a purpose, the facility, the version and the document.
  static func signed(facility: String, version: Int64, document: String) -> [UInt8] {
    Array("stowage-settings-1\n\(facility)\n\(version)\n\(document)".utf8)
  }

  private static func encode(_ orders: [Order]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.array("orders") { writer in
        for order in orders {
          writer.object { writer in
            writer.member("facility", order.facility)
            order.write(into: &writer)
          }
        }
      }
    }
    return writer.bytes + [0x0A]
  }

  private static func read(_ path: String) throws -> [String: Order] {
    guard let data = FileManager.default.contents(atPath: path),
      let rows = try? JSONReader.parse(Array(data))["orders"]?.array
    else { throw broken(path) }
    var orders: [String: Order] = [:]
    for row in rows {
      guard let facility = row["facility"]?.string,
        let version = row["settings"]?["version"]?.integer,
        let document = row["settings"]?["document"]?.string,
        let signature = row["settings"]?["signature"]?.string.flatMap({ Data(base64Encoded: $0) })
      else { throw broken(path) }
      orders[facility] = Order(
        facility: facility,
        version: version,
        document: document,
        signature: Array(signature)
      )
    }
    return orders
  }

  private static func broken(_ path: String) -> Failure {
    Failure(
      .unusable,
      "The file of settings \(path) cannot be read.",
      hint: "Restore it from a backup, or remove it and set the settings again."
    )
  }
}

/// What tells one state of a file from another.
struct FileStamp: Equatable {
  private var seconds: Int
  private var nanoseconds: Int
  private var size: Int
  private var file: UInt64

  /// The stamp of a file; nil where there is none.
  init?(of path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    seconds = found.st_mtim.tv_sec
    nanoseconds = found.st_mtim.tv_nsec
    size = Int(found.st_size)
    file = UInt64(found.st_ino)
  }
}
