import Warehouse
import WireFormat

/// A use case that creates one thing, or replaces the one of its name, from one JSON document.
public protocol SavingUseCase: DurableUseCase
where Request: SaveRequest, Outcome == Saved<View> {
  /// How the thing is shown.
  associatedtype View: JSONDocument & Sendable
  /// Stands on the environment.
  init(_ environment: OperationsEnvironment)
}

/// What is to be saved, and what the edit expects to find.
public protocol SaveRequest: Sendable {
  /// Reads the JSON body; throws where it breaks a rule.
  init(document: JSONValue, expectation: Expectation) throws
}

/// What was saved, as it stands now.
public struct Saved<View: JSONDocument & Sendable>: Sendable, JSONDocument {
  /// The thing.
  public var view: View
  /// Whether it is new.
  public var isCreated: Bool

  /// Writes the thing.
  public func write(to writer: inout JSONWriter) { view.write(to: &writer) }

  /// A thing that was just saved, read back in the same transaction; fails where it is not there.
  static func found<Row>(_ row: Row?, _ name: String) throws(Failure) -> Row {
    guard let row else { throw Failure(.internal, "\(name) was saved and is not there.") }
    return row
  }
}
