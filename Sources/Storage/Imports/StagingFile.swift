import Foundation
import Warehouse

/// Staged rows on disk: a mark, then for each row its length, its checksum and its bytes.
///
/// Rows are written and read in one pass through a buffer, so that memory stays flat however long
/// the import is. The file is made durable before the journal names it.
enum StagingFile {
  static let mark = Array("STOWIMP1".utf8)
  static let bufferBytes = 1 << 18

  /// FNV-1a over the bytes of a row: finds a torn or damaged file, not an attacker.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return hash
  }

  static func failure(_ path: String) -> Failure {
    let reason = String(cString: strerror(errno))
    if errno == ENOSPC {
      return .storageFull(["path": path])
    }
    return Failure(.internal, "The staging file \(path) cannot be used: \(reason).")
  }
}

/// Writes a staging file.
struct StagingWriter: ~Copyable {
  private let path: String
  private var stream: UnsafeMutablePointer<FILE>?
  private var row = RowBytesWriter()

  /// How many rows were written.
  private(set) var rows = 0

  /// Makes the file; it must not be there.
  init(path: String) throws(Failure) {
    self.path = path
    stream = fopen(path, "wxe")
    guard let stream else { throw StagingFile.failure(path) }
    setvbuf(stream, nil, _IOFBF, StagingFile.bufferBytes)
    guard fwrite(StagingFile.mark, 1, StagingFile.mark.count, stream) == StagingFile.mark.count
    else { throw StagingFile.failure(path) }
  }

  deinit {
    if let stream { fclose(stream) }
  }

  /// Appends a row.
  mutating func append(_ value: ImportRow) throws(Failure) {
    guard let stream else { throw Failure(.internal, "The staging file is sealed already.") }
    row.clear()
    RowCodec.write(value, to: &row)
    var head = UInt64(row.bytes.count) | UInt64(StagingFile.checksum(row.bytes)) << 32
    head = head.littleEndian
    guard fwrite(&head, 8, 1, stream) == 1,
      fwrite(row.bytes, 1, row.bytes.count, stream) == row.bytes.count
    else { throw StagingFile.failure(path) }
    rows += 1
  }

  /// Flushes everything to the disk and closes the file.
  mutating func seal() throws(Failure) {
    guard let open = stream else { return }
    guard fflush(open) == 0, fsync(fileno(open)) == 0 else { throw StagingFile.failure(path) }
    stream = nil
    guard fclose(open) == 0 else { throw StagingFile.failure(path) }
    do {
      try Snapshot.synchronise(FileCheck.folder(of: path))
    } catch {
      throw Failure.from(error)
    }
  }
}

/// Reads a staging file, from any row whose place is known.
final class StagingReader {
  private let path: String
  private let stream: UnsafeMutablePointer<FILE>

  /// Bytes read so far: the place of the next row.
  private(set) var position: Int64

  /// Opens the file at a place; 0 is the first row.
  init(path: String, position: Int64) throws(Failure) {
    self.path = path
    guard let stream = fopen(path, "re") else {
      throw Failure(
        .unusable,
        "The staging file \(path) is gone.",
        hint: "Import the file again: rows that were applied are replaced, not doubled."
      )
    }
    self.stream = stream
    setvbuf(stream, nil, _IOFBF, StagingFile.bufferBytes)
    var mark = [UInt8](repeating: 0, count: StagingFile.mark.count)
    let length = fread(&mark, 1, mark.count, stream)
    self.position = max(position, Int64(StagingFile.mark.count))
    guard length == mark.count, mark == StagingFile.mark,
      fseeko(stream, off_t(self.position), SEEK_SET) == 0
    else { throw RowBytesReader.damaged }
  }

  deinit { fclose(stream) }

  /// The next row; nil at the end.
  func next() throws(Failure) -> ImportRow? {
    var head: UInt64 = 0
    let got = fread(&head, 1, 8, stream)
    if got == 0, feof(stream) != 0 { return nil }
    guard got == 8 else { throw RowBytesReader.damaged }
    head = UInt64(littleEndian: head)
    let length = Int(head & 0xFFFF_FFFF)
    guard length <= Limits.jsonBodyBytes else { throw RowBytesReader.damaged }
    var bytes = [UInt8](repeating: 0, count: length)
    guard fread(&bytes, 1, length, stream) == length,
      StagingFile.checksum(bytes) == UInt32(head >> 32)
    else { throw RowBytesReader.damaged }
    position += 8 + Int64(length)
    return try RowCodec.read(bytes)
  }
}
