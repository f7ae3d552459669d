import Foundation
import Synchronization

/// The one thread of the store's own slow work after the start: resumed imports, integrity.
final class BackgroundWork: Sendable {
  private let wanted = Atomic<Bool>(true)
  private let hasThread = Atomic<Bool>(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Whether the work should go on.
  var mayContinue: Bool { wanted.load(ordering: .acquiring) }

  /// Starts the work on a thread of its own.
  func start(_ work: @escaping @Sendable () -> Void) {
    hasThread.store(true, ordering: .releasing)
    let thread = Thread { [ended] in
      work()
      ended.signal()
    }
    thread.name = "stowage-storage"
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// Asks the work to end, nudges what it waits in, and waits for it.
  func stop(_ nudge: () -> Void) {
    wanted.store(false, ordering: .releasing)
    guard hasThread.exchange(false, ordering: .acquiringAndReleasing) else { return }
    nudge()
    while ended.wait(timeout: .now() + .milliseconds(50)) == .timedOut { nudge() }
  }
}
