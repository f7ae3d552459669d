/// A request to another server.
public struct ClientRequest: Sendable {
  /// The method token.
  public var method: String
  /// The address: `http` or `https`, and nothing else.
  public var url: String
  /// The fields in their order; `Content-Type` is the caller's to name.
  public var headers: [(name: String, value: String)]
  /// The body; nil sends none, an empty one sends `Content-Length: 0`.
  public var body: [UInt8]?
  /// Time for the whole exchange in milliseconds, nil for the client's setting.
  public var totalTimeoutMS: Int?
  /// Largest answer in bytes, nil for the client's setting.
  public var maximumResponseBytes: Int?

  /// Makes a request.
  public init(
    _ method: String = "GET",
    _ url: String,
    headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil,
    totalTimeoutMS: Int? = nil,
    maximumResponseBytes: Int? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.totalTimeoutMS = totalTimeoutMS
    self.maximumResponseBytes = maximumResponseBytes
  }
}

/// What came back.
public struct ClientResponse: Sendable {
  /// The status.
  public var status: Int
  /// The fields of the last head, in order.
  public var headers: [(name: String, value: String)]
  /// The body, empty where it went to a receiver.
  public var body: [UInt8]

  /// The first value of a field, without regard to case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// Whether the status is one of success.
  public var isSuccess: Bool { (200..<300).contains(status) }
}

/// Why there is no answer; an answer of any status is none of these.
public struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of trouble it is, for deciding whether to try again.
  public enum Kind: String, Sendable, CaseIterable {
    /// The address or a setting makes no sense; trying again does not help.
    case badRequest
    /// The name of the server or proxy is not known.
    case cannotResolve
    /// Nobody listens there, or the way is closed.
    case cannotConnect
    /// It took too long.
    case timedOut
    /// The certificate is not trusted, ours is not accepted, or the handshake failed.
    case tls
    /// The answer is larger than allowed.
    case tooLarge
    /// The receiver asked to end.
    case cancelled
    /// The connection broke, or something else; the message has it.
    case other
  }

  /// The kind.
  public var kind: Kind
  /// What libcurl says about it.
  public var message: String
  /// The code of libcurl.
  public var code: Int32

  /// Makes an error.
  public init(_ kind: Kind, _ message: String, code: Int32 = 0) {
    self.kind = kind
    self.message = message
    self.code = code
  }

  /// The message.
  public var description: String { message }
}
