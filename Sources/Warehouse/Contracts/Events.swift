/// Something that a screen may want to hear of, numbered for good.
public struct StoreEvent: Sendable, Equatable {
  /// The number; grows with every event and is never used twice.
  public var id: Int64
  /// Whom it concerns; nil means everybody.
  public var tenant: TenantID?
  /// What happened, for example `recommendation.confirmed`.
  public var kind: String
  /// To what: a public id or a code.
  public var subject: String
  /// When.
  public var at: Instant
  /// The data, as a JSON object.
  public var dataJSON: String

  /// Makes an event.
  public init(
    id: Int64,
    tenant: TenantID?,
    kind: String,
    subject: String,
    at: Instant,
    dataJSON: String
  ) {
    self.id = id
    self.tenant = tenant
    self.kind = kind
    self.subject = subject
    self.at = at
    self.dataJSON = dataJSON
  }
}

/// Reads events.
public protocol EventReading {
  /// Events after that number, the oldest first, of the tenants in scope and of everybody.
  func events(after id: Int64, limit: Int) throws -> [StoreEvent]
  /// The numbers of the oldest and the newest event that are kept; nil where there is none.
  func eventRange() throws -> ClosedRange<Int64>?
  /// The newest number that was ever given, also where its event is no longer kept; 0 before all.
  func newestEvent() throws -> Int64
}

/// Writes events.
public protocol EventWriting {
  /// Records an event; listeners hear of it after the commit. A nil tenant means everybody.
  func emit(
    _ kind: String,
    subject: String,
    tenant: TenantID?,
    at: Instant,
    dataJSON: String
  ) throws
}

/// Tells of new events as they become durable.
public protocol EventAnnouncing: Sendable {
  /// Calls `listener` with the number of the newest event after each commit that brought events.
  ///
  /// It runs on the writer's thread and must only pass the word on. It is called no more once the
  /// subscription is cancelled or gone.
  func onEvents(_ listener: @escaping @Sendable (Int64) -> Void) -> EventSubscription
}

/// One listener's subscription; ends when it is cancelled or let go.
public final class EventSubscription: Sendable {
  private let end: @Sendable () -> Void

  /// Makes a subscription from what ends it; ending twice must do no harm.
  public init(_ end: @escaping @Sendable () -> Void) {
    self.end = end
  }

  deinit { end() }

  /// Ends it.
  public func cancel() { end() }
}
