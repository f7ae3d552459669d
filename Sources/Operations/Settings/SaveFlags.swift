import Warehouse
import WireFormat

/// Replaces all rules of the site on features.
public struct SaveFlags: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    var rules: [FeatureRule]
    var reason: String?
    var expectation: Expectation

    private enum Kind: String, CaseIterable {
      case facility = "FACILITY"
      case zone = "ZONE"
      case material = "MATERIAL"
      case pickClass = "CLASS"
    }

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      let body = try DocumentReader(document)
      // No rule at all is the way back to the configuration.
      let isEmpty = body.object["rules"]?.array?.isEmpty == true
      let rules =
        isEmpty ? [] : body.objects("rules", isRequired: true, limit: Limits.featureRules)
      if isEmpty { _ = body.value("rules") }
      self.rules = rules.compactMap(Self.rule)
      reason = body.text("reason", limit: Limits.noteLength)
      self.expectation = expectation
      try body.finish()
    }

    private static func rule(_ rule: DocumentReader) -> FeatureRule? {
      let feature = rule.word("flag", as: Feature.self, isRequired: true)
      let reach = reach(rule)
      var value: Setting.Value?
      if let given = rule.value("value", isRequired: true),
        let setting = feature.flatMap({ Setting.byKey[$0.settingKey] })
      {
        do throws(BrokenRule) {
          value = try setting.read(given)
        } catch {
          rule.fault("value", error.rule)
        }
      }
      rule.refuseUnknown()
      guard let feature, let reach, let value else { return nil }
      return FeatureRule(feature, reach, value)
    }

    private static func reach(_ rule: DocumentReader) -> FeatureReach? {
      let kind = rule.word("kind", as: Kind.self, isRequired: true)
      switch kind {
      case nil:
        _ = rule.value("target")
        return nil
      case .facility:
        if let target = rule.value("target"), target.string?.isEmpty != true {
          rule.fault("target", "must be left out: the rule is for the whole site")
        }
        return .facility
      case .zone:
        return rule.text("target", isRequired: true, limit: Limits.codeLength).map { .zone($0) }
      case .material:
        return rule.text("target", isRequired: true, limit: Limits.codeLength).map { .material($0) }
      case .pickClass:
        return rule.word("target", as: ABCClass.self, isRequired: true).map { .pickClass($0) }
      }
    }
  }

  /// What was saved.
  public struct Outcome: Sendable, JSONDocument {
    let view: FlagsView
    let rules: [FeatureRule]
    /// The version that it is now.
    public var version: Int64 { view.version }

    /// Writes all features.
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

  /// Checks that the targets are there, that no two rules say the same, and that head office has
  /// not decided.
  public func prepare(_ request: Request, scope: TenantScope) throws -> [FeatureRule] {
    let layers = inForce.layers
    var faults: [Failure.Fault] = []
    var seen: [Feature: Set<FeatureReach>] = [:]
    let rules = try environment.store.read(scope) { transaction in
      try request.rules.enumerated().map { index, given in
        var rule = given
        do {
          rule.reach = try target(of: given, in: transaction)
        } catch let broken as BrokenRule {
          faults.append(.init(place: "/rules/\(index)/target", rule: broken.rule))
        }
        if !seen[rule.feature, default: []].insert(rule.reach).inserted {
          faults.append(.init(place: "/rules/\(index)", rule: "says the same as another rule"))
        }
        return rule
      }
    }
    for feature in Feature.allCases where layers.headOffice?.values[feature.settingKey] != nil {
      let then = layers.rules.filter { $0.feature == feature }
      guard rules.filter({ $0.feature == feature }) != then else { continue }
      faults.append(.init(place: "/rules", value: feature.rawValue, rule: "is set by head office"))
    }
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        faults.count == 1 ? "One rule cannot be used." : "\(faults.count) rules cannot be used.",
        hint: "Nothing was changed. Correct what is named and send all of them again.",
        faults: faults
      )
    }
    return rules
  }

  /// The target as it is known here: a material may have been named by its GTIN.
  private func target(
    of rule: FeatureRule,
    in transaction: any ReadTransaction
  ) throws -> FeatureReach {
    switch rule.reach {
    case .facility, .pickClass: return rule.reach
    case .zone(let zone):
      guard try transaction.hasZone(zone) else { throw BrokenRule("no location is in this zone") }
      return rule.reach
    case .material(let code):
      do {
        return .material(try environment.material(code, in: transaction).code)
      } catch let failure as Failure where failure.code == .notFound {
        throw BrokenRule("no material has this code or GTIN")
      }
    }
  }

  /// Saves them, with who changed what.
  public func apply(
    _ rules: [FeatureRule],
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    let change = try SettingsRevision(.flags, request.expectation, environment, transaction)
    let before = try transaction.siteFeatureRules()
    let rows = rules.map { rule in
      let json = rule.value.json.text
      if let there = before.first(where: {
        $0.feature == rule.feature.rawValue && $0.reach == rule.reach && $0.valueJSON == json
      }) {
        return there
      }
      return SiteFeatureRule(
        feature: rule.feature.rawValue,
        reach: rule.reach,
        valueJSON: json,
        changedAt: change.at,
        changedBy: change.actor
      )
    }
    let changes = Self.changes(from: before, to: rows)
    if !changes.isEmpty {
      try transaction.replace(siteFeatureRules: rows)
      try change.note(changes, reason: request.reason)
    }
    return Outcome(view: try FlagsView(inForce, in: transaction), rules: rules)
  }

  private static func changes(
    from before: [SiteFeatureRule],
    to after: [SiteFeatureRule]
  ) -> [JSONValue] {
    func row(_ rule: SiteFeatureRule, from: String?, to: String?) -> JSONValue {
      [
        "key": .string(rule.feature), "kind": .string(rule.reach.kind),
        "target": .string(rule.reach.target), "from": SettingsRevision.json(from),
        "to": SettingsRevision.json(to),
      ]
    }
    func same(_ rule: SiteFeatureRule, in list: [SiteFeatureRule]) -> SiteFeatureRule? {
      list.first { $0.feature == rule.feature && $0.reach == rule.reach }
    }
    let gone = before.filter { same($0, in: after) == nil }
    return gone.map { row($0, from: $0.valueJSON, to: nil) }
      + after.compactMap { rule in
        let then = same(rule, in: before)?.valueJSON
        return then == rule.valueJSON ? nil : row(rule, from: then, to: rule.valueJSON)
      }
  }

  /// Puts them into force.
  public func completed(_ outcome: Outcome, of request: Request) {
    inForce.adopt(rules: outcome.rules, version: outcome.version)
  }
}
