import Synchronization
import Warehouse
import WireFormat

/// What head office has handed down: values by their keys.
public struct HeadOfficeSettings: Sendable, Equatable {
  /// Its version.
  public var version: Int64
  /// The values.
  public var values: [String: Setting.Value]

  /// The keys that head office may set: what the site is like is the site's own business.
  static let keys = Set(Setting.all.filter { $0.section != "slotting" }.map(\.key))

  /// Reads a document of head office.
  ///
  /// `{"settings": {"putaway.plan-budget-ms": 500}, "flags": {"cross-dock": false}}`: keys and
  /// ranges are those of the configuration file. Throws `invalid` with every fault, so that one
  /// look at head office tells all. `siteOnly` are keys of the configuration that are no settings.
  public init(_ document: String, version: Int64, siteOnly: Set<String> = []) throws {
    guard let sections = try? JSONReader.parse(Array(document.utf8)).object else {
      throw Failure(.malformed, "Head office's settings are no JSON object.")
    }
    var faults: [Failure.Fault] = []
    var values: [String: Setting.Value] = [:]
    for section in sections.members {
      guard ["settings", "flags"].contains(section.key), let keys = section.value.object else {
        faults.append(.init(place: section.key, rule: "is no object \"settings\" or \"flags\""))
        continue
      }
      for member in keys.members {
        let key = section.key == "flags" ? "flags." + member.key : member.key
        do throws(BrokenRule) {
          guard Self.keys.contains(key), let setting = Setting.byKey[key] else {
            let isSites = siteOnly.contains(key) || Setting.byKey[key] != nil
            throw isSites
              ? BrokenRule("is set at the site only") : .unknown(key, among: Self.keys)
          }
          values[key] = try setting.read(member.value)
        } catch {
          faults.append(.init(place: key, rule: error.rule))
        }
      }
    }
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        "Head office's settings have values that cannot be used.",
        hint: "firmware-config/stowage.yaml explains every key.",
        faults: faults
      )
    }
    self.version = version
    self.values = values
  }
}

extension BrokenRule {
  /// A key that is none of those, with the nearest of them.
  static func unknown(_ key: String, among keys: some Collection<String>) -> BrokenRule {
    let near = Spelling.nearest(to: key, in: keys).map { "; did you mean \($0)?" } ?? ""
    return BrokenRule("is not a key\(near)")
  }
}

/// The knobs of the use cases as they are now: those of the configuration, over them what the site
/// has set itself, and over all what head office handed down.
///
/// Read at each use, so that a change takes effect without a restart.
public final class SettingsInForce: Sendable {
  /// The layers, the later one wins.
  struct Layers: Sendable {
    /// The configuration.
    var base: FacilitySettings
    /// What the site has set, by key.
    var site: [String: Setting.Value] = [:]
    /// What the site has ruled on features.
    var rules: [FeatureRule] = []
    /// Head office's.
    var headOffice: HeadOfficeSettings?

    /// All of them together.
    var joined: FacilitySettings {
      var settings = base
      for (key, value) in site { Setting.byKey[key]?.put(value, into: &settings) }
      for rule in rules where rule.reach == .facility {
        Setting.byKey[rule.feature.settingKey]?.put(rule.value, into: &settings)
      }
      for (key, value) in headOffice?.values ?? [:] {
        Setting.byKey[key]?.put(value, into: &settings)
      }
      // What head office has decided is no longer the site's to try.
      settings.pilots = Pilots(
        rules.filter { headOffice?.values[$0.feature.settingKey] == nil }
      )
      return settings
    }
  }

  private struct State {
    var layers: Layers
    var versions: [SettingsDocument: Int64] = [:]
    var value: FacilitySettings
  }

  /// What the manual says of a key.
  let words: [String: String]
  private let state: Mutex<State>

  /// Begins with the configuration alone; `words` is what its manual says of each key.
  public init(_ base: FacilitySettings, words: [String: String] = [:]) {
    self.words = words
    state = Mutex(State(layers: Layers(base: base), value: base))
  }

  /// The settings now.
  public var value: FacilitySettings { state.withLock { $0.value } }

  /// The layers now.
  var layers: Layers { state.withLock { $0.layers } }

  /// Puts head office's settings into force, or takes them back; returns those of before.
  @discardableResult
  public func direct(_ settings: HeadOfficeSettings?) -> HeadOfficeSettings? {
    state.withLock { state in
      let before = state.layers.headOffice
      state.layers.headOffice = settings
      state.value = state.layers.joined
      return before
    }
  }

  /// Puts a version of the site's settings into force, unless a later one is.
  func adopt(site: [String: Setting.Value], version: Int64) {
    adopt(.settings, version) { $0.site = site }
  }

  /// Puts a version of the site's rules on features into force, unless a later one is.
  func adopt(rules: [FeatureRule], version: Int64) {
    adopt(.flags, version) { $0.rules = rules }
  }

  private func adopt(
    _ document: SettingsDocument,
    _ version: Int64,
    _ change: (inout Layers) -> Void
  ) {
    state.withLock { state in
      guard version >= state.versions[document] ?? 0 else { return }
      state.versions[document] = version
      change(&state.layers)
      state.value = state.layers.joined
    }
  }

  /// Puts into force what the site had set before the start; returns the keys of what this program
  /// no longer understands, which stays out of force.
  public func resume(in store: any Store, _ scope: TenantScope) throws -> [String] {
    let (site, rules, versions) = try store.read(scope) { transaction in
      (
        try transaction.siteSettings(), try transaction.siteFeatureRules(),
        try SettingsDocument.allCases.map {
          try transaction.newestChange(of: $0)?.version ?? 0
        }
      )
    }
    let read = site.map { ($0.key, SiteValues.value(of: $0)) }
    let known = rules.map { ($0.feature, SiteValues.rule(of: $0)) }
    adopt(
      site: Dictionary(
        read.compactMap { key, value in value.map { (key, $0) } },
        uniquingKeysWith: { first, _ in first }
      ),
      version: versions[0]
    )
    adopt(rules: known.compactMap(\.1), version: versions[1])
    return read.filter { $0.1 == nil }.map(\.0) + known.filter { $0.1 == nil }.map(\.0)
  }
}

/// Reads what is kept of the site's settings.
enum SiteValues {
  /// A setting's value; nil where this program no longer understands it.
  static func value(of kept: SiteSetting) -> Setting.Value? {
    guard let setting = Setting.byKey[kept.key], Feature.byKey[kept.key] == nil else { return nil }
    return value(of: setting, kept.valueJSON)
  }

  /// A rule; nil where this program no longer understands it.
  static func rule(of kept: SiteFeatureRule) -> FeatureRule? {
    guard let feature = Feature(rawValue: kept.feature),
      let setting = Setting.byKey[feature.settingKey],
      let value = value(of: setting, kept.valueJSON)
    else { return nil }
    return FeatureRule(feature, kept.reach, value)
  }

  private static func value(of setting: Setting, _ json: String) -> Setting.Value? {
    guard let value = try? JSONReader.parse(json) else { return nil }
    return try? setting.read(value)
  }
}
