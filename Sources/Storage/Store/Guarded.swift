import Foundation

/// A value behind a plain lock of the C library, for what every request touches.
///
/// `Mutex` spins, and hands itself on in the order of waiting. At 64 connections on two cores a
/// thread that is put aside while it holds one then stops all the others, each in its turn: a
/// third of the processor time of a read went into that. A plain lock lets whoever runs take it.
///
/// `@unchecked Sendable`: the value is read and written only between `lock()` and `unlock()`.
final class Guarded<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: sending Value) { self.value = value }

  /// Runs `body` with the value in hand, alone.
  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
