import Warehouse
import WireFormat

/// Keeps how far the operations of each device have been taken.
public struct DeviceSequences: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The highest number of a device that was taken; 0 for one that never sent any.
  public func last(_ device: String, scope: TenantScope) throws -> Int64 {
    try environment.store.read(scope) { try $0.deviceSequence(device)?.last ?? 0 }
  }

  /// Notes a number, and how far the clock of the device is off.
  public func note(
    _ sequence: Int64,
    of device: String,
    clockOffsetMS: Int64,
    scope: TenantScope
  ) throws {
    let seen = environment.now()
    try environment.store.write(scope) { transaction in
      try transaction.setDeviceSequence(
        DeviceSequence(last: sequence, clockOffsetMS: clockOffsetMS, seenAt: seen),
        of: device
      )
    }
  }
}

/// Operations that a device did while nobody heard it, in the order in which it did them.
public struct ReplayRequest: Sendable {
  /// One operation: a call as it would have been sent.
  public struct Item: Sendable {
    /// Its idempotency key.
    public var key: String
    /// The device's own number of it.
    public var sequence: Int64
    /// The path of the call.
    public var path: String
    /// The body of the call.
    public var body: JSONValue
  }

  /// The device.
  public var device: String
  /// What its clock shows when it sends.
  public var sentAt: Instant
  /// The number after which these come; nil where the device does not say.
  public var after: Int64?
  /// The operations, in the order of their numbers.
  public var items: [Item]

  /// Reads the JSON body.
  public init(document: JSONValue) throws {
    let body = try DocumentReader(document)
    device = body.text("device", isRequired: true, limit: Limits.codeLength) ?? ""
    sentAt = body.moment("sent_at") ?? Instant(ms: 0)
    if body.object["sent_at"] == nil { body.fault("sent_at", "is required") }
    after = body.whole("after", 0...Int64.max)
    let entries = body.objects("operations", isRequired: true, limit: Limits.replayOperations)
    items = entries.compactMap(Self.item).sorted { $0.sequence < $1.sequence }
    let numbers = Set(items.map(\.sequence))
    if numbers.count != items.count {
      body.fault("operations", "must have a client_sequence each of its own", .string("..."))
    }
    if let after, let first = items.first, first.sequence <= after {
      body.fault("after", "must be less than every client_sequence")
    }
    try body.finish()
  }

  private static func item(_ entry: DocumentReader) -> Item? {
    let key = entry.text("id", isRequired: true, limit: Limits.idempotencyKeyLength)
    if let key, !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 }) {
      entry.fault("id", "must have printable characters only; a UUID is a good one")
    }
    let sequence = entry.whole("client_sequence", 1...Int64.max)
    if entry.object["client_sequence"] == nil { entry.fault("client_sequence", "is required") }
    let path = entry.text("href", isRequired: true)
    if let path, !path.hasPrefix("/api/v1/") || path.contains("?") {
      entry.fault("href", "must be the path of a call, like /api/v1/transactions")
    }
    let body = entry.value("body")
    if let body, body.object == nil { entry.fault("body", "must be an object") }
    entry.refuseUnknown()
    guard let key, let sequence, let path else { return nil }
    return Item(key: key, sequence: sequence, path: path, body: body ?? .object(JSONObject()))
  }
}
