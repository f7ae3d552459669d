import Foundation
import Operations
import Synchronization

/// Threads for engine work, apart from those that answer scans.
///
/// Each task gets its own short-lived threads, at most `width` of them, which take its parts one by
/// one. Swift's cooperative pool is never blocked with it.
enum WorkerThreads {
  /// An executor of that many threads; one of them is the caller's.
  static func parallel(width: Int) -> Parallel {
    let width = max(1, width)
    return Parallel(width: width) { count, body in
      let next = Counter()
      let others = min(width, count) - 1
      let group = DispatchGroup()
      // The bodies end before this function returns, so the closure does not outlive its scope.
      withoutActuallyEscaping(body) { body in
        let work: @Sendable () -> Void = {
          while let part = next.take(below: count) { body(part) }
        }
        for _ in 0..<max(0, others) {
          group.enter()
          let thread = Thread {
            work()
            group.leave()
          }
          thread.stackSize = 8 * 1024 * 1024
          thread.name = "stowage-engine"
          thread.start()
        }
        work()
        group.wait()
      }
    }
  }

  /// Hands out numbers, each once.
  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func take(below limit: Int) -> Int? {
      let taken = value.add(1, ordering: .relaxed).oldValue
      return taken < limit ? taken : nil
    }
  }
}
