/// What a route does with a request; it may block, since every connection has its own thread.
public typealias Handler = @Sendable (Request) throws -> Response

/// The limits and the rank of a route.
public struct RouteOptions: Sendable {
  /// The name under which the route is counted; its pattern where none is given.
  public var name: String?
  /// Largest body in bytes; nil means none for GET and the router's default for the others.
  public var bodyLimitBytes: Int?
  /// The media types that a body may have; empty takes any.
  public var contentTypes: [String]
  /// Time within which the body must be complete, nil for the server's setting.
  public var bodyTimeoutMS: Int?
  /// Whether the route is answered even when the server sheds load: scans, confirms, health.
  public var isPriority: Bool
  /// Whether `Content-Encoding: gzip` is unpacked (within the same limit) before the handler.
  public var acceptsGzip: Bool

  /// Makes options; the defaults suit a JSON call.
  public init(
    name: String? = nil,
    bodyLimitBytes: Int? = nil,
    contentTypes: [String] = ["application/json"],
    bodyTimeoutMS: Int? = nil,
    isPriority: Bool = false,
    acceptsGzip: Bool = false
  ) {
    self.name = name
    self.bodyLimitBytes = bodyLimitBytes
    self.contentTypes = contentTypes
    self.bodyTimeoutMS = bodyTimeoutMS
    self.isPriority = isPriority
    self.acceptsGzip = acceptsGzip
  }
}

/// One method on one pattern.
struct Route: Sendable {
  let method: Method
  let pattern: String
  let parameterNames: [String]
  let options: RouteOptions
  let bodyLimitBytes: Int
  let handler: Handler

  /// The name for metrics.
  var name: String { options.name ?? pattern }
}

/// What the layer above decides for every route.
public struct RouterHooks: Sendable {
  /// Turns a refusal into an answer; the default is a small problem document.
  public var render: @Sendable (Refusal, Request) -> Response
  /// Turns any other error of a handler into a refusal; nil means a fault: 500, and it is logged.
  public var translate: @Sendable (any Error, Request) -> Refusal?
  /// Looks at the head before the body is read: who is it, may they; throws a refusal.
  ///
  /// The request has no body yet; what is returned becomes ``Request/principal``.
  public var admit: @Sendable (Request) throws -> (any Sendable)?
  /// Hears of handlers' errors that nobody translated.
  public var fault: @Sendable (any Error, Request) -> Void

  /// Makes hooks; each default stands for itself.
  public init(
    render: @escaping @Sendable (Refusal, Request) -> Response = {
      $0.problem(instance: "urn:request:" + $1.id)
    },
    translate: @escaping @Sendable (any Error, Request) -> Refusal? = { _, _ in nil },
    admit: @escaping @Sendable (Request) throws -> (any Sendable)? = { _ in nil },
    fault: @escaping @Sendable (any Error, Request) -> Void = { _, _ in }
  ) {
    self.render = render
    self.translate = translate
    self.admit = admit
    self.fault = fault
  }
}
