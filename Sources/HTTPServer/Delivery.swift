import CMicroHTTPD
import Logging
import Synchronization

/// Turns an answer into what the library sends.
enum Delivery {
  /// Fields that the library writes itself, from what it knows of the body.
  private static let ownFields = ["content-length", "transfer-encoding", "connection", "date"]

  private static func isOwn(_ name: String) -> Bool {
    ownFields.contains { Headers.same($0, name) }
  }

  /// Queues an answer on a connection; NO cuts the connection.
  static func queue(
    _ given: Response,
    for exchange: Exchange,
    on connection: OpaquePointer
  ) -> MHD_Result {
    var response = given
    if let request = exchange.request { response = Compression.apply(to: response, for: request) }
    if response.status == 304, exchange.knowsPacked, let tag = response.headers["ETag"] {
      // It stands for the packed form, whose tag is another one.
      response.headers["ETag"] = Compression.markedTag(tag)
    }
    if exchange.request?.method == .head, case .stream(let stream) = response.body,
      stream.length == nil
    {
      // libmicrohttpd ends even a HEAD's chunked body with its last chunk, which the client would
      // take for the beginning of the next answer: nothing may follow on this connection.
      response.closesConnection = true
    }
    var raw = make(response, exchange, connection)
    if raw == nil, let other = exchange.tooManyStreams() {
      response = other
      raw = make(response, exchange, connection)
    }
    guard let raw else { return .NO }
    defer { MHD_destroy_response(raw) }
    addFields(of: response, to: raw, exchange)
    exchange.noteAnswer(status: response.status)
    if exchange.stream != nil {
      // The producer may wait longer than the idle time; the stall deadline watches instead.
      _ = stowage_mhd_set_idle_s(connection, 0)
      exchange.peer.setDeadline(
        exchange.core.deadline(inMS: exchange.core.settings.streamStallTimeoutMS)
      )
    }
    return MHD_queue_response(connection, UInt32(clamping: response.status), raw)
  }

  private static func addFields(
    of response: Response,
    to raw: OpaquePointer,
    _ exchange: Exchange
  ) {
    for field in response.headers.fields where !isOwn(field.name) {
      if MHD_add_response_header(raw, field.name, field.value) != .YES {
        exchange.core.logger.error("a field of the answer is not sendable: \(field.name)")
      }
    }
    if response.headers["X-Content-Type-Options"] == nil {
      MHD_add_response_header(raw, "X-Content-Type-Options", "nosniff")
    }
    if let id = exchange.request?.id, response.headers["X-Request-Id"] == nil {
      MHD_add_response_header(raw, "X-Request-Id", id)
    }
    if response.closesConnection
      || exchange.core.shouldClose(hasPriority: exchange.hasPriority)
    {
      MHD_add_response_header(raw, "Connection", "close")
    }
  }

  private static func make(
    _ response: Response,
    _ exchange: Exchange,
    _ connection: OpaquePointer
  ) -> OpaquePointer? {
    switch response.body {
    case _ where Status.isBodiless(response.status): return empty()
    case .empty: return empty()
    case .bytes(let bytes):
      exchange.responseBytes = bytes.count
      // The library copies; the bytes belong to nobody else afterwards.
      return bytes.withUnsafeBytes { room in
        MHD_create_response_from_buffer(
          room.count,
          UnsafeMutableRawPointer(mutating: room.baseAddress),
          .RESPMEM_MUST_COPY
        )
      }
    case .shared(let shared):
      exchange.responseBytes = shared.count
      let kept = Unmanaged.passRetained(shared).toOpaque()
      let made = MHD_create_response_from_buffer_with_free_callback_cls(
        shared.count,
        UnsafeMutableRawPointer(mutating: shared.plain.pointer.baseAddress),
        { raw in
          guard let raw else { return }
          Unmanaged<SharedBody>.fromOpaque(raw).release()
        },
        kept
      )
      if made == nil { Unmanaged<SharedBody>.fromOpaque(kept).release() }
      return made
    case .stream(let stream):
      return StreamPump.response(stream, exchange, connection)
    }
  }

  private static func empty() -> OpaquePointer? {
    MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
  }
}
