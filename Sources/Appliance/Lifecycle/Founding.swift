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
    if let rule = Self.fault(in: founding.code) {
      throw Failure(
        .invalid,
        "The facility's code \(rule).",
        hint: "Set facility.code, or use --facility, for example PLANT-7."
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

  /// Why a text is no usable code of a facility: it stands in addresses and file names.
  private static func fault(in code: String) -> String? {
    if let rule = Code.fault(in: code) { return rule }
    let isPlain = code.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    return isPlain ? nil : "must be made of letters, digits, dots, dashes and underscores"
  }
}
