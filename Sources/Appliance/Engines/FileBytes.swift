import Foundation
import Warehouse
import WireFormat

/// Reads and writes the files of the engine verbs, with errors that say what to do.
enum FileBytes {
  /// A whole file.
  static func read(_ path: String) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw Failure(.notFound, "The file \(path) cannot be read: \(reason(error)).")
    }
  }

  /// A file in pieces of a mebibyte.
  static func source(_ path: String) throws -> ByteSource {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Failure(
        .notFound,
        "The file \(path) cannot be opened.",
        hint: "Check its name and rights."
      )
    }
    return { [UInt8](try handle.read(upToCount: 1_024 * 1_024) ?? Data()) }
  }

  /// Writes a whole file, or nothing.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try PartialFile(path)
    do {
      try file.append(bytes)
      try file.finish()
    } catch {
      file.discard()
      throw error
    }
  }

  static func reason(_ error: any Error) -> String {
    (error as NSError).localizedDescription
  }
}

/// A file that gets its name only when it is whole.
final class PartialFile {
  private let path: String
  private let part: String
  private let handle: FileHandle

  /// Begins a file beside its final name.
  init(_ path: String) throws {
    self.path = path
    self.part = "\(path).part\(getpid())"
    guard FileManager.default.createFile(atPath: part, contents: nil),
      let handle = FileHandle(forWritingAtPath: part)
    else {
      throw Failure(
        .invalid,
        "The file \(path) cannot be written.",
        hint: "Check that its folder exists and may be written to."
      )
    }
    self.handle = handle
  }

  /// Adds bytes.
  func append(_ bytes: [UInt8]) throws {
    do {
      try handle.write(contentsOf: Data(bytes))
    } catch {
      throw Failure(
        .storageFull,
        "The file \(path) could not be written: \(FileBytes.reason(error))."
      )
    }
  }

  /// Gives the file its name.
  func finish() throws {
    try handle.close()
    guard rename(part, path) == 0 else {
      throw Failure(.invalid, "The file \(path) could not be put in place (errno \(errno)).")
    }
  }

  /// Throws the file away.
  func discard() {
    try? handle.close()
    unlink(part)
  }
}
