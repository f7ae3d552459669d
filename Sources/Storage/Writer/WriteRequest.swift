import Foundation
import Synchronization
import Warehouse

/// One piece of work for the writer: undone alone where it fails, and whom to tell.
struct WriteRequest: Sendable {
  /// Whose rows it may see and change.
  let scope: TenantScope
  /// The import on whose behalf it writes, where there is one.
  var importID: Int64?
  /// Whether the effect may be run again from the start after what it did was undone.
  var isRepeatable = false
  /// The effect; an error that it throws undoes what it did and nothing else.
  let work: @Sendable (WriteSession) throws -> Void
  /// Called once, on the writer's thread, after the commit or the failure.
  let completion: @Sendable (Result<Void, Failure>) -> Void
}

/// Where a caller waits for its request.
final class Answer<Value: Sendable>: Sendable {
  private let arrived = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<Value, Failure>?>(nil)

  /// Leaves the answer and wakes the one who waits.
  func leave(_ value: Result<Value, Failure>) {
    result.withLock { $0 = value }
    arrived.signal()
  }

  /// Waits for the answer; to be called once.
  func wait() throws(Failure) -> Value {
    arrived.wait()
    guard let value = result.withLock({ $0 }) else {
      throw Failure(.internal, "The writer gave no answer.")
    }
    return try value.get()
  }
}

/// A place for what a request computes on the writer's thread until its commit.
final class Slot<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  /// Puts a value in.
  func put(_ new: Value) { value.withLock { $0 = new } }

  /// Takes the value out.
  func take() -> Value? { value.withLock { $0.take() } }
}
