/// Checks of a request head that the library leaves out.
///
/// libmicrohttpd 0.9.75 takes Content-Length together with Transfer-Encoding, takes the first of
/// several lengths, reads an unknown transfer coding until the end of the stream, keeps blanks in
/// field names, and misses an absent Host. Each of these lets a sender and a receiver disagree on
/// where a request ends, so each is answered with 400 and a closed connection (RFC 9112 sections
/// 3.2, 5.1, 6.1 and 6.3).
enum HeadCheck {
  /// Most field lines of one head.
  static let maximumFields = 100

  /// What a sound head says about the body that follows it.
  enum Announced: Equatable {
    case bytes(Int)
    case chunks

    /// The size where it is known.
    var count: Int? {
      if case .bytes(let count) = self { return count }
      return nil
    }
  }

  /// Checks the head; tells how the body comes.
  static func check(version: String, headers: Headers) throws(Refusal) -> Announced {
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw Refusal(
        status: 505,
        code: "malformed",
        message: "Only HTTP/1.1 and HTTP/1.0 are spoken here.",
        closes: true
      )
    }
    try checkFields(headers)
    try checkHost(headers, isRequired: version == "HTTP/1.1")
    try checkExpectation(headers)
    return try announced(headers, allowsChunks: version == "HTTP/1.1")
  }

  private static func checkFields(_ headers: Headers) throws(Refusal) {
    guard headers.fields.count <= maximumFields else {
      throw Refusal(
        status: 431,
        code: "too_large",
        message: "The head has more than \(maximumFields) fields.",
        closes: true
      )
    }
    for field in headers.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
        throw .malformed("The head has a field whose name is no token.")
      }
      guard field.value.utf8.allSatisfy({ $0 == 9 || ($0 >= 32 && $0 != 127) }) else {
        throw .malformed("The field \(field.name) holds a control character.")
      }
    }
  }

  private static func checkHost(_ headers: Headers, isRequired: Bool) throws(Refusal) {
    let hosts = headers.first("Host")
    guard hosts.count <= 1 else { throw .malformed("The head has several Host fields.") }
    guard let host = hosts.value else {
      if isRequired { throw .malformed("The head has no Host field.") }
      return
    }
    // An empty Host is legal where the target has no authority; anything odd in it is not.
    guard host.utf8.allSatisfy(mayStandInHost) else {
      throw .malformed("The Host field is no host.")
    }
  }

  /// Letters, digits and `-._~:[]%!$&'()*+=`: all of an authority but what ends one or begins it.
  private static func mayStandInHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: ":"), 0x21, 0x24...0x2B, 0x2D, 0x2E, 0x3D, 0x5B, 0x5D, 0x5F,
      0x7E, 0x80...0xFF:
      true
    default: false
    }
  }

  private static func checkExpectation(_ headers: Headers) throws(Refusal) {
    guard let expect = headers["Expect"] else { return }
    guard expect.lowercased() == "100-continue" else {
      throw Refusal(
        status: 417,
        code: "malformed",
        message: "The only expectation known here is 100-continue.",
        closes: true
      )
    }
  }

  private static func announced(
    _ headers: Headers,
    allowsChunks: Bool
  ) throws(Refusal) -> Announced {
    let codings = headers.first("Transfer-Encoding")
    let lengths = headers.first("Content-Length")
    guard lengths.count <= 1 else {
      throw .malformed("The head has several Content-Length fields.")
    }
    if let coding = codings.value {
      guard lengths.count == 0 else {
        throw .malformed("The head has both Content-Length and Transfer-Encoding.")
      }
      guard allowsChunks, codings.count == 1, coding.lowercased() == "chunked" else {
        throw .malformed("The only transfer coding known here is chunked, and in HTTP/1.1.")
      }
      return .chunks
    }
    guard let length = lengths.value else { return .bytes(0) }
    guard !length.isEmpty, length.utf8.count <= 18,
      length.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let count = Int(length)
    else { throw .malformed("Content-Length is no number.") }
    return .bytes(count)
  }

  /// The bytes of a token (RFC 9110 section 5.6.2).
  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    // The marks: ! # $ % & ' * + . ^ _ ` | ~
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}
