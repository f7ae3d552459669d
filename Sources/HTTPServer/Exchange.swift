import Synchronization

/// One request and its answer on a connection, from the first line to the last byte.
///
/// The library calls for each request in three phases: once when the head is complete, then with
/// pieces of the body, then once more for the answer. An answer given in the first phase keeps the
/// body from being read but costs the connection; during the second phase no answer can be given
/// at all. So refusals of the head are answered at once if a body is on its way, and refusals of
/// the body are remembered until the third phase. Confined to the connection's thread.
final class Exchange {
  /// Where the exchange stands.
  enum Stage {
    case head
    case body
    case answered
  }

  /// What the next call of the library should do.
  enum Step {
    case goOn
    case answer(Response)
    case cut
  }

  /// A refused body up to this size is read and dropped, so that the connection can live on.
  static let swallowBytes = 16 * 1_024
  /// What may still come behind a limit that is passed, before the connection is cut, in bytes.
  static let overrunBytes = 1_048_576

  let core: ServerCore
  let peer: Peer
  let rawTarget: String
  /// Where the raw target ends in the library's buffer.
  let targetEnd: UInt
  let receivedNS: UInt64
  var stage = Stage.head
  private(set) var request: Request?
  private var route: Route?
  private var refusal: Refusal?
  private var early: Response?
  private var body: [UInt8] = []
  private var bodySeen = 0
  private var bodyReserved = 0
  private(set) var status = 0
  var responseBytes = 0
  var stream: StreamControl?
  private var id = "-"
  /// Whether the client knows a packed form: its condition names a tag with our mark.
  private(set) var knowsPacked = false
  /// Whether it was let in on a route with priority.
  private(set) var hasPriority = false

  init(core: ServerCore, peer: Peer, rawTarget: String, targetEnd: UInt) {
    self.core = core
    self.peer = peer
    self.rawTarget = rawTarget
    self.targetEnd = targetEnd
    self.receivedNS = core.settings.nowNS()
    peer.isAtWork.store(true, ordering: .releasing)
    let headDeadline = receivedNS + UInt64(core.settings.headTimeoutMS) * 1_000_000
    if headDeadline < peer.deadlineNS.load(ordering: .relaxed) { peer.setDeadline(headDeadline) }
  }

  /// First phase: the head is complete; no method means that the request line was not readable.
  func takeHead(method: String?, version: String, headers: Headers) -> Step {
    stage = .body
    id = core.requestID(proposed: headers["X-Request-Id"])
    do throws(Refusal) {
      guard let method else { throw .malformed(HeadLayout.fault) }
      let announced = try HeadCheck.check(version: version, headers: headers)
      try checkCertificate()
      try prepare(method: method, headers: headers, announced: announced)
      let timeoutMS = route?.options.bodyTimeoutMS ?? core.settings.bodyTimeoutMS
      peer.setDeadline(core.deadline(inMS: timeoutMS))
      return .goOn
    } catch {
      return refuse(error, headers: headers, method: method ?? "GET")
    }
  }

  private func prepare(
    method: String,
    headers: Headers,
    announced: HeadCheck.Announced
  ) throws(Refusal) {
    var request = Request(
      method: Method(rawValue: method),
      target: try RequestTarget(rawTarget),
      headers: withoutMarks(headers),
      remote: peer.remote,
      id: id,
      receivedNS: receivedNS,
      isSecure: core.settings.tls != nil
    )
    if core.settings.tls != nil {
      request.clientCertificate = peer.certificate.withLock { $0.certificate }
    }
    // Also where it is refused: the refusal speaks of it.
    defer { self.request = request }
    let isCrowded = core.janitor.count >= core.settings.shedFromConnections
    switch try core.router.route(&request) {
    case .answer(let response):
      early = response
    case .handle(let route):
      self.route = route
      guard !isCrowded || route.options.isPriority else { throw crowded() }
      try core.router.admit(&request, to: route, bodyBytes: announced.count)
      hasPriority = route.options.isPriority
    }
    try reserve(announced.count ?? 0)
    body.reserveCapacity(min(announced.count ?? 0, 1_048_576))
  }

  /// Refuses a client whose certificate is not believed, or missing where one is required.
  private func checkCertificate() throws(Refusal) {
    guard let tls = core.settings.tls else { return }
    let isRequired = tls.requiresClientCertificate
    let why: String? = peer.certificate.withLock { verdict in
      switch verdict {
      case .believed: nil
      case .unknown, .none: isRequired ? "This server wants a certificate of its clients." : nil
      case .refused(let why): why
      }
    }
    guard let why else { return }
    throw Refusal(status: 403, code: "forbidden", message: why, closes: true)
  }

  /// Entity tags as the handlers know them.
  private func withoutMarks(_ headers: Headers) -> Headers {
    var headers = headers
    for name in ["If-Match", "If-None-Match"] {
      guard headers[name] != nil else { continue }
      let condition = headers.all(name).joined(separator: ", ")
      let bare = Compression.withoutMarks(condition)
      knowsPacked = knowsPacked || bare != condition
      headers[name] = bare
    }
    return headers
  }

