import Foundation
import Logging
import Warehouse

/// How a store is opened.
public struct StoreSettings: Sendable {
  /// The database file.
  public var path: String
  /// The folder for staging files of imports; `imports` beside the database where nil.
  public var importFolder: String?
  /// Connections that read, at most.
  public var readers: Int
  /// Requests that may wait for the writer.
  public var writerQueue: Int
  /// The clock of the box, for what the store dates by itself (the end of an import).
  public var now: @Sendable () -> Instant
  /// Where the store says what happens to it.
  public var logger: Logger

  /// Makes settings; only the path is needed.
  public init(
    path: String,
    importFolder: String? = nil,
    readers: Int = 6,
    writerQueue: Int = Limits.writerQueue,
    now: @escaping @Sendable () -> Instant = StoreSettings.systemClock,
    logger: Logger = Logger(label: "stowage.storage")
  ) {
    self.path = path
    self.importFolder = importFolder
    self.readers = readers
    self.writerQueue = writerQueue
    self.now = now
    self.logger = logger
  }

  /// The system's clock.
  public static let systemClock: @Sendable () -> Instant = {
    Instant(ms: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
  }

  /// Where staging files lie.
  var stagingFolder: String {
    importFolder ?? (FileCheck.folder(of: path) as NSString).appendingPathComponent("imports")
  }
}

/// What a new database begins with.
public struct NewWarehouse: Sendable {
  /// The facility; its epoch is minted by the caller.
  public var facility: Facility
  /// The code of the owner of everything, until there are others.
  public var ownerCode: String
  /// The name of that owner.
  public var ownerName: String
  /// Which hazard classes may lie together.
  public var hazards: HazardMatrix
  /// When it is made.
  public var at: Instant

  /// Makes a beginning.
  public init(
    facility: Facility,
    ownerCode: String,
    ownerName: String,
    hazards: HazardMatrix = .cautious,
    at: Instant
  ) {
    self.facility = facility
    self.ownerCode = ownerCode
    self.ownerName = ownerName
    self.hazards = hazards
    self.at = at
  }
}
