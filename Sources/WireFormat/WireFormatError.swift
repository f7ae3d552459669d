/// Why bytes could not be read, where, and what to do about it.
///
/// The one error type of this target. Callers map `malformed` to a client's mistake (400),
/// `tooLarge` to 413, and `outOfRange` to a value that was read but does not fit (422).
public struct WireFormatError: Error, Sendable, Equatable {
  /// What sort of fault it is; few on purpose.
  public enum Kind: String, Sendable {
    /// The bytes break the rules of the format.
    case malformed
    /// The input is longer, deeper or unpacks to more than its limit.
    case tooLarge
    /// The value is well formed but cannot be held exactly.
    case outOfRange
  }

  /// The sort of fault.
  public var kind: Kind
  /// One sentence for people that says what is wrong and what to do.
  public var message: String
  /// Bytes before the fault, where known; counts from 0.
  public var offset: Int?
  /// The line of the fault, where known; counts from 1.
  public var line: Int?
  /// The character in that line, where known; counts from 1.
  public var column: Int?
  /// Whether the reader that threw this stands at the next row or line and may go on.
  ///
  /// Only the streaming readers (CSV, NDJSON) set it.
  public var mayContinue: Bool

  /// Makes an error from its kind and sentence, and its place where it has one.
  public init(
    _ kind: Kind,
    _ message: String,
    offset: Int? = nil,
    line: Int? = nil,
    column: Int? = nil,
    mayContinue: Bool = false
  ) {
    self.kind = kind
    self.message = message
    self.offset = offset
    self.line = line
    self.column = column
    self.mayContinue = mayContinue
  }
}

extension WireFormatError: CustomStringConvertible {
  /// The place, where known, and the sentence.
  public var description: String {
    switch (line, column) {
    case (let line?, let column?): "line \(line), column \(column): \(message)"
    case (let line?, nil): "line \(line): \(message)"
    default: message
    }
  }
}
