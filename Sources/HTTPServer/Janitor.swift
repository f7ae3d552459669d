import CMicroHTTPD
import Glibc
import Synchronization

/// The thread that enforces total deadlines and lets refused uploads run out.
///
/// The library's own timeout counts inactivity alone: a head that trickles in, a byte every two
/// seconds, lives for ever. So each connection has a deadline for the phase it is in, and the
/// janitor shuts the socket of one that is overdue; its thread then sees the end and cleans up.
///
/// When a body is refused before it was read, closing at once would make the kernel reset the
/// connection and throw away the answer. A duplicate of such a socket is kept here for a moment
/// and read empty, so that the client gets to see why it was refused.
final class Janitor: Sendable {
  /// Most refused uploads that are read empty at the same time.
  static let maximumLingering = 64
  /// How long one is read, in milliseconds.
  static let lingerMS = 2_000

  private struct Lingering {
    let socketFD: Int32
    let untilNS: UInt64
  }

  private struct State {
    var peers: [Int32: Peer] = [:]
    var lingering: [Lingering] = []
    var isDone = false
  }

  private let state = Mutex(State())
  private let open = Atomic<Int>(0)
  private let wakeFD: Int32
  private let nowNS: @Sendable () -> UInt64

  init(nowNS: @escaping @Sendable () -> UInt64) {
    self.nowNS = nowNS
    self.wakeFD = stowage_eventfd()
  }

  deinit {
    if wakeFD >= 0 { close(wakeFD) }
  }

  /// How many connections are open; asked with every request, hence no lock.
  var count: Int { open.load(ordering: .acquiring) }

  /// Whether the connection on a socket is open.
  func watches(_ socketFD: Int32) -> Bool { state.withLock { $0.peers[socketFD] != nil } }

  /// Takes a new connection under watch.
  func add(_ peer: Peer) {
    let isFirst = state.withLock { state in
      state.peers[peer.socketFD] = peer
      open.store(state.peers.count, ordering: .releasing)
      return state.peers.count == 1
    }
    if isFirst { wake() }
  }

  /// Lets go of a connection that the library is about to close.
  ///
  /// It runs under the same lock as the shutting of sockets: the number is not reused before.
  func remove(_ peer: Peer) {
    let lingers = state.withLock { state in
      state.peers[peer.socketFD] = nil
      open.store(state.peers.count, ordering: .releasing)
      guard peer.shouldLinger.load(ordering: .relaxed), !state.isDone,
        state.lingering.count < Self.maximumLingering
      else { return false }
      let copy = fcntl(peer.socketFD, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { return false }
      let until = nowNS() + UInt64(Self.lingerMS) * 1_000_000
      state.lingering.append(Lingering(socketFD: copy, untilNS: until))
      return true
    }
    if lingers { wake() }
  }

  /// Runs something on every open connection, under the lock.
  func forEach(_ body: (Peer) -> Void) {
    state.withLock { state in
      for peer in state.peers.values { body(peer) }
    }
  }

  /// Ends the thread.
  func finish() {
    state.withLock { $0.isDone = true }
    wake()
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeFD, &one, MemoryLayout<UInt64>.size)
  }

  /// The thread's work: sleep until something is due, cut what is overdue, read what lingers.
  func run() {
    while true {
      var watched = [pollfd(fd: wakeFD, events: Int16(POLLIN), revents: 0)]
      let (isDone, isBusy) = state.withLock { state in
        for one in state.lingering {
          watched.append(pollfd(fd: one.socketFD, events: Int16(POLLIN), revents: 0))
        }
        return (state.isDone, !state.peers.isEmpty)
      }
      guard !isDone else { return closeLingering() }
      // Ten looks a second are plenty against deadlines of seconds; an idle server sleeps.
      let pause: Int32 = isBusy || watched.count > 1 ? 100 : 5_000
      _ = poll(&watched, nfds_t(watched.count), pause)
      var count: UInt64 = 0
      _ = read(wakeFD, &count, MemoryLayout<UInt64>.size)
      let now = nowNS()
      cutOverdue(now)
      drainLingering(now)
    }
  }

  private func cutOverdue(_ now: UInt64) {
    forEach { peer in
      guard now > peer.deadlineNS.load(ordering: .relaxed),
        !peer.isOverdue.exchange(true, ordering: .relaxed)
      else { return }
      shutdown(peer.socketFD, Int32(SHUT_RDWR))
    }
  }

  private func drainLingering(_ now: UInt64) {
    state.withLock { state in
      state.lingering.removeAll { one in
        let isOver = now > one.untilNS || Self.isDrained(one.socketFD)
        if isOver { close(one.socketFD) }
        return isOver
      }
    }
  }

  /// Reads what is there; whether the other side is done.
  private static func isDrained(_ socketFD: Int32) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { room in
      for _ in 0..<16 {
        let count = recv(socketFD, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
        if count == 0 { return true }
        if count < 0 { return errno != EAGAIN && errno != EINTR }
      }
      return false
    }
  }

  private func closeLingering() {
    state.withLock { state in
      for one in state.lingering { close(one.socketFD) }
      state.lingering.removeAll()
    }
  }
}
