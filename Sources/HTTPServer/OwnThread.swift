import CMicroHTTPD
import Glibc
import Synchronization

/// A thread of our own, for work that blocks and so may never run on Swift's shared pool.
final class OwnThread: Sendable {
  private static let stackBytes = 512 * 1_024

  private let isDone = Mutex(false)
  private let thread: UInt?

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread with a stack of 512 KiB and all signals blocked.
  init(_ body: @escaping @Sendable () -> Void) {
    var made: UInt = 0
    let work = Unmanaged.passRetained(Work(body))
    let code = stowage_thread_start(
      &made,
      Self.stackBytes,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
        return nil
      },
      work.toOpaque()
    )
    if code != 0 { work.release() }
    thread = code == 0 ? made : nil
  }

  /// Whether the kernel gave us the thread.
  var isStarted: Bool { thread != nil }

  /// Waits for the end of the thread; later calls return at once.
  func join() {
    isDone.withLock { isDone in
      guard !isDone, let thread else { return }
      pthread_join(pthread_t(thread), nil)
      isDone = true
    }
  }
}
