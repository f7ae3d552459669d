import Synchronization

/// One message of an event stream (WHATWG HTML, section 9.2, "Server-sent events").
public struct ServerSentEvent: Sendable, Equatable {
  /// What a client sends back as `Last-Event-ID` to resume behind this message.
  public var id: String?
  /// The kind of message, `message` where it is nil.
  public var event: String?
  /// The payload; each of its lines becomes a `data:` line.
  public var data: String

  /// Makes a message.
  public init(id: String? = nil, event: String? = nil, data: String) {
    self.id = id
    self.event = event
    self.data = data
  }

  /// The message as it goes over the wire; line ends inside `id` and `event` are dropped.
  public var bytes: [UInt8] {
    var text = ""
    if let id { text += "id: \(Self.oneLine(id))\n" }
    if let event { text += "event: \(Self.oneLine(event))\n" }
    for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      text += "data: \(line)\n"
    }
    return Array((text + "\n").utf8)
  }

  /// A comment that keeps the connection alive and finds out whether the client is there.
  public static let heartbeat: [UInt8] = Array(": ping\n\n".utf8)

  /// Tells the client how long to wait before it connects again.
  public static func retry(milliseconds: Int) -> [UInt8] {
    Array("retry: \(milliseconds)\n\n".utf8)
  }

  private static func oneLine(_ text: String) -> String {
    String(text.filter { !$0.isNewline && $0 != "\0" })
  }
}

extension ServerSentEvent {
  /// The fields of every answer that is an event stream.
  public static let headers: Headers = [
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  ]
}

extension Response {
  /// An event stream that stays open: asks for news, waits for a wake, beats in between.
  ///
  /// `poll` returns what is new, nil to end the stream; it is called at once, after each wake of
  /// the control and with each heartbeat, and never sooner than `pauseMS` after the last time, so
  /// that a burst of wakes costs a few looks. `opened` hands the control to whoever will wake it.
  public static func events(
    heartbeatMS: Int = 10_000,
    retryMS: Int = 3_000,
    pauseMS: Int = 0,
    opened: @escaping @Sendable (StreamControl) -> Void = { _ in },
    heartbeat: @escaping @Sendable () -> [UInt8] = { ServerSentEvent.heartbeat },
    poll: @escaping @Sendable () throws -> [ServerSentEvent]?
  ) -> Response {
    let first = OnceFlag()
    let looked = Atomic<UInt64>(0)
    let stream = ResponseStream(staysOpen: true) { control in
      if first.take() {
        opened(control)
        return .bytes(ServerSentEvent.retry(milliseconds: retryMS))
      }
      var beat: [UInt8] = []
      while true {
        control.rest(untilNS: looked.load(ordering: .relaxed))
        guard !control.isStopping, let news = try poll() else { return .end }
        let next = MonotonicClock.nowNS() + UInt64(max(0, pauseMS)) * 1_000_000
        looked.store(next, ordering: .relaxed)
        if !news.isEmpty || !beat.isEmpty { return .bytes(beat + news.flatMap(\.bytes)) }
        switch control.wait(milliseconds: heartbeatMS) {
        case .woken: continue
        case .timedOut: beat = heartbeat()
        case .stopping, .gone: return .end
        }
      }
    }
    return Response(headers: ServerSentEvent.headers, body: .stream(stream))
  }
}
