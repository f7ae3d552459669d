import Foundation

/// Reads the files that verbs are given.
enum InputFile {
  /// The bytes of a file, or of standard input for `-`.
  static func bytes(_ path: String) throws -> [UInt8] {
    if path == "-" {
      return [UInt8](FileHandle.standardInput.readDataToEndOfFile())
    }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Whether the rows are JSON objects rather than CSV, by the name or by the first byte.
  static func isNDJSON(name: String, _ bytes: [UInt8]) -> Bool {
    if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") { return true }
    if name.hasSuffix(".csv") { return false }
    return bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
  }
}
