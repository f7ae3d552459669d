import HTTPServer
import Synchronization
import Warehouse

/// One client's live view of the events: reads them from the store as they become durable.
///
/// Nothing is queued for a client: what it has not taken yet stays in the table, so that a slow one
/// costs no memory, and at most `Limits.eventsPerRead` are in flight to it.
final class EventFeed: Sendable {
  private let store: any Store
  private let scope: @Sendable () throws -> TenantScope
  private let cursor: Mutex<EventCursor>
  private let subscription = Mutex<EventSubscription?>(nil)
  /// The place that this client takes among its session's streams; given back with the feed.
  private let seat: StreamSeats.Seat?

  /// Makes a feed; `scope` is asked anew with every look, so that a right that ends, ends it here.
  init(
    _ cursor: EventCursor,
    store: any Store,
    seat: StreamSeats.Seat?,
    scope: @escaping @Sendable () throws -> TenantScope
  ) {
    self.store = store
    self.scope = scope
    self.cursor = Mutex(cursor)
    self.seat = seat
  }

  /// Wakes the stream with every commit that brings events.
  func listen(_ control: StreamControl) {
    let made = store.onEvents { _ in control.wake() }
    subscription.withLock { $0 = made }
  }

  /// What is new; nil where the client's rights have ended.
  func poll() throws -> [ServerSentEvent]? {
    guard let scope = try? scope() else { return nil }
    return try cursor.withLock { cursor in
      let state = try store.read(scope) { try Self.look($0, behind: cursor.readsAfter) }
      return cursor.take(state)
    }
  }

  /// What keeps the connection alive.
  func heartbeat() -> [UInt8] { cursor.withLock { $0.heartbeat() } }

  private static func look(
    _ transaction: any ReadTransaction,
    behind number: Int64?
  ) throws -> EventCursor.State {
    let events =
      try number.map { try transaction.events(after: $0, limit: Limits.eventsPerRead) } ?? []
    return EventCursor.State(
      events: events,
      isCutShort: events.count == Limits.eventsPerRead,
      oldest: try transaction.eventRange()?.lowerBound,
      newest: try transaction.newestEvent()
    )
  }
}
