import WireFormat

/// When and how bodies are packed with gzip (RFC 9110 sections 8.4 and 12.5.3).
enum Compression {
  /// Bodies up to this size are sent as they are: packing saves less than its header costs.
  static let minimumBytes = 1_024
  /// What marks the entity tag of a packed body, since other bytes need another strong tag.
  static let tagSuffix = "+gzip"

  /// The gzip form of a body, nil where that is no smaller or cannot be made.
  static func pack(_ bytes: [UInt8]) -> [UInt8]? {
    guard let packed = try? Gzip.compress(bytes, level: 5), packed.count < bytes.count else {
      return nil
    }
    return packed
  }

  /// Whether a media type gains from packing; pictures and archives are packed already.
  static func isCompressible(_ contentType: String?) -> Bool {
    guard let contentType else { return false }
    let type = (contentType.split(separator: ";", maxSplits: 1).first ?? "").trimmed.lowercased()
    return type.hasPrefix("text/") && type != "text/event-stream"
      || type.hasSuffix("+json") || type.hasSuffix("+xml") || plain.contains(type)
  }

  private static let plain: Set<String> = [
    "application/json", "application/javascript", "application/xml", "application/x-ndjson",
    "application/wasm", "application/openmetrics-text", "application/yaml", "font/ttf",
  ]

  /// Whether `Accept-Encoding` takes gzip: named with a weight above zero, or by `*`.
  static func isAccepted(_ headers: Headers) -> Bool {
    var byStar = false
    for member in headers.list("Accept-Encoding") {
      let parts = member.split(separator: ";")
      let coding = (parts.first ?? "").trimmed.lowercased()
      let weight = parts.dropFirst().first { $0.trimmed.lowercased().hasPrefix("q=") }
      let isWanted = weight.map { (Double($0.trimmed.dropFirst(2)) ?? 0) > 0 } ?? true
      if coding == "gzip" || coding == "x-gzip" { return isWanted }
      if coding == "*" { byStar = isWanted }
    }
    return byStar
  }

  /// The tag of the packed form of a body: the mark stands inside the quotes.
  static func markedTag(_ tag: String) -> String {
    tag.hasSuffix("\"") ? String(tag.dropLast()) + tagSuffix + "\"" : tag
  }

  /// A condition field as the handler knows its tags: without the marks.
  static func withoutMarks(_ condition: String) -> String {
    let mark = Array((tagSuffix + "\"").utf8)
    let bytes = Array(condition.utf8)
    guard bytes.count >= mark.count else { return condition }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == mark[0], bytes[index...].starts(with: mark) {
        out.append(UInt8(ascii: "\""))
        index += mark.count
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The answer as it is sent: packed where the client takes it and it helps.
  static func apply(to response: Response, for request: Request) -> Response {
    // Asked first, since most answers are short.
    guard mayBePacked(response.body) else { return response }
    guard response.headers["Content-Encoding"] == nil, response.status != 206,
      isCompressible(response.headers["Content-Type"]), !holdsSecret(response)
    else { return response }
    let body: Response.Body
    switch response.body {
    case .bytes(let bytes) where bytes.count > minimumBytes:
      guard isAccepted(request.headers) else { return varying(response) }
      guard let packed = pack(bytes) else { return varying(response) }
      body = .bytes(packed)
    case .shared(let shared) where shared.count > minimumBytes:
      guard isAccepted(request.headers) else { return varying(response) }
      guard let packed = shared.gzipped() else { return varying(response) }
      body = .shared(packed)
    default: return response
    }
    var packed = varying(response)
    packed.body = body
    packed.headers["Content-Encoding"] = "gzip"
    if let tag = packed.headers["ETag"] { packed.headers["ETag"] = markedTag(tag) }
    return packed
  }

  private static func mayBePacked(_ body: Response.Body) -> Bool {
    switch body {
    case .bytes(let bytes): bytes.count > minimumBytes
    case .shared(let shared): shared.count > minimumBytes
    case .empty, .stream: false
    }
  }

  /// Whether a body must not be packed: it sets a cookie, or forbids any change.
  ///
  /// The size of a packed body tells how much of a secret somebody has guessed who can put text
  /// beside it (the BREACH attack), so answers with secrets say `Cache-Control: no-transform`.
  private static func holdsSecret(_ response: Response) -> Bool {
    response.headers["Set-Cookie"] != nil
      || response.headers.list("Cache-Control").contains { $0.lowercased() == "no-transform" }
  }

  /// Says that the answer depends on what the client accepts, so that caches keep both forms.
  private static func varying(_ response: Response) -> Response {
    let named = response.headers.list("Vary").map { $0.lowercased() }
    guard !named.contains("accept-encoding"), !named.contains("*") else { return response }
    var copy = response
    copy.headers.add("Vary", "Accept-Encoding")
    return copy
  }
}
