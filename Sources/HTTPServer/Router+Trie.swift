extension Router {
  /// One place in the trie of path segments; children are indices into `nodes`.
  struct Node: Sendable {
    var literals: [String: Int] = [:]
    var parameter: Int?
    var methods: [Method: Int] = [:]
    var rest: [Method: Int] = [:]
  }

  /// What a search found.
  enum Finding {
    case route(Int, captures: [String])
    /// The path exists, but not with this method.
    case otherMethods(Set<Method>)
    case nothing
  }

  /// The child at a slot of a node, made where it is missing.
  mutating func child(of node: Int, at slot: WritableKeyPath<Node, Int?>) -> Int {
    if let known = nodes[node][keyPath: slot] { return known }
    nodes.append(Node())
    nodes[node][keyPath: slot] = nodes.count - 1
    return nodes.count - 1
  }

  /// Finds the route of a method and path; HEAD falls back to GET.
  ///
  /// The path alone chooses the pattern, and the pattern knows its methods: DELETE of a literal
  /// that only takes POST is a 405, though a neighbour with a parameter would take it.
  func find(_ method: Method, _ segments: [String]) -> Finding {
    var captures: [String] = []
    guard let methods = walk(0, 0, segments, &captures) else { return .nothing }
    if let route = methods[method] ?? (method == .head ? methods[.get] : nil) {
      return .route(route, captures: captures)
    }
    return .otherMethods(Set(methods.keys))
  }

  /// The methods of the pattern that fits best, nil where none fits.
  ///
  /// Depth first, literal before parameter before rest; depth is bounded by the pattern's length.
  private func walk(
    _ node: Int,
    _ depth: Int,
    _ segments: [String],
    _ captures: inout [String]
  ) -> [Method: Int]? {
    // Read in place: a copy of the node would be counted and let go again with every step.
    if depth == segments.count {
      if !nodes[node].methods.isEmpty { return nodes[node].methods }
    } else {
      let segment = segments[depth]
      if let next = nodes[node].literals[segment],
        let methods = walk(next, depth + 1, segments, &captures)
      {
        return methods
      }
      if let next = nodes[node].parameter, !segment.isEmpty {
        captures.append(segment)
        if let methods = walk(next, depth + 1, segments, &captures) { return methods }
        captures.removeLast()
      }
    }
    guard !nodes[node].rest.isEmpty else { return nil }
    captures.append(segments[depth...].joined(separator: "/"))
    return nodes[node].rest
  }

  /// The value of `Allow`: what the path knows, with what follows from it, in a fixed order.
  func allowField(_ methods: Set<Method>) -> String {
    var all = methods.union([.options])
    if all.contains(.get) { all.insert(.head) }
    let order: [Method] = [.get, .head, .post, .put, .patch, .delete, .options]
    return order.filter(all.contains).map(\.rawValue).joined(separator: ", ")
  }
}
