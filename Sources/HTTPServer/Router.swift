/// Which handler answers which method and path; the same value serves sockets and tests.
///
/// Patterns are paths whose segments are literals, `{name}` for exactly one non-empty segment, or,
/// at the end, `{name*}` for all that follows. Literals win over parameters, and a branch that
/// leads nowhere is left again.
public struct Router: Sendable {
  /// What the layer above decides.
  public var hooks: RouterHooks
  /// Largest body of a route that names no limit, in bytes.
  public let defaultBodyLimitBytes: Int
  var routes: [Route] = []
  var nodes: [Node] = [Node()]

  /// Makes an empty router.
  public init(hooks: RouterHooks = RouterHooks(), defaultBodyLimitBytes: Int = 1_048_576) {
    self.hooks = hooks
    self.defaultBodyLimitBytes = defaultBodyLimitBytes
  }

  /// Adds a route; the same method on the same path twice is a mistake in the program.
  public mutating func on(
    _ method: Method,
    _ pattern: String,
    _ options: RouteOptions = RouteOptions(),
    handler: @escaping Handler
  ) {
    precondition(pattern.hasPrefix("/"), "A pattern starts with a slash: \(pattern)")
    var node = 0
    var names: [String] = []
    var takesRest = false
    for part in pattern.dropFirst().split(separator: "/") {
      precondition(!takesRest, "Nothing may follow {name*}: \(pattern)")
      if part.hasPrefix("{"), part.hasSuffix("}") {
        takesRest = part.hasSuffix("*}")
        names.append(String(part.dropFirst().dropLast(takesRest ? 2 : 1)))
        if !takesRest { node = child(of: node, at: \.parameter) }
      } else {
        node = child(of: node, at: \.literals[String(part)])
      }
    }
    let slot: WritableKeyPath<Node, [Method: Int]> = takesRest ? \.rest : \.methods
    precondition(
      nodes[node][keyPath: slot][method] == nil,
      "The route exists already: \(method) \(pattern)"
    )
    nodes[node][keyPath: slot][method] = routes.count
    let takesBody = method != .get && method != .head
    routes.append(
      Route(
        method: method,
        pattern: pattern,
        parameterNames: names,
        options: options,
        bodyLimitBytes: options.bodyLimitBytes ?? (takesBody ? defaultBodyLimitBytes : 0),
        handler: handler
      )
    )
  }

  /// Every route as method and pattern, in the order they were added.
  public var table: [(method: Method, pattern: String, name: String)] {
    routes.map { ($0.method, $0.pattern, $0.name) }
  }
}
