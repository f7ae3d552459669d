import CMicroHTTPD
import Glibc
import Synchronization

/// A body that is made while it is sent.
public struct ResponseStream: Sendable {
  /// What a producer hands over next.
  public enum Piece: Sendable {
    /// Bytes to send now; empty ones are skipped and the producer is asked again.
    case bytes([UInt8])
    /// The body is whole.
    case end
  }

  /// Whether the stream stays open for news (server-sent events) or ends by itself (an export).
  ///
  /// Only the first kind counts against ``ServerSettings/maximumOpenStreams`` and is woken by a
  /// stop; an export may finish within the stop's deadline.
  public var staysOpen: Bool
  /// How many bytes will come, where that is known; otherwise the body is sent in chunks.
  public var length: Int?
  /// Makes the next piece; called on the connection's own thread, which it may block.
  ///
  /// A thrown error cuts the connection, since the status has long been sent.
  public var next: @Sendable (StreamControl) throws -> Piece

  /// Makes a stream from its producer.
  public init(
    staysOpen: Bool = false,
    length: Int? = nil,
    next: @escaping @Sendable (StreamControl) throws -> Piece
  ) {
    self.staysOpen = staysOpen
    self.length = length
    self.next = next
  }
}

/// The handle of one open stream: its producer waits on it, others wake it.
///
/// An eventfd carries the wakes, so that a wait can watch the client's socket at the same time: a
/// client that goes away ends the wait at once instead of at the second heartbeat after it.
public final class StreamControl: Sendable {
  /// Why a wait ended.
  public enum Reason: Sendable, Equatable {
    /// Somebody called ``StreamControl/wake()``.
    case woken
    /// The time is over: a heartbeat is due.
    case timedOut
    /// The server stops; the producer should end the stream.
    case stopping
    /// The client has gone; the producer should end the stream.
    case gone
  }

  private let wakeFD: Int32
  private let socketFD: Int32
  private let stopped = Atomic<Bool>(false)

  /// Makes a control that watches a socket; -1 watches none.
  init(socketFD: Int32) {
    self.wakeFD = stowage_eventfd()
    self.socketFD = socketFD
  }

  /// Makes a control without a client, for producers that are tested by themselves.
  public convenience init() {
    self.init(socketFD: -1)
  }

  deinit {
    if wakeFD >= 0 { close(wakeFD) }
  }

  /// Whether the stream should end as soon as it can.
  public var isStopping: Bool { stopped.load(ordering: .acquiring) }

  /// Ends the current wait, or the next one if none is under way; any thread may call this.
  public func wake() {
    var one: UInt64 = 1
    _ = write(wakeFD, &one, MemoryLayout<UInt64>.size)
  }

  /// Marks the stream as stopping and wakes it.
  func stop() {
    stopped.store(true, ordering: .releasing)
    wake()
  }

  /// Waits until woken, at most for a time; called by the producer only.
  public func wait(milliseconds: Int) -> Reason {
    if isStopping { return .stopping }
    let gone = stowage_poll_rdhup | Int16(POLLHUP | POLLERR)
    var watched = [
      pollfd(fd: wakeFD, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socketFD, events: stowage_poll_rdhup, revents: 0),
    ]
    let ready = poll(&watched, 2, Int32(clamping: milliseconds))
    var count: UInt64 = 0
    if watched[0].revents != 0 { _ = read(wakeFD, &count, MemoryLayout<UInt64>.size) }
    if isStopping { return .stopping }
    if watched[1].revents & gone != 0 { return .gone }
    return ready > 0 && count > 0 ? .woken : .timedOut
  }

  /// Lets time pass until a moment of the monotonic clock; a stop ends it, wakes do not.
  ///
  /// A wake that comes meanwhile is not lost: it stays in the eventfd, or was for news that the
  /// look after this rest sees anyway.
  func rest(untilNS moment: UInt64) {
    while !isStopping {
      let now = MonotonicClock.nowNS()
      guard now < moment else { return }
      usleep(UInt32(clamping: min(20_000, (moment - now) / 1_000 + 1)))
    }
  }
}
