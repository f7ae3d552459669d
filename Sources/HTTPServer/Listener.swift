import CMicroHTTPD
import Glibc
import Logging
import Synchronization

/// A running HTTP server on one address: a thread per connection, all of libmicrohttpd's making.
///
/// Its epoll mode stalls at exactly 128 ready events and suspended connections abort a stop, so
/// the listener uses neither: handlers and streams simply block their connection's thread.
public final class Listener: Sendable {
  let core: ServerCore
  let socket: ListenSocket
  let path: String?
  /// The library's handle as a number, 0 once it is gone; only a stop takes it out.
  let daemon: Mutex<UInt>
  let janitorThread: OwnThread
  let stopping = Mutex<StopOutcome?>(nil)
  /// Keeps the library's log sink and TLS texts at their addresses.
  let native: NativeMemory

  private init(
    core: ServerCore,
    socket: ListenSocket,
    daemon: OpaquePointer,
    janitorThread: OwnThread,
    native: NativeMemory
  ) {
    self.core = core
    self.socket = socket
    if case .unix(let path, _, _) = core.settings.address {
      self.path = path
    } else {
      self.path = nil
    }
    self.daemon = Mutex(UInt(bitPattern: daemon))
    self.janitorThread = janitorThread
    self.native = native
  }

  deinit {
    // Whoever forgets to stop gets an abrupt one, never a library that calls into freed memory.
    _ = stop(deadlineMS: 0)
  }

  /// Binds, listens and starts to answer.
  public static func start(
    _ settings: ServerSettings,
    router: Router,
    logger: Logger
  ) throws(ListenerError) -> Listener {
    _ = processSetUp
    let identity = try settings.tls.map { tls throws(ListenerError) in try LoadedIdentity(tls) }
    let core = ServerCore(
      settings: settings,
      router: router,
      logger: logger,
      identity: identity
    )
    let socket = try ListenSocket(settings.address)
    let native = NativeMemory(core: core, tls: settings.tls)
    let janitorThread = OwnThread { [janitor = core.janitor] in janitor.run() }
    guard janitorThread.isStarted, let daemon = launch(core, socket, native) else {
      core.janitor.finish()
      janitorThread.join()
      close(socket.socketFD)
      throw ListenerError(.failed, "The server did not start; its log has the reason.")
    }
    return Listener(
      core: core,
      socket: socket,
      daemon: daemon,
      janitorThread: janitorThread,
      native: native
    )
  }

  /// The port it listens on, nil for a unix socket.
  public var port: UInt16? { socket.port }

  /// Shows another certificate to every connection that comes from now on; those that are open go
  /// on with the one that they know.
  ///
  /// One that cannot be used is refused, and the old one stays in force. Who is asked for a client
  /// certificate, and which authority vouches for it, stays as it was at the start.
  public func replaceIdentity(_ identity: TLSIdentity) throws(ListenerError) {
    guard core.settings.tls != nil else {
      throw ListenerError(.badIdentity, "This listener speaks plain HTTP and shows no certificate.")
    }
    core.identity = try LoadedIdentity(identity)
  }

  /// How many connections are open.
  public var connectionCount: Int { core.janitor.count }

  /// How many streams that stay open there are.
  public var openStreamCount: Int { core.openStreamCount }

  /// Once per process: a closed socket must not kill us, and a broken library must say so.
  private static let processSetUp: Void = {
    signal(SIGPIPE, SIG_IGN)
    MHD_set_panic_func(DaemonCallbacks.onPanic, nil)
  }()

  private static func launch(
    _ core: ServerCore,
    _ socket: ListenSocket,
    _ native: NativeMemory
  ) -> OpaquePointer? {
    let context = Unmanaged.passUnretained(core).toOpaque()
    var flags =
      MHD_USE_THREAD_PER_CONNECTION.rawValue | MHD_USE_INTERNAL_POLLING_THREAD.rawValue
      | MHD_USE_POLL.rawValue | MHD_USE_ITC.rawValue | MHD_USE_ERROR_LOG.rawValue
    if core.settings.tls != nil { flags |= MHD_USE_TLS.rawValue }
    var options = DaemonOptions.list(core.settings, socket, native, context: context)
    return options.withUnsafeMutableBufferPointer { list in
      stowage_mhd_start(flags, DaemonCallbacks.onRequest, context, native.log, list.baseAddress)
    }
  }
}
