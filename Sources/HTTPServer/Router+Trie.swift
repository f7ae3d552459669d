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
  func find(_ method: Method, _ segments: [String]) -> Finding {
    var search = Search(method: method, segments: segments)
    if let route = walk(0, 0, &search) { return .route(route, captures: search.captures) }
    // Only a refusal asks which methods the path knows.
    search = Search(method: nil, segments: segments)
    _ = walk(0, 0, &search)
    return search.allowed.isEmpty ? .nothing : .otherMethods(search.allowed)
  }

  private struct Search {
    /// The method that is looked for; nil collects those that there are.
    let method: Method?
    let segments: [String]
    var captures: [String] = []
    var allowed: Set<Method> = []

    mutating func pick(_ methods: [Method: Int]) -> Int? {
      guard let method else {
        allowed.formUnion(methods.keys)
        return nil
      }
      return methods[method] ?? (method == .head ? methods[.get] : nil)
    }
  }

  /// Depth first, literal before parameter before rest; depth is bounded by the pattern's length.
  private func walk(_ node: Int, _ depth: Int, _ search: inout Search) -> Int? {
    let place = nodes[node]
    if depth == search.segments.count {
      if let route = search.pick(place.methods) { return route }
    } else {
      let segment = search.segments[depth]
      if let next = place.literals[segment], let route = walk(next, depth + 1, &search) {
        return route
      }
      if let next = place.parameter, !segment.isEmpty {
        search.captures.append(segment)
        if let route = walk(next, depth + 1, &search) { return route }
        search.captures.removeLast()
      }
    }
    guard !place.rest.isEmpty, let route = search.pick(place.rest) else { return nil }
    search.captures.append(search.segments[depth...].joined(separator: "/"))
    return route
  }

  /// The value of `Allow`: what the path knows, with what follows from it, in a fixed order.
  func allowField(_ methods: Set<Method>) -> String {
    var all = methods.union([.options])
    if all.contains(.get) { all.insert(.head) }
    let order: [Method] = [.get, .head, .post, .put, .patch, .delete, .options]
    return order.filter(all.contains).map(\.rawValue).joined(separator: ", ")
  }
}
