import HTTPClient
import Operations
import Storage
import Warehouse
import WireFormat

/// The version of this program and of what it stands on.
public enum ProgramVersion {
  /// The version of the program.
  public static let text = Release.version

  /// Everything as JSON, for `stowage version`.
  public static var json: JSONValue {
    [
      "version": .string(text),
      "schema_version": .integer(Int64(WarehouseStore.schemaVersion)),
      "sqlite": .string(WarehouseStore.sqliteVersion),
      "libcurl": .string(HTTPClient.libraryVersion),
    ]
  }

  static var software: SoftwareVersion {
    SoftwareVersion(version: text, schemaVersion: WarehouseStore.schemaVersion)
  }
}
