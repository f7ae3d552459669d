import GRDB
import Warehouse

extension FeatureReach {
  fileprivate init?(kind: String, target: String) {
    switch kind {
    case "FACILITY": self = .facility
    case "ZONE": self = .zone(target)
    case "MATERIAL": self = .material(target)
    default:
      guard let pickClass = ABCClass(rawValue: target) else { return nil }
      self = .pickClass(pickClass)
    }
  }
}

extension SettingsChange {
  fileprivate static let columns =
    "id, document, version, changed_at, changed_by, reason, changes_json"

  fileprivate init(row: Row) throws {
    self.init(
      document: try row.word(1),
      version: row[2],
      changedAt: row.instant(3),
      changedBy: row[4],
      reason: row[5],
      changesJSON: row[6]
    )
  }
}

extension ReadSession {
  /// The settings, in the order of their keys.
  func siteSettings() throws -> [SiteSetting] {
    try db.all(
      "SELECT key, value_json, version, changed_at, changed_by FROM settings ORDER BY key"
    ) { row in
      SiteSetting(
        key: row[0],
        valueJSON: row[1],
        version: row[2],
        changedAt: row.instant(3),
        changedBy: row[4]
      )
    }
  }

  /// The rules on features, in the order in which they were made.
  func siteFeatureRules() throws -> [SiteFeatureRule] {
    try db.all(
      """
      SELECT name, target_kind, target, value, changed_at, changed_by FROM feature_flags
      ORDER BY id
      """
    ) { row in
      FeatureReach(kind: row[1], target: row[2]).map { reach in
        SiteFeatureRule(
          feature: row[0],
          reach: reach,
          valueJSON: row[3],
          changedAt: row.instant(4),
          changedBy: row[5]
        )
      }
    }.compactMap(\.self)
  }

  /// The newest change of a document; nil where nobody has changed it yet.
  func newestChange(of document: SettingsDocument) throws -> SettingsChange? {
    try db.first(
      """
      SELECT \(SettingsChange.columns) FROM settings_changes WHERE document = ?
      ORDER BY version DESC LIMIT 1
      """,
      [document.rawValue]
    ) { try SettingsChange(row: $0) }
  }

  /// A page of changes of both documents, the newest first.
  func settingsChanges(_ page: PageRequest) throws -> Page<SettingsChange> {
    let after = page.after == nil ? Int64.max : try page.afterKey()
    let rows = try db.all(
      """
      SELECT \(SettingsChange.columns) FROM settings_changes WHERE id < ?
      ORDER BY id DESC LIMIT ?
      """,
      [after, page.limit + 1]
    ) { row in (id: row[0] as Int64, change: try SettingsChange(row: row)) }
    return Page.cut(rows, page) { String($0.id) }.map(\.change)
  }

  /// Whether any location is in the zone.
  func hasZone(_ zone: String) throws -> Bool {
    try db.first("SELECT 1 FROM locations WHERE zone = ? LIMIT 1", [zone]) { _ in true } ?? false
  }
}

extension WriteSession {
  /// Puts these settings in place of all others.
  func replace(siteSettings: [SiteSetting]) throws {
    try db.run("DELETE FROM settings")
    for setting in siteSettings {
      try db.run(
        """
        INSERT INTO settings (key, value_json, version, changed_at, changed_by)
        VALUES (?, ?, ?, ?, ?)
        """,
        [
          setting.key, setting.valueJSON, setting.version, setting.changedAt.ms,
          setting.changedBy,
        ]
      )
    }
  }

  /// Puts these rules in place of all others.
  func replace(siteFeatureRules: [SiteFeatureRule]) throws {
    try db.run("DELETE FROM feature_flags")
    for rule in siteFeatureRules {
      try db.run(
        """
        INSERT INTO feature_flags (name, target_kind, target, value, changed_at, changed_by)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          rule.feature, rule.reach.kind, rule.reach.target, rule.valueJSON, rule.changedAt.ms,
          rule.changedBy,
        ]
      )
    }
  }

  /// Notes a change, and forgets the oldest beyond the limit.
  func note(_ change: SettingsChange) throws {
    let newest = try newestChange(of: change.document)?.version ?? 0
    guard change.version > newest else {
      throw Failure(.conflict, "Version \(newest) of the settings is here already.")
    }
    try db.run(
      """
      INSERT INTO settings_changes
        (document, version, changed_at, changed_by, reason, changes_json)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        change.document.rawValue, change.version, change.changedAt.ms, change.changedBy,
        change.reason, change.changesJSON,
      ]
    )
    // The newest of each document stays: the version goes on from it.
    try db.run(
      """
      DELETE FROM settings_changes WHERE id <= (
        SELECT id FROM settings_changes ORDER BY id DESC LIMIT 1 OFFSET ?)
        AND id NOT IN (SELECT max(id) FROM settings_changes GROUP BY document)
      """,
      [Limits.settingsChanges]
    )
  }
}
