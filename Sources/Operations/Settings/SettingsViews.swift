import Warehouse
import WireFormat

/// All settings with their values, and whose each is.
public struct SettingsView: Sendable, JSONDocument {
  /// The version of what the site has set.
  public let version: Int64
  private let newest: SettingsChange?
  private let site: [String: SiteSetting]
  private let layers: SettingsInForce.Layers
  private let words: [String: String]

  init(_ inForce: SettingsInForce, in transaction: any ReadTransaction) throws {
    let rows = try transaction.siteSettings()
    newest = try transaction.newestChange(of: .settings)
    version = newest?.version ?? 0
    site = Dictionary(rows.map { ($0.key, $0) }) { first, _ in first }
    var layers = inForce.layers
    layers.site = site.compactMapValues { SiteValues.value(of: $0) }
    self.layers = layers
    words = inForce.words
  }

  /// Writes a row for each setting.
  public func write(to writer: inout JSONWriter) {
    let joined = layers.joined
    writer.object { body in
      newest.write(version, layers.headOffice?.version, to: &body)
      body.array("rows") { list in
        for setting in Setting.all where Feature.byKey[setting.key] == nil {
          list.object { row in
            row.member("key", setting.key)
            row.member("section", setting.section)
            setting.kind.write(to: &row)
            row.member("value", json: setting.value(in: joined).json)
            layers.write(setting, hasSite: layers.site[setting.key] != nil, to: &row)
            row.member("site", json: layers.site[setting.key]?.json)
            row.member("words", words[setting.key])
            row.member("changed_at", ms: site[setting.key]?.changedAt.ms)
            row.member("changed_by", site[setting.key]?.changedBy)
          }
        }
      }
    }
  }
}

/// All features with their value for the site, and the site's rules on them.
public struct FlagsView: Sendable, JSONDocument {
  /// The version of the rules.
  public let version: Int64
  private let newest: SettingsChange?
  private let rules: [SiteFeatureRule]
  private let layers: SettingsInForce.Layers
  private let words: [String: String]

  init(_ inForce: SettingsInForce, in transaction: any ReadTransaction) throws {
    rules = try transaction.siteFeatureRules()
    newest = try transaction.newestChange(of: .flags)
    version = newest?.version ?? 0
    var layers = inForce.layers
    layers.rules = rules.compactMap { SiteValues.rule(of: $0) }
    self.layers = layers
    words = inForce.words
  }

  /// Writes a row for each feature.
  public func write(to writer: inout JSONWriter) {
    let joined = layers.joined
    writer.object { body in
      newest.write(version, layers.headOffice?.version, to: &body)
      body.array("rows") { list in
        for feature in Feature.allCases {
          guard let setting = Setting.byKey[feature.settingKey] else { continue }
          let theirs = rules.filter { $0.feature == feature.rawValue }
          list.object { row in
            row.member("flag", feature.rawValue)
            setting.kind.write(to: &row)
            row.member("value", json: setting.value(in: joined).json)
            let hasSite = theirs.contains { $0.reach == .facility }
            layers.write(setting, hasSite: hasSite, to: &row)
            row.member("words", words[setting.key])
            row.array("rules") { list in
              for rule in theirs { list.object { Self.write(rule, to: &$0) } }
            }
          }
        }
      }
    }
  }

  private static func write(_ rule: SiteFeatureRule, to row: inout JSONWriter) {
    row.member("kind", rule.reach.kind)
    row.member("target", rule.reach.target)
    row.member("value", json: SettingsRevision.json(rule.valueJSON))
    row.member("changed_at", ms: rule.changedAt.ms)
    row.member("changed_by", rule.changedBy)
  }
}

extension SettingsChange: JSONDocument {
  /// Writes who changed what.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("document", document.rawValue)
      row.member("version", version)
      row.member("changed_at", ms: changedAt.ms)
      row.member("changed_by", changedBy)
      row.member("reason", reason)
      row.member("changes", json: SettingsRevision.json(changesJSON))
    }
  }
}

/// Looks up what is set, by whom, and what was changed.
public struct SettingsQueries: Sendable {
  private let environment: OperationsEnvironment
  private let inForce: SettingsInForce

  /// Stands on the environment, and on what is in force.
  public init(_ environment: OperationsEnvironment, _ inForce: SettingsInForce) {
    self.environment = environment
    self.inForce = inForce
  }

  /// All settings.
  public func settings(scope: TenantScope) throws -> SettingsView {
    try environment.store.read(scope) { try SettingsView(inForce, in: $0) }
  }

  /// All features.
  public func flags(scope: TenantScope) throws -> FlagsView {
    try environment.store.read(scope) { try FlagsView(inForce, in: $0) }
  }

  /// A page of changes, the newest first.
  public func changes(_ page: PageRequest, scope: TenantScope) throws -> Page<SettingsChange> {
    try environment.store.read(scope) { try $0.settingsChanges(page) }
  }
}

extension SettingsChange? {
  /// Writes the version of a document, and who made it.
  fileprivate func write(_ version: Int64, _ headOffice: Int64?, to body: inout JSONWriter) {
    body.member("version", version)
    body.member("changed_at", ms: self?.changedAt.ms)
    body.member("changed_by", self?.changedBy)
    body.member("head_office_version", headOffice)
  }
}

extension SettingsInForce.Layers {
  /// Writes whose value of a setting is in force, and what the other layers say.
  fileprivate func write(_ setting: Setting, hasSite: Bool, to row: inout JSONWriter) {
    let usual = setting.value(in: FacilitySettings())
    let configured = setting.value(in: base)
    let directed = headOffice?.values[setting.key]
    let source =
      directed != nil
      ? "HEAD_OFFICE" : hasSite ? "SITE" : configured != usual ? "CONFIGURATION" : "DEFAULT"
    row.member("source", source)
    row.member("default", json: usual.json)
    row.member("configured", json: configured.json)
    row.member("head_office", json: directed?.json)
  }
}

extension Setting.Kind {
  /// Writes the kind and what it takes.
  fileprivate func write(to row: inout JSONWriter) {
    let (name, least, most, words): (String, Double?, Double?, [String]?) =
      switch self {
      case .integer(let range):
        ("INTEGER", Double(range.lowerBound), Double(range.upperBound), nil)
      case .number(let range): ("NUMBER", range.lowerBound, range.upperBound, nil)
      case .toggle: ("SWITCH", nil, nil, nil)
      case .text: ("TEXT", nil, nil, nil)
      case .choice(let words): ("CHOICE", nil, nil, words)
      case .numbers(let range): ("NUMBERS", range.lowerBound, range.upperBound, nil)
      }
    row.member("kind", name)
    row.member("minimum", json: least.map { Setting.Value.number($0).json })
    row.member("maximum", json: most.map { Setting.Value.number($0).json })
    row.member("choices", json: words.map { .array($0.map { .string($0) }) })
  }
}

extension JSONWriter {
  /// Writes a member that is a JSON value, or `null`.
  fileprivate mutating func member(_ key: String, json value: JSONValue?) {
    self.key(key)
    raw((value ?? .null).bytes)
  }
}
