import Warehouse

/// The outbox as the uplink sees it: a store narrowed to what sending needs.
public protocol Outbox: Sendable {
  /// The epoch of the database.
  func epoch() throws -> PublicID
  /// Reads in one snapshot; blocks the calling thread.
  func read<Result>(_ body: (any OutboxReading) throws -> Result) throws -> Result
  /// Writes; durable when it returns.
  func write<Outcome: Sendable>(
    _ effect: @escaping @Sendable (any OutboxReading & OutboxWriting) throws -> Outcome
  ) throws -> Outcome
}

/// The outbox inside the store.
public struct StoreOutbox: Outbox {
  private let store: any Store
  private let scope: TenantScope

  /// Makes an outbox over a store, under the facility's own scope.
  public init(store: any Store, scope: TenantScope) {
    self.store = store
    self.scope = scope
  }

  /// The epoch of the database.
  public func epoch() throws -> PublicID {
    try store.read(scope) { try $0.facility().epoch }
  }

  /// Reads in one snapshot; blocks the calling thread.
  public func read<Result>(_ body: (any OutboxReading) throws -> Result) throws -> Result {
    try store.read(scope) { try body($0) }
  }

  /// Writes; durable when it returns.
  public func write<Outcome: Sendable>(
    _ effect: @escaping @Sendable (any OutboxReading & OutboxWriting) throws -> Outcome
  ) throws -> Outcome {
    try store.write(scope) { try effect($0) }
  }
}
