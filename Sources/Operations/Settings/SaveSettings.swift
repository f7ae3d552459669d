import Warehouse
import WireFormat

/// Replaces all that the site has set itself; what it leaves out goes back to the configuration.
public struct SaveSettings: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    var values: [(key: String, value: JSONValue)]
    var reason: String?
    var expectation: Expectation

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      let body = try DocumentReader(document)
      let values = body.value("values", isRequired: true)
      if let values, values.object == nil {
        body.fault("values", "must be an object, is \(values.kindName)")
      }
      self.values = (values?.object?.members ?? []).map { ($0.key, $0.value) }
      reason = body.text("reason", limit: Limits.noteLength)
      self.expectation = expectation
      try body.finish()
    }
  }

  /// What was saved.
  public struct Outcome: Sendable, JSONDocument {
    let view: SettingsView
    let values: [String: Setting.Value]
    /// The version that it is now.
    public var version: Int64 { view.version }

    /// Writes all settings.
    public func write(to writer: inout JSONWriter) { view.write(to: &writer) }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment
  private let inForce: SettingsInForce

  /// Stands on the environment, and changes what is in force.
  public init(_ environment: OperationsEnvironment, _ inForce: SettingsInForce) {
    self.environment = environment
    self.inForce = inForce
  }

  /// Reads and checks the values.
  public func prepare(
    _ request: Request,
    scope: TenantScope
  ) throws -> [String: Setting.Value] {
    let layers = inForce.layers
    var faults: [Failure.Fault] = []
    var values: [String: Setting.Value] = [:]
    for (key, given) in request.values {
      do throws(BrokenRule) {
        values[key] = try Self.read(key, given, layers)
      } catch {
        faults.append(Self.fault(key, given, error))
      }
    }
    if faults.isEmpty { faults = try conflicts(of: values, layers, scope) }
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        faults.count == 1 ? "One setting breaks a rule." : "\(faults.count) settings break a rule.",
        hint: "Nothing was changed. Correct what is named and send all of them again.",
        faults: faults
      )
    }
    return values
  }

  private static func read(
    _ key: String,
    _ given: JSONValue,
    _ layers: SettingsInForce.Layers
  ) throws(BrokenRule) -> Setting.Value {
    if let feature = Feature.byKey[key] {
      throw BrokenRule("is the feature \(feature.rawValue): see /api/v1/flags")
    }
    guard let setting = Setting.byKey[key] else {
      throw .unknown(key, among: Setting.all.map(\.key).filter { Feature.byKey[$0] == nil })
    }
    let value = try setting.read(given)
    if layers.headOffice?.values[key] != nil, layers.site[key] != value {
      throw BrokenRule("is set by head office")
    }
    return value
  }

  /// What is wrong with values that are sound each for itself.
  private func conflicts(
    of values: [String: Setting.Value],
    _ layers: SettingsInForce.Layers,
    _ scope: TenantScope
  ) throws -> [Failure.Fault] {
    var changed = layers
    changed.site = values
    let joined = changed.joined
    var faults: [Failure.Fault] = []
    if joined.putaway.utilizationLow > joined.putaway.utilizationHigh {
      faults.append(
        .init(
          place: "/values/putaway.utilization-low",
          rule: "must not be more than putaway.utilization-high, which is"
            + " \(joined.putaway.utilizationHigh)"
        )
      )
    }
    if joined.classes.shareA > joined.classes.shareAB {
      faults.append(
        .init(
          place: "/values/classes.share-a",
          rule: "must not be more than classes.share-ab, which is \(joined.classes.shareAB)"
        )
      )
    }
    if values["putaway.default-dock"] != nil, let code = joined.putaway.defaultDock {
      let dock = try environment.store.read(scope) { try $0.location(code: code) }
      if dock?.draft.kind != .dock {
        faults.append(
          .init(place: "/values/putaway.default-dock", value: code, rule: "no dock has this code")
        )
      }
    }
    return faults
  }

  private static func fault(
    _ key: String,
    _ given: JSONValue,
    _ broken: BrokenRule
  ) -> Failure.Fault {
    .init(
      place: "/values/\(key.prefix(Limits.codeLength))",
      value: String(given.text.prefix(60)),
      rule: broken.rule
    )
  }

  /// Saves them, with who changed what.
  public func apply(
    _ values: [String: Setting.Value],
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    let change = try SettingsRevision(.settings, request.expectation, environment, transaction)
    let before = try transaction.siteSettings()
    let kept = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
    let rows = values.sorted { $0.key < $1.key }.map { key, value in
      let json = value.json.text
      if let there = kept[key], there.valueJSON == json { return there }
      return SiteSetting(
        key: key,
        valueJSON: json,
        version: change.version,
        changedAt: change.at,
        changedBy: change.actor
      )
    }
    var changes: [JSONValue] = []
    let now = Dictionary(rows.map { ($0.key, $0) }) { first, _ in first }
    for key in Set(kept.keys).union(now.keys).sorted() {
      let (from, to) = (kept[key]?.valueJSON, now[key]?.valueJSON)
      guard from != to else { continue }
      changes.append(
        ["key": .string(key), "from": SettingsRevision.json(from), "to": SettingsRevision.json(to)]
      )
    }
    if !changes.isEmpty {
      try transaction.replace(siteSettings: rows)
      try change.note(changes, reason: request.reason)
    }
    return Outcome(
      view: try SettingsView(inForce, in: transaction),
      values: values
    )
  }

  /// Puts them into force.
  public func completed(_ outcome: Outcome, of request: Request) {
    inForce.adopt(site: outcome.values, version: outcome.version)
  }
}

/// A new version of a document of settings, under way.
struct SettingsRevision {
  let document: SettingsDocument
  let version: Int64
  let at: Instant
  let actor: String
  private let transaction: any WriteTransaction

  /// Looks whether the document is still what the change was made on.
  init(
    _ document: SettingsDocument,
    _ expectation: Expectation,
    _ environment: OperationsEnvironment,
    _ transaction: any WriteTransaction
  ) throws {
    let there = try transaction.newestChange(of: document)?.version ?? 0
    try expectation.check(there, of: document == .settings ? "The settings" : "The features")
    self.document = document
    self.transaction = transaction
    version = there + 1
    at = environment.now()
    actor = transaction.scope.actor
  }

  /// Notes what was changed: for people at a desk, in the audit log, and for screens.
  func note(_ changes: [JSONValue], reason: String?) throws {
    let list = JSONValue.array(changes)
    try transaction.note(
      SettingsChange(
        document: document,
        version: version,
        changedAt: at,
        changedBy: actor,
        reason: reason,
        changesJSON: list.text
      )
    )
    let kind = document == .settings ? "settings.changed" : "flags.changed"
    let detail: JSONValue = ["changes": list, "reason": reason.map { .string($0) } ?? .null]
    try transaction.audit(kind, subject: "version \(version)", detailJSON: detail.text, at: at)
    try transaction.emit(
      kind,
      subject: "version \(version)",
      tenant: nil,
      at: at,
      dataJSON: #"{"version":\#(version)}"#
    )
  }

  /// A kept value; null where there is none.
  static func json(_ text: String?) -> JSONValue {
    text.flatMap { try? JSONReader.parse($0) } ?? .null
  }
}
