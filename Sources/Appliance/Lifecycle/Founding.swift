import Foundation
import Storage
import Warehouse
import WireFormat

/// Makes a new warehouse in a data directory.
public enum Founding {
  /// What was made.
  public struct Made: Sendable {
    /// The facility's code.
    public var code: String
    /// Where it is.
    public var directory: String

    /// The same as JSON.
    public var json: JSONValue {
      ["facility": .string(code), "directory": .string(directory)]
    }
  }

  /// Makes the directory and the database; fails where a warehouse is there already.
  public static func create(_ settings: ApplianceSettings) throws -> Made {
    let founding = settings.facility
    if let rule = Code.fault(in: founding.code) {
      throw Failure(
        .invalid,
        "The facility's code \(rule).",
        hint: "Set facility.code, or use --facility."
      )
    }
    _ = try ZoneClock(zone: founding.timeZone)
    do {
      try FileManager.default.createDirectory(
        atPath: settings.dataDirectory,
        withIntermediateDirectories: true
      )
    } catch {
      throw Failure(
        .invalid,
        "The data directory \(settings.dataDirectory) cannot be made: "
          + FileBytes.reason(error) + ".",
        hint: "Name another with --data, or make it and give the service's user the right to it."
      )
    }
    let facility = Facility(
      code: founding.code,
      name: founding.name,
      timeZone: founding.timeZone,
      currency: founding.currency,
      gln: founding.gln,
      epoch: ZoneClock.newID()
    )
    try WarehouseStore.create(
      at: settings.databasePath,
      NewWarehouse(
        facility: facility,
        ownerCode: "MAIN",
        ownerName: founding.name,
        at: ZoneClock.now()
      )
    )
    return Made(code: founding.code, directory: settings.dataDirectory)
  }
}
