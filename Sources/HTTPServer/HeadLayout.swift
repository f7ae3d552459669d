import CMicroHTTPD
import Glibc

/// Holds the head that the library has parsed against the bytes that the client sent.
///
/// libmicrohttpd 0.9.75 parses a head inside its buffer and hands out what it found as C strings,
/// and what it passes over it does not mention: the rest of a value behind a NUL, a folded line
/// (which it hangs on the name before), a line that begins with a colon or a NUL (which it takes
/// for the end of the head, so that what follows counts as another request), several blanks in
/// the request line, a bare LF. Each of these is a way to show two readers two requests. But every
/// piece still stands where it came in: name, colon, blanks, value, CR LF, next name. So the
/// pieces are walked, and a head in which one does not begin exactly where the one before ended is
/// refused (RFC 9112, sections 2.2, 3 and 5.2). Release 1.0 has a strict parser of its own, and
/// another layout.
struct HeadLayout {
  /// What is wrong with a head that is not exact, in words for its sender.
  static let fault =
    "The head is not written as HTTP/1.1 says: one blank between the parts of the request line, "
    + "CR LF behind each line, no folded line, no NUL, no field without a name."

  /// Whether every byte of the head so far is accounted for.
  private(set) var isExact: Bool
  private let start: UInt
  /// Where the line that was walked last ends, without its CR LF.
  private var lineEnd: UInt

  /// Whether the library leaves the pieces where they came in.
  private static let isInPlace: Bool = {
    guard let version = MHD_get_version() else { return false }
    return String(cString: version).hasPrefix("0.")
  }()

  /// Walks the request line: method, blank, target, blank, version.
  init(method: UnsafePointer<CChar>, exchange: Exchange, version: UnsafePointer<CChar>) {
    start = UInt(bitPattern: method)
    let target = exchange.targetEnd &- UInt(exchange.rawTarget.utf8.count)
    let versionStart = UInt(bitPattern: version)
    isExact =
      start + UInt(strlen(method)) + 1 == target && exchange.targetEnd + 1 == versionStart
    lineEnd = versionStart + UInt(strlen(version))
  }

  /// Walks one field line.
  mutating func field(
    _ name: UnsafePointer<CChar>,
    _ nameBytes: Int,
    _ value: UnsafePointer<CChar>?,
    _ valueBytes: Int
  ) {
    let begin = UInt(bitPattern: name)
    guard let value else {
      isExact = false
      return
    }
    let valueStart = UInt(bitPattern: value)
    // Between the colon and the value the library has skipped blanks and tabs, and nothing else.
    if begin != lineEnd + 2 || valueStart <= begin + UInt(nameBytes) { isExact = false }
    lineEnd = valueStart + UInt(valueBytes)
  }

  /// The head is over: its last line, the empty one, and nothing besides.
  mutating func end(headBytes: Int) {
    if lineEnd + 4 != start + UInt(headBytes) { isExact = false }
    if !Self.isInPlace { isExact = true }
  }
}
