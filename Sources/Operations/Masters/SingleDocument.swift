import Warehouse
import WireFormat

/// A master record as one JSON document.
public struct MasterDocument: SaveRequest {
  /// The record, under the names that imports take.
  public var document: JSONValue
  /// What the edit expects to find.
  public var expectation: Expectation

  /// Keeps both; the document is read when the facility's currency is known.
  public init(document: JSONValue, expectation: Expectation) {
    self.document = document
    self.expectation = expectation
  }
}

/// Reads one master record from JSON by the same rules as an import reads a row.
enum SingleDocument {
  /// The record, or a failure whose faults are JSON pointers.
  static func read<Draft>(
    _ document: JSONValue,
    columns: [ColumnSpec],
    currency: String,
    _ body: (inout FieldReader) -> Draft?
  ) throws -> Draft {
    guard let object = document.object else {
      throw Failure(.invalid, "The body must be a JSON object, it is \(document.kindName).")
    }
    let binding = ColumnBinding(specs: columns, currency: currency)
    var fields = FieldReader(binding, record: ImportRecord(binding))
    var members = JSONMembers(binding)
    members.fill(&fields, from: object)
    let unknown = members.takeUnknown(row: 0)
    let draft = body(&fields)
    let faults = unknown + fields.faults
    if faults.isEmpty, let draft { return draft }
    throw Failure(
      .invalid,
      faults.count == 1 ? "One value breaks a rule." : "\(faults.count) values break a rule.",
      hint: "Correct the values named and send it again.",
      faults: faults.map { fault in
        .init(place: "/\(fault.column ?? "")", value: fault.value, rule: fault.rule)
      }
    )
  }
}
