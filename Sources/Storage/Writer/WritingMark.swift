import Foundation

/// Marks the thread that is inside a write, so that a write within a write is refused instead of
/// waiting for itself for ever.
///
/// A mark of the thread and not of the writer's own thread: the database runs its blocks on a
/// queue that may lend them another one.
enum WritingMark {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Whether the calling thread is inside a write.
  static var isSet: Bool { pthread_getspecific(key) != nil }

  /// Runs a body with the calling thread marked.
  static func during<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
    defer { pthread_setspecific(key, nil) }
    return try body()
  }
}
