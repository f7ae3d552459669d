import CMicroHTTPD
import Glibc
import Synchronization

/// How a stop ended.
public enum StopOutcome: Sendable, Equatable {
  /// Every request that was accepted got its answer.
  case drained
  /// The deadline came first: so many connections were cut, and all threads have ended.
  case cut(connections: Int)
  /// So many handlers still run and cannot be ended from outside; the process should exit.
  case abandoned(handlers: Int)
}

/// The stop, in order: no new connections; those in the kernel's queue are still served; answers
/// say `Connection: close`; waiting streams end; idle connections are closed by shutting their
/// reading half, which lets a request that is already in the socket's buffer through; then the
/// deadline; then the library's own stop, which joins every thread.
extension Listener {
  /// How often a stop looks, in microseconds.
  private static let pauseUS: UInt32 = 2_000
  /// What a connection without any request yet gets to send one, in milliseconds.
  private static let firstRequestMS = 250

  /// Takes no more connections; those that exist go on, and close behind their next answer.
  public func quiesce() {
    daemon.withLock { number in
      guard let daemon = OpaquePointer(bitPattern: number),
        !core.isStopping.exchange(true, ordering: .acquiringAndReleasing)
      else { return }
      MHD_quiesce_daemon(daemon)
      // A socket that systemd holds as well keeps its queue: who waits there, waits for the next
      // process, and shutting it would shut it for that one too.
      if !socket.isShared { drainBacklog(daemon) }
      waitForFence(daemon)
      // From here on the kernel refuses; the number itself stays taken until the library stopped.
      if !socket.isShared { shutdown(socket.socketFD, Int32(SHUT_RD)) }
      if let path { unlink(path) }
    }
    core.stopStreams()
  }

  /// Hands over what the kernel has accepted in our name but the library has not.
  private func drainBacklog(_ daemon: OpaquePointer) {
    while true {
      var storage = sockaddr_storage()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let isTaken = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          let accepted = accept(socket.socketFD, address, &size)
          guard accepted >= 0 else { return errno == EINTR }
          _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
          _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
          // The library closes the socket itself if it cannot take it.
          MHD_add_connection(daemon, accepted, address, size)
          return true
        }
      }
      if !isTaken { return }
    }
  }

  /// Waits until the library's own thread has taken in everything that was accepted before.
  ///
  /// A connection that it has accepted, or that we handed over, is not counted before that thread
  /// comes to it; a stop that looks too early would find nobody and cut them all. So one more
  /// connection, ours, is queued behind them: once it is counted, so are the others.
  private func waitForFence(_ daemon: OpaquePointer) {
    var pair: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else { return }
    defer { close(pair[1]) }
    for socketFD in pair { _ = fcntl(socketFD, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
    var address = sockaddr()
    address.sa_family = sa_family_t(AF_UNIX)
    let size = socklen_t(MemoryLayout<sockaddr>.size)
    guard MHD_add_connection(daemon, pair[0], &address, size) == .YES else { return }
    for _ in 0..<1_000 where !core.janitor.watches(pair[0]) { usleep(1_000) }
  }

  /// Stops gracefully.
  ///
  /// It blocks up to the deadline and a little more, so never call it on Swift's shared pool, nor
  /// from a handler, for which it would wait. A second call waits for the first and tells its
  /// outcome.
  @discardableResult
  public func stop(deadlineMS: Int) -> StopOutcome {
    stopping.withLock { known in
      if let known { return known }
      quiesce()
      let outcome = finish(deadlineMS: deadlineMS)
      known = outcome
      return outcome
    }
  }

  private func finish(deadlineMS: Int) -> StopOutcome {
    let startNS = core.settings.nowNS()
    var cut = 0
    if !waitUntilEmpty(startNS, milliseconds: deadlineMS) {
      core.isAborting.store(true, ordering: .releasing)
      core.stopStreams()
      core.janitor.forEach { peer in
        cut += 1
        shutdown(peer.socketFD, Int32(SHUT_RDWR))
      }
      _ = waitUntilEmpty(core.settings.nowNS(), milliseconds: 500)
    }
    var handlers = 0
    core.janitor.forEach { handlers += $0.isHandling.load(ordering: .relaxed) ? 1 : 0 }
    core.janitor.finish()
    janitorThread.join()
    guard handlers == 0 else {
      // Joining would wait for them; what their threads reach stays alive for their sake.
      _ = Unmanaged.passRetained(core)
      _ = Unmanaged.passRetained(native)
      return .abandoned(handlers: handlers)
    }
    let number = daemon.withLock { number in
      defer { number = 0 }
      return number
    }
    if let daemon = OpaquePointer(bitPattern: number) {
      MHD_stop_daemon(daemon)
      close(socket.socketFD)
    }
    return cut == 0 ? .drained : .cut(connections: cut)
  }

  /// Waits until no connection is left, closing those that are idle.
  private func waitUntilEmpty(_ startNS: UInt64, milliseconds: Int) -> Bool {
    while core.janitor.count > 0 {
      let now = core.settings.nowNS()
      guard now &- startNS < UInt64(max(0, milliseconds)) * 1_000_000 else { return false }
      core.janitor.forEach { peer in
        guard !peer.isAtWork.load(ordering: .acquiring) else { return }
        // One that never asked may have its first request on the wire.
        let isNew = peer.served.load(ordering: .relaxed) == 0
        let ageNS = now &- peer.connectedNS
        guard !isNew || ageNS > UInt64(Self.firstRequestMS) * 1_000_000,
          !peer.isShutForReading.exchange(true, ordering: .relaxed)
        else { return }
        shutdown(peer.socketFD, Int32(SHUT_RD))
      }
      usleep(Self.pauseUS)
    }
    return true
  }
}
