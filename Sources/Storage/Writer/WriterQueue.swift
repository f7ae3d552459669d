import Foundation
import Warehouse

/// The bounded queue in front of the writer.
///
/// `@unchecked Sendable`: every stored property but the condition itself is read and written only
/// between `condition.lock()` and `condition.unlock()`.
final class WriterQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let limit: Int
  private var waiting: [WriteRequest] = []
  private var first = 0
  private var isClosed = false

  /// Makes a queue for at most `limit` waiting requests.
  init(limit: Int) {
    self.limit = limit
  }

  /// How many requests wait.
  var count: Int {
    condition.withLock { waiting.count - first }
  }

  /// Appends a request; `overloaded` where the queue is full, `readOnly` once it is closed.
  func append(_ request: WriteRequest) throws(Failure) {
    condition.lock()
    defer { condition.unlock() }
    if isClosed {
      throw Failure(.readOnly, "The warehouse is shutting down.", retryAfterS: 5)
    }
    guard waiting.count - first < limit else {
      throw Failure(
        .overloaded,
        "Too many writes are waiting (\(limit)).",
        hint: "Try again in a moment; nothing was written.",
        retryAfterS: 1
      )
    }
    waiting.append(request)
    condition.signal()
  }

  /// Takes the oldest request without waiting.
  func takeIfAny() -> WriteRequest? {
    condition.withLock {
      guard first < waiting.count else { return nil }
      let request = waiting[first]
      first += 1
      if first == waiting.count {
        waiting.removeAll(keepingCapacity: true)
        first = 0
      } else if first >= 1_024 {
        waiting.removeFirst(first)
        first = 0
      }
      return request
    }
  }

  /// What the writer should do next.
  enum Turn {
    case work
    case idle
    case stop
  }

  /// Waits until there is work, until the time is over, or until the queue is closed and empty.
  func await(upToS seconds: Double) -> Turn {
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: seconds)
    while first == waiting.count {
      if isClosed { return .stop }
      guard condition.wait(until: deadline) else {
        return first == waiting.count ? (isClosed ? .stop : .idle) : .work
      }
    }
    return .work
  }

  /// Takes no more requests; those that wait are still served.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}
