import Logging
import Synchronization

/// What all connections of one listener share; the callbacks reach it through the library.
final class ServerCore: Sendable {
  let settings: ServerSettings
  let router: Router
  let logger: Logger
  let janitor: Janitor
  /// Set by a stop: answers close their connections, waiting streams end.
  let isStopping = Atomic<Bool>(false)
  /// Set when a stop's deadline is over: every stream is cut.
  let isAborting = Atomic<Bool>(false)
  /// Bytes of bodies that are being read or worked on.
  let bodyBytes = Atomic<Int>(0)
  private let openStreams = Mutex<[ObjectIdentifier: StreamControl]>([:])
  private let requestCount = Atomic<UInt64>(0)
  private let idPrefix: String

  private let shown: Mutex<LoadedIdentity?>

  init(
    settings: ServerSettings,
    router: Router,
    logger: Logger,
    identity: LoadedIdentity?
  ) {
    self.settings = settings
    self.shown = Mutex(identity)
    self.router = router
    self.logger = logger
    self.janitor = Janitor(nowNS: settings.nowNS)
    let random = UInt32.random(in: .min ... .max)
    self.idPrefix = String(random, radix: 16) + "-"
  }

  /// What new connections show of us; setting it changes nothing for those that are open.
  var identity: LoadedIdentity? {
    get { shown.withLock { $0 } }
    set {
      // The old one is let go outside the lock.
      let old = shown.withLock { shown in
        defer { shown = newValue }
        return shown
      }
      _ = old
    }
  }

  /// The id of a request: the client's own where it is harmless, otherwise a new one.
  func requestID(proposed: String?) -> String {
    if let proposed, (1...64).contains(proposed.utf8.count),
      proposed.utf8.allSatisfy(Self.isHarmless)
    {
      return proposed
    }
    let number = requestCount.wrappingAdd(1, ordering: .relaxed).newValue
    return idPrefix + String(number, radix: 16)
  }

  private static func isHarmless(_ byte: UInt8) -> Bool {
    HeadCheck.isTokenByte(byte) && byte != UInt8(ascii: "`") && byte != UInt8(ascii: "'")
  }

  /// A moment some milliseconds from now.
  func deadline(inMS milliseconds: Int) -> UInt64 {
    settings.nowNS() + UInt64(max(0, milliseconds)) * 1_000_000
  }

  /// Counts an open stream in; false where there are too many already.
  func open(_ control: StreamControl) -> Bool {
    let isIn = openStreams.withLock { streams in
      guard streams.count < settings.maximumOpenStreams else { return false }
      streams[ObjectIdentifier(control)] = control
      return true
    }
    // A stop that came in between would have missed it.
    if isIn, isStopping.load(ordering: .acquiring) { control.stop() }
    return isIn
  }

  /// Counts an open stream out.
  func close(_ control: StreamControl) {
    openStreams.withLock { $0[ObjectIdentifier(control)] = nil }
  }

  /// How many streams stay open.
  var openStreamCount: Int { openStreams.withLock { $0.count } }

  /// Ends every wait of every open stream.
  func stopStreams() {
    let all = openStreams.withLock { Array($0.values) }
    for control in all { control.stop() }
  }

  /// Takes room for body bytes; false where the budget is used up.
  func takeBodyBytes(_ count: Int) -> Bool {
    let total = bodyBytes.wrappingAdd(count, ordering: .relaxed).newValue
    guard total > settings.bodyBytesInFlight else { return true }
    bodyBytes.wrappingSubtract(count, ordering: .relaxed)
    return false
  }

  /// Whether an answer is to close its connection.
  func shouldClose(hasPriority: Bool) -> Bool {
    isStopping.load(ordering: .relaxed)
      || janitor.count
        >= (hasPriority ? settings.closePriorityFromConnections : settings.closeFromConnections)
  }
}
