import Foundation
import Operations
import Synchronization

/// Threads for engine work, apart from those that answer scans.
///
/// Each task gets its own short-lived threads, at most `width` of them, which take its parts one by
/// one. Swift's cooperative pool is never blocked with it.
enum WorkerThreads {
  /// How far the engines of a serving box step back, so that scans go before them (`nice`).
  static let stepBack: Int32 = 10

  /// An executor of that many threads.
  ///
  /// The caller's is one of them, unless they step back by `niceness`: a thread that has stepped
  /// back may not come forward again, so the caller waits for others then.
  static func parallel(width: Int, niceness: Int32 = 0) -> Parallel {
    let width = max(1, width)
    return Parallel(width: width) { count, body in
      let threads = min(width, count) - (niceness > 0 ? 0 : 1)
      let group = DispatchGroup()
      // The body must not outlive this call. A thread may still hold what it was started with after
      // it has said that it is done, so it is given the shared work alone, from which the body is
      // taken out again here.
      withoutActuallyEscaping(body) { body in
        let work = SharedWork(count: count, body: body)
        for _ in 0..<max(0, threads) {
          group.enter()
          let thread = Thread {
            if niceness > 0 { stepBack(by: niceness) }
            work.run()
            group.leave()
          }
          thread.stackSize = 8 * 1024 * 1024
          thread.name = "stowage-engine"
          thread.start()
        }
        if niceness == 0 { work.run() }
        group.wait()
        work.end()
      }
    }
  }

  /// Lets other threads of this process and this machine go before the calling one; Linux counts
  /// by thread.
  private static func stepBack(by niceness: Int32) {
    // 0 is the calling thread. It fails nowhere; and if it did, the work would still be done.
    _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
  }

  /// Parts that several threads work off, each part once.
  private final class SharedWork: Sendable {
    private let count: Int
    private let body: Mutex<(@Sendable (Int) -> Void)?>
    private let next = Atomic<Int>(0)

    init(count: Int, body: @escaping @Sendable (Int) -> Void) {
      self.count = count
      self.body = Mutex(body)
    }

    /// Takes parts until none is left; holds the body no longer than that, hence never inlined.
    @inline(never)
    func run() {
      guard let body = body.withLock({ $0 }) else { return }
      while let part = take() { body(part) }
    }

    /// Lets go of the body; every thread must have returned from `run`.
    func end() {
      body.withLock { $0 = nil }
    }

    private func take() -> Int? {
      let taken = next.add(1, ordering: .relaxed).oldValue
      return taken < count ? taken : nil
    }
  }
}
