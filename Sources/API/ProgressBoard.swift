import Synchronization

/// How far long calls have come, by the request id that their client chose.
///
/// The command line asks while its call runs. At most `limit` calls are followed; more are done
/// all the same, unseen.
public final class ProgressBoard: Sendable {
  private let limit = 64
  private let entries = Mutex<[String: (done: Int, total: Int)]>([:])
  private let listeners = Mutex<[String: Listener]>([:])

  /// Hears how far a call has come, while it runs.
  public typealias Listener = @Sendable (_ done: Int, _ total: Int) -> Void

  /// Makes an empty board.
  public init() {}

  /// Notes how far a call has come.
  public func note(_ id: String, _ done: Int, of total: Int) {
    entries.withLock { entries in
      guard entries[id] != nil || entries.count < limit else { return }
      entries[id] = (done, total)
    }
    listeners.withLock { $0[id] }?(done, total)
  }

  /// Tells a listener in this process how far a call comes, until it ends.
  public func listen(to id: String, _ listener: @escaping Listener) {
    listeners.withLock { $0[id] = listener }
  }

  /// Forgets a call that has ended.
  public func end(_ id: String) {
    entries.withLock { _ = $0.removeValue(forKey: id) }
    listeners.withLock { _ = $0.removeValue(forKey: id) }
  }

  /// How far a call has come; nil where nobody has noted it.
  public func progress(of id: String) -> (done: Int, total: Int)? {
    entries.withLock { $0[id] }
  }
}
