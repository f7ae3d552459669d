import Warehouse

/// Where a hub keeps what it is given: one SQLite file, or the PostgreSQL of a fleet.
///
/// Every call blocks. What `store` returned for is durable; nothing else may be acknowledged.
protocol HubLedger: Sendable {
  /// The random id of the store, told to every sender; all hubs on one store have the same.
  var instance: String { get }
  /// Where it is, for people.
  var place: String { get }
  /// Stores a batch in one transaction and returns after its commit.
  func store(_ batch: IncomingBatch, at now: Instant) throws -> Receipt
  /// What is here of an epoch; an unknown one has nothing.
  func watermark(facility: String, epoch: PublicID) throws -> Watermark
  /// The bytes of a batch as they came; nil where it is not here.
  func body(facility: String, epoch: PublicID, sequence: Int64) throws -> [UInt8]?
  /// Where every facility stands, by code; `registered` are those that have keys, and `only`
  /// restricts the list to one.
  func facilities(registered: Set<String>, only: String?) throws -> [FacilityLine]
  /// Demand by facility, day, owner and material, in that order.
  func demand(
    facility: String?,
    from: LocalDay,
    through: LocalDay,
    after cursor: String?,
    limit: Int
  ) throws -> [DemandLine]
  /// The newest utilisation of each facility by zone; the whole facility has an empty zone.
  func utilization(facility: String?) throws -> [UtilizationLine]
  /// The newest events of any kind, in the order in which they came.
  func events(
    facility: String?,
    kind: String?,
    subject: String?,
    after id: Int64,
    limit: Int
  ) throws -> [EventLine]
  /// How many events of each kind are here, the newest ones only.
  func kinds() throws -> [(kind: String, events: Int)]
  /// Stored batches that were not passed on yet, the oldest first.
  func unrelayed(limit: Int) throws -> [RelayedBatch]
  /// Marks batches as passed on.
  func markRelayed(_ batches: [RelayedBatch], at now: Instant) throws
  /// Closes the store; nothing may be asked of it any more.
  func close() throws
}

/// A stored batch on its way to a message cluster.
struct RelayedBatch: Sendable, Equatable {
  var facility: String
  var epoch: String
  var sequence: Int64
  /// The body as gzip.
  var body: [UInt8]

  /// The name under which the cluster knows it: the same for every repeat.
  var id: String { "\(facility):\(epoch):\(sequence)" }
}

/// The kinds of events that this version knows; others are kept and counted all the same.
enum KnownKinds {
  static let all: Set<String> = [
    "demand.daily", "stock.daily", "utilization.daily", "utilization.hourly", "putaway.daily",
    "replenishment.daily", "accuracy.daily", "quality.daily", "health", "audit.head", "software",
    IncomingBatch.tombstoneKind,
  ]
}

extension HubLedger {
  /// The code and the day, owner and material that a cursor names.
  static func key(_ cursor: String?, parts: Int) throws -> [String] {
    guard let cursor else { return [String](repeating: "", count: parts) }
    let key = cursor.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    guard key.count == parts else {
      throw Failure(.invalid, "The cursor is not one of this list.")
    }
    return key
  }

  /// The lines by code, with those added that have a key and have never sent.
  static func completed(
    _ lines: [String: FacilityLine],
    _ registered: Set<String>,
    only: String?
  ) -> [FacilityLine] {
    var lines = lines
    for name in registered where only == nil || only == name {
      lines[name, default: FacilityLine(facility: name, isRegistered: true)].isRegistered = true
    }
    return lines.values.sorted { $0.facility < $1.facility }
  }
}
