import WireFormat

extension Router {
  /// Answers a request as the listener would, without a socket.
  ///
  /// Compression, defaults and the removal of a HEAD's body happen on the way to the socket and
  /// are left out here.
  public func answer(_ request: Request) -> Response {
    var request = request
    do throws(Refusal) {
      switch try route(&request) {
      case .answer(let response): return response
      case .handle(let route):
        try admit(&request, to: route, bodyBytes: request.body.count)
        return handle(request, by: route)
      }
    } catch {
      return hooks.render(error, request)
    }
  }

  /// What is to be done with a request whose head is known.
  enum Decision {
    /// The router itself has the answer.
    case answer(Response)
    /// The route of this index has.
    case handle(Route)
  }

  /// Finds the route, fills in the path parameters, and answers OPTIONS.
  func route(_ request: inout Request) throws(Refusal) -> Decision {
    guard request.method.isKnown else {
      throw Refusal(
        status: 501,
        code: "method_not_allowed",
        message: "The method is not known here."
      )
    }
    if request.target.isAsterisk {
      guard request.method == .options else { throw .malformed("Only OPTIONS takes `*`.") }
      let known = Set(routes.map(\.method))
      return .answer(Response(status: 204, headers: ["Allow": allowField(known)]))
    }
    switch find(request.method, request.target.segments) {
    case .nothing: throw .notFound
    case .otherMethods(let methods):
      let allow = allowField(methods)
      if request.method == .options {
        return .answer(Response(status: 204, headers: ["Allow": allow]))
      }
      throw Refusal(
        status: 405,
        code: "method_not_allowed",
        message: "This address takes \(allow).",
        headers: ["Allow": allow]
      )
    case .route(let index, let captures):
      let route = routes[index]
      request.routeName = route.name
      request.parameters = zip(route.parameterNames, captures).map { (name: $0, value: $1) }
      return .handle(route)
    }
  }

  /// Refuses what needs no body to be refused: what `admit` objects to, then 413 and 415.
  ///
  /// `bodyBytes` is what the head announces, nil where it does not say (chunks).
  func admit(
    _ request: inout Request,
    to route: Route,
    bodyBytes: Int?
  ) throws(Refusal) {
    do {
      request.principal = try hooks.admit(request)
    } catch {
      throw refusal(for: error, request)
    }
    let hasBody = bodyBytes != 0
    if let bodyBytes, bodyBytes > route.bodyLimitBytes {
      throw .tooLarge(limitBytes: route.bodyLimitBytes)
    }
    if hasBody { try checkType(request, route) }
  }

  private func checkType(_ request: Request, _ route: Route) throws(Refusal) {
    let types = route.options.contentTypes
    if !types.isEmpty, !types.contains(request.contentType ?? "") {
      throw Refusal(
        status: 415,
        code: "unsupported_media",
        message: "The body must be \(types.joined(separator: " or ")).",
        headers: ["Accept": types.joined(separator: ", ")]
      )
    }
    let encodings = request.headers.list("Content-Encoding").map { $0.lowercased() }
    let isPlain = encodings.isEmpty || encodings == ["identity"]
    guard isPlain || (route.options.acceptsGzip && encodings == ["gzip"]) else {
      throw Refusal(
        status: 415,
        code: "unsupported_media",
        message: "The body must not be encoded\(route.options.acceptsGzip ? " but as gzip" : "").",
        headers: ["Accept-Encoding": route.options.acceptsGzip ? "gzip" : "identity"]
      )
    }
  }

  /// Runs the handler; whatever it throws becomes an answer.
  func handle(_ request: Request, by route: Route) -> Response {
    do {
      guard route.options.acceptsGzip else { return try route.handler(request) }
      var request = request
      try unpackBody(of: &request, for: route)
      return try route.handler(request)
    } catch {
      return hooks.render(refusal(for: error, request), request)
    }
  }

  private func unpackBody(of request: inout Request, for route: Route) throws(Refusal) {
    guard route.options.acceptsGzip, !request.body.isEmpty,
      request.headers["Content-Encoding"]?.lowercased() == "gzip"
    else { return }
    do throws(WireFormatError) {
      request.body = try Gzip.decompress(request.body, maximumBytes: route.bodyLimitBytes)
    } catch {
      guard error.kind == .malformed else { throw .tooLarge(limitBytes: route.bodyLimitBytes) }
      throw Refusal(status: 400, code: "malformed", message: "The body is not readable gzip.")
    }
  }

  /// The refusal that an error stands for; one that nobody knows is a fault and is told.
  func refusal(for error: any Error, _ request: Request) -> Refusal {
    if let refusal = error as? Refusal { return refusal }
    if let refusal = hooks.translate(error, request) { return refusal }
    hooks.fault(error, request)
    return .internal
  }
}
