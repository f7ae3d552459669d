/// For whom a rule on a feature is.
public enum FeatureReach: Sendable, Hashable {
  /// For the whole site.
  case facility
  /// For a zone of locations.
  case zone(String)
  /// For a material, by its code.
  case material(String)
  /// For all materials of a pick class; those without one count as C.
  case pickClass(ABCClass)
}

extension FeatureReach {
  /// The word for its kind.
  public var kind: String {
    switch self {
    case .facility: "FACILITY"
    case .zone: "ZONE"
    case .material: "MATERIAL"
    case .pickClass: "CLASS"
    }
  }

  /// Zone, material or class; empty for the whole site.
  public var target: String {
    switch self {
    case .facility: ""
    case .zone(let name), .material(let name): name
    case .pickClass(let pickClass): pickClass.rawValue
    }
  }
}

/// The documents of settings that a site has.
public enum SettingsDocument: String, Sendable, CaseIterable {
  /// The settings by their keys.
  case settings = "SETTINGS"
  /// The rules on features.
  case flags = "FLAGS"
}

/// A setting that the site has set itself.
public struct SiteSetting: Sendable, Equatable {
  /// The key, as in the configuration.
  public var key: String
  /// The value as JSON.
  public var valueJSON: String
  /// In which version of the document it was set.
  public var version: Int64
  /// When.
  public var changedAt: Instant
  /// By whom.
  public var changedBy: String

  /// Makes a setting.
  public init(
    key: String,
    valueJSON: String,
    version: Int64,
    changedAt: Instant,
    changedBy: String
  ) {
    self.key = key
    self.valueJSON = valueJSON
    self.version = version
    self.changedAt = changedAt
    self.changedBy = changedBy
  }
}

/// A rule on a feature that the site has made itself.
public struct SiteFeatureRule: Sendable, Equatable {
  /// The feature's name.
  public var feature: String
  /// For whom.
  public var reach: FeatureReach
  /// The value as JSON.
  public var valueJSON: String
  /// When it was made, or last changed.
  public var changedAt: Instant
  /// By whom.
  public var changedBy: String

  /// Makes a rule.
  public init(
    feature: String,
    reach: FeatureReach,
    valueJSON: String,
    changedAt: Instant,
    changedBy: String
  ) {
    self.feature = feature
    self.reach = reach
    self.valueJSON = valueJSON
    self.changedAt = changedAt
    self.changedBy = changedBy
  }
}

/// One change of a document, and what it changed.
public struct SettingsChange: Sendable, Equatable {
  /// Which document.
  public var document: SettingsDocument
  /// The version that it made.
  public var version: Int64
  /// When.
  public var changedAt: Instant
  /// By whom.
  public var changedBy: String
  /// Why, as the person said.
  public var reason: String?
  /// What was changed: a JSON list.
  public var changesJSON: String

  /// Makes a change.
  public init(
    document: SettingsDocument,
    version: Int64,
    changedAt: Instant,
    changedBy: String,
    reason: String?,
    changesJSON: String
  ) {
    self.document = document
    self.version = version
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.reason = reason
    self.changesJSON = changesJSON
  }
}

/// Reads what the site has set itself.
public protocol SettingsReading {
  /// The settings, in the order of their keys.
  func siteSettings() throws -> [SiteSetting]
  /// The rules on features, in the order in which they were made.
  func siteFeatureRules() throws -> [SiteFeatureRule]
  /// The newest change of a document; nil where nobody has changed it yet.
  func newestChange(of document: SettingsDocument) throws -> SettingsChange?
  /// A page of changes of both documents, the newest first.
  func settingsChanges(_ page: PageRequest) throws -> Page<SettingsChange>
  /// Whether any location is in the zone.
  func hasZone(_ zone: String) throws -> Bool
}

/// Writes what the site has set itself.
public protocol SettingsWriting {
  /// Puts these settings in place of all others.
  func replace(siteSettings: [SiteSetting]) throws
  /// Puts these rules in place of all others.
  func replace(siteFeatureRules: [SiteFeatureRule]) throws
  /// Notes a change; fails with `conflict` where that version is there already.
  func note(_ change: SettingsChange) throws
}
