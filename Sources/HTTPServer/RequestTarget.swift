/// The target of a request line, split and decoded by us alone.
///
/// libmicrohttpd unescapes the whole path before anybody sees it and ends it at `%00`, so that
/// `/a%2F..%2Fb%00c` would arrive as `/a/../b`. Here the raw target is split at `/` first and each
/// segment is decoded by itself: an encoded slash stays inside its segment (codes of goods hold
/// slashes), and NUL, a broken escape, bytes that are no UTF-8, and dot segments are refused
/// (RFC 3986 sections 2.1 and 3.3; absolute form by RFC 9112 section 3.2.2).
public struct RequestTarget: Sendable, Equatable {
  /// The target as it was sent.
  public let raw: String
  /// The decoded segments of the path; `/` has none, a trailing slash gives a last empty one.
  public let segments: [String]
  /// The decoded query items in their order; `a` without `=` has an empty value.
  public let query: [QueryItem]
  /// Whether this is the `*` of `OPTIONS *`.
  public let isAsterisk: Bool

  /// Longest target that is looked at, in bytes.
  public static let maximumBytes = 8_192
  /// Most query items in one target.
  public static let maximumQueryItems = 128
  /// Most segments in one path.
  public static let maximumSegments = 32

  /// Splits and decodes a raw target.
  public init(_ raw: String) throws(Refusal) {
    let bytes = Array(raw.utf8)
    guard bytes.count <= Self.maximumBytes else {
      throw Refusal(
        status: 414,
        code: "too_large",
        message: "The address is longer than \(Self.maximumBytes) bytes.",
        closes: true
      )
    }
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .malformed("The address holds a space, a control or a raw non-ASCII byte.")
    }
    self.raw = raw
    self.isAsterisk = bytes == [UInt8(ascii: "*")]
    let start = try Self.pathStart(of: bytes, isAsterisk: isAsterisk)
    let mark = bytes[start...].firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    guard !bytes.contains(UInt8(ascii: "#")) else {
      throw .malformed("The address holds a fragment, which is never sent to a server.")
    }
    self.segments = try Self.segments(of: bytes[start..<mark])
    self.query = try Self.query(of: bytes[mark...].dropFirst())
  }

  /// Where the path starts: at once in origin form, behind the authority in absolute form.
  private static func pathStart(
    of bytes: [UInt8],
    isAsterisk: Bool
  ) throws(Refusal) -> Int {
    if isAsterisk { return bytes.endIndex }
    if bytes.first == UInt8(ascii: "/") { return 0 }
    for scheme in ["http://", "https://"] {
      let prefix = Array(scheme.utf8)
      guard bytes.count > prefix.count,
        zip(bytes, prefix).allSatisfy({ $0.lowered == $1 })
      else { continue }
      return bytes[prefix.count...].firstIndex {
        $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
      }
        ?? bytes.endIndex
    }
    throw .malformed("The address must start with a slash.")
  }

  private static func segments(of path: ArraySlice<UInt8>) throws(Refusal) -> [String] {
    guard path.count > 1 else { return [] }
    let slash = UInt8(ascii: "/")
    let parts = path.dropFirst().reduce(1) { $1 == slash ? $0 + 1 : $0 }
    guard parts <= maximumSegments else {
      throw .malformed("The path has more than \(maximumSegments) segments.")
    }
    var segments: [String] = []
    segments.reserveCapacity(parts)
    var start = path.startIndex + 1
    while true {
      let end = path[start...].firstIndex(of: slash) ?? path.endIndex
      let segment = try decode(path[start..<end], plusIsSpace: false)
      guard segment != ".", segment != ".." else {
        throw .malformed("The path holds a dot segment.")
      }
      segments.append(segment)
      guard end < path.endIndex else { return segments }
      start = end + 1
    }
  }

  private static func query(of bytes: ArraySlice<UInt8>) throws(Refusal) -> [QueryItem] {
    guard !bytes.isEmpty else { return [] }
    let parts = bytes.split(separator: UInt8(ascii: "&"))
    guard parts.count <= maximumQueryItems else {
      throw .malformed("The query has more than \(maximumQueryItems) items.")
    }
    var items: [QueryItem] = []
    items.reserveCapacity(parts.count)
    for part in parts {
      let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      items.append(
        QueryItem(
          name: try decode(part[..<equals], plusIsSpace: true),
          value: try decode(part[equals...].dropFirst(), plusIsSpace: true)
        )
      )
    }
    return items
  }

  /// Decodes percent escapes; in a query a plus is a space, as browsers' forms write it.
  static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) throws(Refusal) -> String {
    let isPlain = !bytes.contains {
      $0 == UInt8(ascii: "%") || $0 >= 0x80 || (plusIsSpace && $0 == UInt8(ascii: "+"))
    }
    if isPlain { return String(decoding: bytes, as: UTF8.self) }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      var byte = bytes[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]),
          let low = hex(bytes[index + 2])
        else { throw .malformed("The address holds a broken percent escape.") }
        byte = high << 4 | low
        guard byte != 0 else { throw .malformed("The address holds an encoded NUL.") }
        index += 2
      } else if plusIsSpace, byte == UInt8(ascii: "+") {
        byte = UInt8(ascii: " ")
      }
      out.append(byte)
      index += 1
    }
    guard let text = String(validating: out, as: UTF8.self) else {
      throw .malformed("The address holds escapes that are no UTF-8.")
    }
    return text
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// One item of a query.
public struct QueryItem: Sendable, Equatable {
  /// The decoded name.
  public var name: String
  /// The decoded value, empty where none was given.
  public var value: String

  /// Makes an item.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