  private func crowded() -> Refusal {
    .overloaded(
      "Too many connections are open at the moment; try again shortly.",
      retryAfterS: core.settings.retryAfterS
    )
  }

  private func reserve(_ count: Int) throws(Refusal) {
    guard count > 0 else { return }
    guard core.takeBodyBytes(count) else {
      throw .overloaded(
        "Too many large bodies are on their way at the moment; try again shortly.",
        retryAfterS: core.settings.retryAfterS
      )
    }
    bodyReserved += count
  }

  /// Answers at once where a body is on its way, later where none or only a small one is.
  private func refuse(_ refusal: Refusal, headers: Headers, method: String) -> Step {
    if request == nil {
      // The target was not readable; the answer still wants a request to speak of.
      request = (try? RequestTarget("/")).map {
        Request(
          method: Method(rawValue: method),
          target: $0,
          headers: headers,
          remote: peer.remote,
          id: id,
          receivedNS: receivedNS
        )
      }
    }
    self.refusal = refusal
    let length = headers["Content-Length"].flatMap { Int($0) } ?? 0
    let hasBody = length != 0 || headers["Transfer-Encoding"] != nil
    let isSmall =
      headers["Transfer-Encoding"] == nil && headers["Expect"] == nil
      && (0...Self.swallowBytes).contains(length)
    if !refusal.closes && (!hasBody || isSmall) {
      peer.setDeadline(core.deadline(inMS: core.settings.bodyTimeoutMS))
      return .goOn
    }
    peer.shouldLinger.store(hasBody, ordering: .relaxed)
    guard var response = rendered(refusal) else { return .cut }
    response.closesConnection = true
    return .answer(response)
  }

  /// Second phase: a piece of the body; false cuts the connection.
  func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    bodySeen += piece.count
    if let refusal {
      // Nobody may fill the wire behind a refusal for ever.
      _ = refusal
      return bodySeen <= (route?.bodyLimitBytes ?? 0) + Self.overrunBytes
    }
    guard early == nil, let route else { return bodySeen <= Self.overrunBytes }
    guard bodySeen <= route.bodyLimitBytes else {
      refuseBody(.tooLarge(limitBytes: route.bodyLimitBytes))
      return true
    }
    do throws(Refusal) {
      if bodySeen > bodyReserved { try reserve(bodySeen - bodyReserved) }
      body.append(contentsOf: piece)
    } catch {
      refuseBody(error)
    }
    return true
  }

  private func refuseBody(_ refusal: Refusal) {
    self.refusal = refusal
    self.refusal?.closes = true
    body = []
  }

  /// Third phase: the request is whole; the handler runs here.
  func answer() -> Response? {
    peer.setDeadline(Peer.never)
    if let refusal {
      var response = rendered(refusal)
      if refusal.closes { response?.closesConnection = true }
      return response
    }
    guard var request else { return nil }
    if let early { return early }
    guard let route else { return nil }
    request.body = body
    body = []
    peer.isHandling.store(true, ordering: .relaxed)
    defer { peer.isHandling.store(false, ordering: .relaxed) }
    return core.router.handle(request, by: route)
  }

  private func rendered(_ refusal: Refusal) -> Response? {
    request.map { core.router.hooks.render(refusal, $0) }
  }

  /// What is sent instead of a stream for which there is no room.
  func tooManyStreams() -> Response? {
    rendered(
      .overloaded("Too many event streams are open.", retryAfterS: core.settings.retryAfterS)
    )
  }

  /// Notes what is being sent, and how long that may take.
  func noteAnswer(status: Int) {
    self.status = status
    stage = .answered
    peer.setDeadline(core.deadline(inMS: core.settings.responseTimeoutMS))
  }

  /// The end: frees what was taken and tells the observer.
  func finish(_ outcome: Observation.Outcome) {
    if bodyReserved > 0 { core.bodyBytes.wrappingSubtract(bodyReserved, ordering: .relaxed) }
    if let stream { core.close(stream) }
    peer.served.wrappingAdd(1, ordering: .relaxed)
    // The next head may start after all of the idle time, and then has its own time.
    let idleMS = core.settings.idleTimeoutS * 1_000 + core.settings.headTimeoutMS
    peer.setDeadline(core.deadline(inMS: idleMS))
    peer.isAtWork.store(false, ordering: .releasing)
    let isCut = peer.isOverdue.load(ordering: .relaxed)
    core.settings.observe(
      Observation(
        route: request?.routeName,
        method: request?.method,
        status: status,
        durationNS: core.settings.nowNS() &- receivedNS,
        requestBytes: bodySeen,
        responseBytes: responseBytes,
        outcome: stage == .head ? .unreadable : isCut ? .timedOut : outcome,
        requestID: id,
        remote: peer.remote
      )
    )
  }
}
