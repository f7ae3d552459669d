/// An answer: status, fields and a body.
public struct Response: Sendable {
  /// What an answer carries.
  public enum Body: Sendable {
    /// Nothing.
    case empty
    /// Bytes built for this answer.
    case bytes([UInt8])
    /// Bytes that live with the process and are sent without a copy.
    case shared(SharedBody)
    /// Bytes made while they are sent; see ``ResponseStream``.
    case stream(ResponseStream)
  }

  /// The status, 200 to 599.
  public var status: Int
  /// The fields; Date, Content-Length and the security defaults are added when it is sent.
  public var headers: Headers
  /// The body.
  public var body: Body
  /// Whether the connection is to be closed behind this answer.
  public var closesConnection: Bool

  /// Makes an answer from its parts.
  public init(
    status: Int = 200,
    headers: Headers = [:],
    body: Body = .empty,
    closesConnection: Bool = false
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.closesConnection = closesConnection
  }
}

extension Response {
  /// An answer of JSON bytes.
  public static func json(_ bytes: [UInt8], status: Int = 200) -> Response {
    Response(
      status: status,
      headers: ["Content-Type": "application/json"],
      body: .bytes(bytes)
    )
  }

  /// An answer of plain text.
  public static func text(_ text: String, status: Int = 200) -> Response {
    Response(
      status: status,
      headers: ["Content-Type": "text/plain; charset=utf-8"],
      body: .bytes(Array(text.utf8))
    )
  }

  /// An answer without a body, 204 unless another status is named.
  public static func empty(status: Int = 204) -> Response {
    Response(status: status)
  }

  /// An asset that is shared by all connections and never copied.
  public static func asset(_ body: SharedBody, type: String) -> Response {
    Response(headers: ["Content-Type": type], body: .shared(body))
  }

  /// A body made while it is sent, such as an export.
  public static func stream(type: String, _ stream: ResponseStream) -> Response {
    Response(headers: ["Content-Type": type], body: .stream(stream))
  }

  /// The same answer with one more field.
  public func with(_ name: String, _ value: String) -> Response {
    var copy = self
    copy.headers[name] = value
    return copy
  }

  /// The bytes of the body, where it is held whole: for drivers in memory.
  public var bytes: [UInt8] {
    switch body {
    case .empty, .stream: []
    case .bytes(let bytes): bytes
    case .shared(let shared): shared.bytes
    }
  }
}
