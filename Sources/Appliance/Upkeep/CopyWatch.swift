import Foundation
import Logging
import Metrics
import Warehouse

/// Tells whether the database is the one that was here last, or a copy that was put back.
///
/// A copy would give numbers to batches that head office has already, with other content. So the
/// database and a small file beside it carry the same random mark, which changes at each opening
/// and after each session that gave numbers: a copy from before that carries an older one. Then a
/// new epoch begins before anything is sent. Where the whole folder was put back, file and all,
/// head office's own books tell (see `Sender`).
struct CopyWatch: Sendable {
  /// What an opening found.
  enum Finding: Sendable, Equatable {
    /// Neither has a mark: a new warehouse, or one from before there were marks.
    case first
    /// The database that was here last.
    case same
    /// Another state of it, or one from another place.
    case copy
  }

  private let store: any Store
  private let scope: TenantScope
  private let path: String
  private let logger = Logger(label: "stowage.copies")

  /// Stands on the store and the file beside its database.
  init(store: any Store, scope: TenantScope, path: String) {
    self.store = store
    self.scope = scope
    self.path = path
  }

  /// What the two marks say; the file has two while one is being changed.
  static func judge(database: PublicID?, file: [PublicID]?) -> Finding {
    switch (database, file) {
    case (nil, nil): .first
    case (let mark?, let marks?) where marks.contains(mark): .same
    default: .copy
    }
  }

  /// Compares the marks, begins a new epoch where they differ, and changes both.
  ///
  /// A disk that takes no writes keeps nobody from opening: it is told, and head office's books are
  /// the second line.
  @discardableResult
  func open() -> Finding {
    attempt(.first) {
      let mark = try store.read(scope) { try $0.copyMark() }
      let finding = Self.judge(database: mark, file: try marks())
      if finding == .copy { try renewEpoch() }
      try change(from: finding == .copy ? nil : mark)
      return finding
    }
  }

  /// Changes both marks, after numbers were given.
  func renew() {
    attempt(()) { try change(from: try store.read(scope) { try $0.copyMark() }) }
  }

  private func attempt<Outcome>(_ otherwise: Outcome, _ body: () throws -> Outcome) -> Outcome {
    do {
      return try body()
    } catch {
      logger.warning(
        "It could not be noted which database this is; a copy put back may be found late.",
        metadata: ["file": "\(path)", "problem": "\(error)"]
      )
      return otherwise
    }
  }

  private func renewEpoch() throws {
    let (epoch, now) = (ZoneClock.newID(), ZoneClock.now())
    try store.write(scope) { transaction in
      try transaction.renewEpoch(epoch)
      try transaction.audit("database.restored", subject: epoch.text, detailJSON: "{}", at: now)
    }
    Counter(label: "sync_epochs_total").increment()
    logger.notice(
      "This database was put back from a copy: a new epoch begins, and head office is told anew.",
      metadata: ["epoch": "\(epoch.text)"]
    )
  }

  /// First the file says both marks, then the database has the new one, then the file says it
  /// alone: whenever the power goes, the two agree.
  private func change(from old: PublicID?) throws {
    let (mark, now) = (ZoneClock.newID(), ZoneClock.now())
    try write([old, mark].compactMap { $0 })
    try store.write(scope) { try $0.setCopyMark(mark, at: now) }
    try write([mark])
  }

  /// The marks in the file; nil where there is none, empty where nobody can read it.
  private func marks() throws -> [PublicID]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let data = FileManager.default.contents(atPath: path) ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
      .compactMap { PublicID(String($0)) }
  }

  /// Writes beside the file, syncs, and renames over it; what root writes is given to the owner of
  /// the folder, who runs the service.
  private func write(_ marks: [PublicID]) throws {
    let draft = path + ".new"
    let folder = (path as NSString).deletingLastPathComponent
    unlink(draft)
    let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw unwritable() }
    var owner = stat()
    if geteuid() == 0, stat(folder, &owner) == 0 { _ = fchown(file, owner.st_uid, owner.st_gid) }
    let bytes = Array((marks.map(\.text).joined(separator: "\n") + "\n").utf8)
    let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    Glibc.close(file)
    guard isWritten, rename(draft, path) == 0 else {
      unlink(draft)
      throw unwritable()
    }
    let place = Glibc.open(folder, O_RDONLY | O_CLOEXEC)
    guard place >= 0 else { return }
    fsync(place)
    Glibc.close(place)
  }

  private func unwritable() -> Failure {
    Failure(
      .unusable,
      "The file \(path) cannot be written: \(String(cString: strerror(errno))).",
      hint: "Give the service's user the right to write in the data directory."
    )
  }
}
