import Warehouse
import WireFormat

/// What can be exported.
public enum ExportKind: String, Sendable, CaseIterable {
  case materials
  case locations
  case lots
  case stock
  case transactions
  case demand
  case forecasts
  case replenishment
}

/// The formats of an export.
public enum ExportFormat: String, Sendable, CaseIterable {
  case csv
  case ndjson
}

/// Writes one kind of rows as CSV or NDJSON to a sink, piece by piece.
public struct ExportFile: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Writes the rows; gives their number.
  public func callAsFunction(
    kind: ExportKind,
    format: ExportFormat,
    scope: TenantScope,
    sink: ([UInt8]) throws -> Void
  ) throws -> Int {
    var cursor = ExportCursor(environment, kind: kind, format: format, scope: scope)
    while let piece = try cursor.next() { try sink(piece) }
    return cursor.count
  }
}
