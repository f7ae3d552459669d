/// One request, read whole: what a handler gets.
public struct Request: Sendable {
  /// The method.
  public var method: Method
  /// The target, raw and decoded.
  public var target: RequestTarget
  /// The header fields; entity tags are without the mark of our compression.
  public var headers: Headers
  /// The body, empty where there was none.
  public var body: [UInt8]
  /// Who sent it.
  public var remote: RemoteAddress
  /// The id under which logs and answers speak of this request.
  public var id: String
  /// When its first line was read, in nanoseconds of the server's monotonic clock.
  public var receivedNS: UInt64
  /// Whether it came over TLS.
  public var isSecure: Bool
  /// The certificate that the client showed and that is believed, nil where there is none.
  public var clientCertificate: ClientCertificate?
  /// What the path parameters of the matched route hold, in the order of the pattern.
  public internal(set) var parameters: [(name: String, value: String)]
  /// The name of the matched route, for metrics; nil before a match.
  public internal(set) var routeName: String?
  /// What ``RouterHooks/admit`` found out about the caller, such as a session.
  public var principal: (any Sendable)?

  /// Makes a request from its parts, as the listener does.
  public init(
    method: Method,
    target: RequestTarget,
    headers: Headers = [:],
    body: [UInt8] = [],
    remote: RemoteAddress = .memory,
    id: String = "0",
    receivedNS: UInt64 = 0,
    isSecure: Bool = false
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.remote = remote
    self.id = id
    self.receivedNS = receivedNS
    self.isSecure = isSecure
    self.parameters = []
  }

  /// Makes a request from a raw target, for driving a router in memory.
  public init(
    _ method: Method,
    _ target: String,
    headers: Headers = [:],
    body: [UInt8] = []
  ) throws(Refusal) {
    self.init(method: method, target: try RequestTarget(target), headers: headers, body: body)
  }
}

extension Request {
  /// The value of a path parameter; empty where the route has none of that name.
  public func path(_ name: String) -> String {
    parameters.first { $0.name == name }?.value ?? ""
  }

  /// A path parameter that must be a positive number; anything else names nothing: 404.
  public func pathID(_ name: String) throws(Refusal) -> Int64 {
    let text = path(name)
    guard text.utf8.count <= 19, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
      let number = Int64(text), number > 0
    else { throw .notFound }
    return number
  }

  /// The first value of a query item, nil where it is absent.
  public func query(_ name: String) -> String? {
    target.query.first { $0.name == name }?.value
  }

  /// Every value of a query item.
  public func queryAll(_ name: String) -> [String] {
    target.query.filter { $0.name == name }.map(\.value)
  }

  /// A query item that must be a whole number within a range, or the default where it is absent.
  public func queryInt(
    _ name: String,
    default standard: Int,
    in range: ClosedRange<Int>
  ) throws(Refusal) -> Int {
    guard let text = query(name) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw Refusal(
        status: 400,
        code: "invalid",
        message: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)."
      )
    }
    return number
  }

  /// The media type of the body in lower case and without parameters, nil where none is named.
  public var contentType: String? {
    guard let field = headers["Content-Type"] else { return nil }
    return (field.split(separator: ";", maxSplits: 1).first ?? "").trimmed.lowercased()
  }
}
