import Synchronization

/// A flag that says yes exactly once, whoever asks first.
final class OnceFlag: Sendable {
  private let taken = Atomic<Bool>(false)

  /// Whether this is the first call.
  func take() -> Bool {
    !taken.exchange(true, ordering: .acquiringAndReleasing)
  }
}
