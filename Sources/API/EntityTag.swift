import Crypto
import HTTPServer
import Operations
import Warehouse

/// Entity tags and the requests that depend on them (RFC 9110, sections 8.8.3 and 13).
///
/// A tag names the bytes of an answer: a digest, and in front of it the version of the record where
/// the thing can be edited. `If-None-Match` compares whole tags, so that a 304 is never wrong.
/// `If-Match` compares the version alone: what lies in a location may change between the look and
/// the edit, and is no reason to refuse a new name for it.
enum EntityTag {
  /// The tag of these bytes.
  static func of(_ bytes: [UInt8], version: Int64? = nil) -> String {
    of(digest: SHA256.hash(data: bytes), version: version)
  }

  /// The tag of bytes that lie somewhere else.
  static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    of(digest: SHA256.hash(data: bytes), version: nil)
  }

  private static func of(digest: some Sequence<UInt8>, version: Int64?) -> String {
    // Half of the digest: 128 bits name a page among all that this box will ever serve.
    "\"\(version.map { "\($0)-" } ?? "")\(HexText.lower(digest.prefix(16)))\""
  }

  /// The tags of a condition, without their `W/`; nil for `*`.
  static func list(_ condition: String) -> [Substring]? {
    let members = condition.split(separator: ",").map { member in
      let bare = member.drop { $0 == " " || $0 == "\t" }
      let tag = bare.hasPrefix("W/") ? bare.dropFirst(2) : bare
      return tag.prefix { $0 != " " && $0 != "\t" }
    }
    return members == ["*"] ? nil : members
  }

  /// Whether a condition is written as RFC 9110, section 8.8.3, says.
  static func isSound(_ condition: String) -> Bool {
    guard let tags = list(condition) else { return true }
    return !tags.isEmpty
      && tags.allSatisfy { $0.utf8.count >= 2 && $0.hasPrefix("\"") && $0.hasSuffix("\"") }
  }

  /// The answer to a GET or HEAD that may know it already: 304 where it does.
  static func answer(_ response: Response, to request: Request) -> Response {
    guard response.status == 200, request.method == .get || request.method == .head,
      let tag = response.headers["ETag"], let condition = request.headers["If-None-Match"]
    else { return response }
    // Weak comparison, as section 13.1.2 wants: `W/` was cut off above.
    if let known = list(condition), !known.contains(Substring(tag)) { return response }
    var unchanged = Response(status: 304)
    for field in response.headers.fields where kept.contains(field.name.lowercased()) {
      unchanged.headers.add(field.name, field.value)
    }
    return unchanged
  }

  /// What a 304 repeats of the answer that it stands for.
  private static let kept: Set<String> = [
    "etag", "cache-control", "vary", "content-security-policy",
  ]
}

extension Call {
  /// What an edit expects to find, by its `If-Match` or `If-None-Match`.
  ///
  /// Where `isRequired`, a request without any condition is refused with 428: two people who edit
  /// the same thing would overwrite each other in silence. Several tags are refused, since an edit
  /// is made on one version.
  func expectation(isRequired: Bool = false) throws(Failure) -> Expectation {
    let creates = try onlyCreates()
    if let condition = request.headers["If-Match"] {
      guard EntityTag.isSound(condition) else {
        throw Failure(
          .invalid,
          "The If-Match header is neither * nor an entity tag.",
          hint: "Send the ETag of the answer that the change is made on, quotes and all."
        )
      }
      guard let tags = EntityTag.list(condition) else { return .present }
      guard tags.count == 1, let tag = tags.first, let version = Self.version(of: tag) else {
        // A tag that is none of ours cannot be that of anything that is here.
        throw Failure(
          .preconditionFailed,
          "The If-Match names no version of this thing.",
          hint: "Send the ETag of the answer that the change is made on, and only that one."
        )
      }
      return .version(version)
    }
    if creates { return .absent }
    guard !isRequired else {
      throw Failure(
        .preconditionRequired,
        "This change needs an If-Match header.",
        hint: "Read the thing, and send its ETag as If-Match; If-Match: * changes any version."
      )
    }
    return .anything
  }

  /// Whether `If-None-Match: *` asks to make something new, and nothing else.
  private func onlyCreates() throws(Failure) -> Bool {
    guard let condition = request.headers["If-None-Match"] else { return false }
    guard EntityTag.list(condition) == nil else {
      throw Failure(
        .invalid,
        "If-None-Match of a change takes * alone.",
        hint: "Use If-None-Match: * to create only, If-Match with an ETag to change."
      )
    }
    return true
  }

  private static func version(of tag: Substring) -> Int64? {
    guard tag.count > 2, tag.first == "\"", tag.last == "\"" else { return nil }
    let digits = tag.dropFirst().prefix { $0 != "-" }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.count < tag.count - 2
    else { return nil }
    return Int64(digits)
  }
}
