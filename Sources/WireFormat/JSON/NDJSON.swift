/// Reads newline-delimited JSON: one document a line, blank lines skipped.
///
/// Pulls its input piece by piece, so that memory follows the longest line and not the file. After
/// an error with `mayContinue` the reader stands at the next line.
public struct NDJSONReader {
  private var window: ByteWindow
  private let maximumLineBytes: Int
  private let maximumDepth: Int
  /// The line that was read last; counts from 1.
  public private(set) var line = 0

  /// Reads from a source of bytes.
  public init(
    _ source: @escaping ByteSource,
    maximumLineBytes: Int = 1024 * 1024,
    maximumDepth: Int = 32
  ) {
    self.window = ByteWindow(source)
    self.maximumLineBytes = maximumLineBytes
    self.maximumDepth = maximumDepth
  }

  /// Reads from bytes at hand.
  public init(_ bytes: [UInt8], maximumLineBytes: Int = 1024 * 1024, maximumDepth: Int = 32) {
    self.window = ByteWindow(bytes)
    self.maximumLineBytes = maximumLineBytes
    self.maximumDepth = maximumDepth
  }

  /// The next document, or nil at the end.
  ///
  /// Throws `WireFormatError` with line and column, and what the source throws.
  public mutating func next() throws -> JSONValue? {
    while let bytes = try nextLine() {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      do throws(WireFormatError) {
        return try JSONReader.parse(
          bytes,
          maximumDepth: maximumDepth,
          maximumBytes: maximumLineBytes
        )
      } catch {
        var error = error
        error.line = line
        error.mayContinue = true
        throw error
      }
    }
    return nil
  }

  /// The next line without its end, or nil.
  private mutating func nextLine() throws -> [UInt8]? {
    if line == 0, try window.preview(3).starts(with: [0xEF, 0xBB, 0xBF]) {
      for _ in 0..<3 { window.skip() }
    }
    guard try window.peek() != nil else { return nil }
    line += 1
    var bytes: [UInt8] = []
    while let byte = try window.peek() {
      if byte == 0x0A {
        window.skip()
        break
      }
      _ = try window.take(into: &bytes) { $0 == 0x0A }
      if bytes.count > maximumLineBytes {
        throw WireFormatError(
          .tooLarge,
          "the line has more than the \(maximumLineBytes) bytes allowed; end each document with "
            + "a line feed",
          line: line
        )
      }
    }
    if bytes.last == 0x0D { bytes.removeLast() }
    return bytes
  }
}

/// Writes newline-delimited JSON: one document a line.
public struct NDJSONWriter: Sendable {
  private var writer: JSONWriter

  /// Starts with nothing written.
  public init(capacity: Int = 4096) {
    writer = JSONWriter(capacity: capacity)
  }

  /// What has been written and not yet taken.
  public var bytes: [UInt8] { writer.bytes }

  /// Writes one document as a line.
  public mutating func line<Failure: Error>(
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&writer)
    writer.endLine()
  }

  /// Writes one value as a line.
  public mutating func line(_ value: JSONValue) {
    writer.value(value)
    writer.endLine()
  }

  /// Gives away what has been written and starts afresh, to send a long export in pieces.
  public mutating func take() -> [UInt8] { writer.take() }
}
