import CGnuTLS
import CMicroHTTPD
import Glibc
import Logging
import Synchronization

/// The C functions that the library calls; every pointer of theirs is touched in this file alone.
///
/// Who owns what: the core is kept alive by the listener until the library has stopped. A peer is
/// retained when its connection starts and released when it is closed. An exchange is retained at
/// the first line of its request and released when the library says that the request is over,
/// which it does for every request whose first line it reported, however that ended.
enum DaemonCallbacks {
  typealias Raw = UnsafeMutableRawPointer

  /// The core behind the library's context pointer.
  static func core(_ raw: Raw?) -> ServerCore? {
    raw.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The exchange behind a request's context pointer.
  static func exchange(_ slot: UnsafeMutablePointer<Raw?>?) -> Exchange? {
    slot?.pointee.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
  }

  /// A connection starts or is about to be closed.
  static let onConnection: MHD_NotifyConnectionCallback = { raw, connection, slot, code in
    guard let core = DaemonCallbacks.core(raw), let connection, let slot else { return }
    if code == .CONNECTION_NOTIFY_STARTED {
      let socketFD = stowage_mhd_socket(connection)
      let peer = Peer(
        socketFD: socketFD,
        remote: SocketAddress.remote(of: socketFD),
        connectedNS: core.settings.nowNS(),
        deadlineNS: core.deadline(inMS: core.settings.headTimeoutMS),
        identity: core.identity
      )
      slot.pointee = Unmanaged.passRetained(peer).toOpaque()
      core.janitor.add(peer)
    } else if let pointer = slot.pointee {
      slot.pointee = nil
      core.janitor.remove(Unmanaged<Peer>.fromOpaque(pointer).takeRetainedValue())
    }
  }

  /// A handshake wants a certificate and its key: those that were in force when it connected.
  ///
  /// The library has put its connection into the session, and we our peer into the connection; the
  /// peer keeps the identity alive until the connection is closed, whatever is reloaded meanwhile.
  typealias HandshakeCallback =
    @convention(c) (
      gnutls_session_t?, UnsafePointer<gnutls_datum_t>?, Int32,
      UnsafePointer<gnutls_pk_algorithm_t>?, Int32,
      UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>?,
      UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<gnutls_privkey_t?>?
    ) -> Int32
  static let onHandshake: HandshakeCallback = { session, _, _, _, _, certificates, count, key in
    guard let connection = gnutls_session_get_ptr(session),
      let pointer = stowage_mhd_socket_context(OpaquePointer(connection)),
      let identity = Unmanaged<Peer>.fromOpaque(pointer).takeUnretainedValue().identity
    else { return -1 }
    certificates?.pointee = identity.certificates
    count?.pointee = identity.count
    key?.pointee = identity.key
    return 0
  }

  /// A request line was read; the raw target is taken before the library decodes it in place.
  typealias URICallback =
    @convention(c) (Raw?, UnsafePointer<CChar>?, OpaquePointer?) -> Raw?
  static let onTarget: URICallback = { raw, target, connection in
    guard let core = DaemonCallbacks.core(raw), let connection,
      let pointer = stowage_mhd_socket_context(connection)
    else { return nil }
    let peer = Unmanaged<Peer>.fromOpaque(pointer).takeUnretainedValue()
    if core.settings.tls?.clientAuthorityPEM != nil,
      let session = stowage_mhd_tls_session(connection)
    {
      peer.certificate.withLock { verdict in
        if case .unknown = verdict { verdict = ClientCertificate.examine(OpaquePointer(session)) }
      }
    }
    let exchange = Exchange(
      core: core,
      peer: peer,
      rawTarget: target.map { String(cString: $0) } ?? "",
      targetEnd: target.map { UInt(bitPattern: $0) + UInt(strlen($0)) } ?? 0
    )
    return Unmanaged.passRetained(exchange).toOpaque()
  }

  /// The library's own decoding is switched off: what it decodes, nobody reads.
  typealias UnescapeCallback =
    @convention(c) (Raw?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int
  static let onUnescape: UnescapeCallback = { _, _, text in
    text.map { strlen($0) } ?? 0
  }

  /// The head is complete, a piece of the body is there, or the request is whole.
  static let onRequest: MHD_AccessHandlerCallback = {
    _,
    connection,
    _,
    method,
    version,
    data,
    size,
    slot in
    guard let connection, let size, let exchange = DaemonCallbacks.exchange(slot) else {
      return .NO
    }
    switch exchange.stage {
    case .head:
      guard let method, let version else { return .NO }
      var layout = HeadLayout(method: method, exchange: exchange, version: version)
      let headers = headers(of: connection, &layout)
      layout.end(headBytes: stowage_mhd_head_bytes(connection))
      let step = exchange.takeHead(
        method: layout.isExact ? String(cString: method) : nil,
        version: String(cString: version),
        headers: headers
      )
      switch step {
      case .goOn: return .YES
      case .cut: return .NO
      case .answer(let response):
        return Delivery.queue(response, for: exchange, on: connection)
      }
    case .body where size.pointee > 0:
      let isTaken = exchange.takeBody(UnsafeRawBufferPointer(start: data, count: size.pointee))
      size.pointee = 0
      return isTaken ? .YES : .NO
    case .body:
      guard let response = exchange.answer() else { return .NO }
      return Delivery.queue(response, for: exchange, on: connection)
    case .answered:
      size.pointee = 0
      return .YES
    }
  }

  /// A request is over, well or not.
  typealias CompletedCallback =
    @convention(c) (
      Raw?, OpaquePointer?, UnsafeMutablePointer<Raw?>?, MHD_RequestTerminationCode
    ) -> Void
  static let onCompleted: CompletedCallback = { raw, connection, slot, code in
    guard let slot, let pointer = slot.pointee else { return }
    slot.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
    if exchange.stream != nil, let connection {
      let idle = UInt32(clamping: exchange.core.settings.idleTimeoutS)
      _ = stowage_mhd_set_idle_s(connection, idle)
    }
    switch code {
    case .REQUEST_TERMINATED_COMPLETED_OK: exchange.finish(.completed)
    case .REQUEST_TERMINATED_TIMEOUT_REACHED: exchange.finish(.timedOut)
    default: exchange.finish(.aborted)
    }
  }

  /// A line that the library has to say.
  typealias LogCallback = @convention(c) (Raw?, UnsafePointer<CChar>?) -> Void
  static let onLog: LogCallback = { raw, line in
    guard let core = DaemonCallbacks.core(raw), let line else { return }
    core.logger.debug("\(String(cString: line).trimmingNewline)")
  }

  /// The library found itself in an impossible state and may not go on.
  static let onPanic: MHD_PanicCallback = { _, file, line, reason in
    let place = file.map { String(cString: $0) } ?? "?"
    let why = reason.map { String(cString: $0) } ?? "?"
    let text = "libmicrohttpd gave up at \(place):\(line): \(why)\n"
    _ = text.withCString { write(2, $0, strlen($0)) }
    abort()
  }

  /// Every field line of the head, in order.
  private static func headers(
    of connection: OpaquePointer,
    _ layout: inout HeadLayout
  ) -> Headers {
    var found = (headers: Headers(), layout: layout)
    withUnsafeMutablePointer(to: &found) { pointer in
      _ = MHD_get_connection_values_n(
        connection,
        .HEADER_KIND,
        { raw, _, name, nameSize, value, valueSize in
          guard let raw, let name else { return .NO }
          let found = raw.assumingMemoryBound(to: (headers: Headers, layout: HeadLayout).self)
          found.pointee.layout.field(name, nameSize, value, valueSize)
          found.pointee.headers.add(
            DaemonCallbacks.text(name, nameSize),
            value.map { DaemonCallbacks.text($0, valueSize).trimmedTail } ?? ""
          )
          return .YES
        },
        pointer
      )
    }
    layout = found.layout
    return found.headers
  }

  private static func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// The text without the blanks at its end, which are no part of a field's value.
  var trimmedTail: String {
    guard let last = utf8.last, last == 32 || last == 9 else { return self }
    return String(trimmed)
  }

  /// The text without a line end.
  var trimmingNewline: String {
    var text = Substring(self)
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
