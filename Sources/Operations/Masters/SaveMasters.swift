import Warehouse
import WireFormat

/// Creates a material, or replaces the one of its code.
public struct SaveMaterial: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    /// The material, under the names that imports take.
    public var document: JSONValue
    /// The code in the address, which the document's must equal.
    public var code: String?
    /// What the edit expects to find.
    public var expectation: Expectation

    /// Makes a request.
    public init(
      document: JSONValue,
      code: String? = nil,
      expectation: Expectation = .anything
    ) {
      self.document = document
      self.code = code
      self.expectation = expectation
    }
  }

  /// What was saved.
  public struct Outcome: Sendable, JSONDocument {
    /// The material as it stands now.
    public var material: MaterialView
    /// Whether it is new.
    public var isCreated: Bool

    /// Writes the material.
    public func write(to writer: inout JSONWriter) { material.write(to: &writer) }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Reads the document.
  public func prepare(_ request: Request, scope: TenantScope) throws -> MaterialDraft {
    let currency = try environment.store.read(scope) { try $0.facility().currency }
    let draft = try SingleDocument.read(
      request.document,
      columns: ColumnSpec.materials,
      currency: currency
    ) { MaterialRows.draft(&$0) }
    try SingleDocument.check(code: draft.code, address: request.code)
    return draft
  }

  /// Saves it.
  public func apply(
    _ draft: MaterialDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    if request.expectation != .anything {
      let there = try transaction.material(code: draft.code)?.version
      try request.expectation.check(there, of: draft.code)
    }
    let saved = try transaction.save(draft)
    guard let material = try transaction.material(saved.id) else {
      throw Failure(.internal, "Material \(draft.code) was saved and is not there.")
    }
    let view = try MaterialView(material, in: transaction)
    return Outcome(material: view, isCreated: saved.created)
  }
}

/// Creates a location, or replaces the one of its code.
public struct SaveLocation: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    /// The location, under the names that imports take.
    public var document: JSONValue
    /// The code in the address, which the document's must equal.
    public var code: String?
    /// What the edit expects to find.
    public var expectation: Expectation

    /// Makes a request.
    public init(
      document: JSONValue,
      code: String? = nil,
      expectation: Expectation = .anything
    ) {
      self.document = document
      self.code = code
      self.expectation = expectation
    }
  }

  /// What was saved.
  public struct Outcome: Sendable, JSONDocument {
    /// The location as it stands now.
    public var location: LocationView
    /// Whether it is new.
    public var isCreated: Bool

    /// Writes the location.
    public func write(to writer: inout JSONWriter) { location.write(to: &writer) }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Reads the document.
  public func prepare(_ request: Request, scope: TenantScope) throws -> LocationDraft {
    let (currency, tenants) = try environment.store.read(scope) { transaction in
      (try transaction.facility().currency, try transaction.tenants())
    }
    let draft = try SingleDocument.read(
      request.document,
      columns: ColumnSpec.locations,
      currency: currency
    ) { LocationRows.draft(&$0, tenants: tenants) }
    try SingleDocument.check(code: draft.code, address: request.code)
    return draft
  }

  /// Saves it.
  public func apply(
    _ draft: LocationDraft,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    if request.expectation != .anything {
      let there = try transaction.location(code: draft.code)?.version
      try request.expectation.check(there, of: draft.code)
    }
    let saved = try transaction.save(draft)
    guard let location = try transaction.location(saved.id) else {
      throw Failure(.internal, "Location \(draft.code) was saved and is not there.")
    }
    let snapshot = environment.store.locations.snapshot()
    var state = LocationState(location: location)
    if let index = snapshot.indices[saved.id] {
      state = snapshot.states[index]
      state.location = location
    }
    let owners = try Masters.codes(of: transaction.tenants())
    let owner = draft.dedicatedTo.flatMap { owners[$0] }
    let view = LocationView(state: state, ownerCode: owner)
    return Outcome(location: view, isCreated: saved.created)
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

  static func check(code: String, address: String?) throws {
    guard let address, address != code else { return }
    throw Failure(
      .invalid,
      "The address names \(address), the body \(code).",
      hint: "A code cannot be changed; use the same in both.",
      faults: [.init(place: "/code", value: code, rule: "must equal the code in the address")]
    )
  }
}
