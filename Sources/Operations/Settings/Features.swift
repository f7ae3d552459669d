import Packing
import Warehouse

/// A part of the box that can be switched, or chosen, for the whole site or for a pilot.
public enum Feature: String, Sendable, CaseIterable {
  /// The algorithm of plans.
  case algorithm
  /// What is picked together is put together.
  case skuAffinity = "sku-affinity"
  /// Goods with open demand go to staging.
  case crossDock = "cross-dock"
  /// Busy aisles are avoided.
  case congestion
  /// The confidence comes from the learned model instead of the base rate.
  case learnedConfidence = "learned-confidence"

  /// The key of that setting.
  public var settingKey: String { self == .algorithm ? "putaway.algorithm" : "flags.\(rawValue)" }

  /// The features whose value for the whole site stands under these keys.
  static let byKey = Dictionary(allCases.map { ($0.settingKey, $0) }) { first, _ in first }
}

/// A rule of the site on a feature: for all of it, or for a pilot.
public struct FeatureRule: Sendable, Equatable {
  /// Which feature.
  public var feature: Feature
  /// For whom.
  public var reach: FeatureReach
  /// On or off, or the word chosen.
  public var value: Setting.Value

  /// States a rule.
  public init(_ feature: Feature, _ reach: FeatureReach, _ value: Setting.Value) {
    self.feature = feature
    self.reach = reach
    self.value = value
  }
}

/// The pilots in force: what features are for some zones, materials and classes.
///
/// The narrowest rule wins: a material's, its pick class's, the zone's, the site's.
public struct Pilots: Sendable, Equatable {
  private struct Name: Hashable {
    var feature: Feature
    var reach: FeatureReach
  }

  private var rules: [Name: Setting.Value] = [:]
  /// The zones that have a rule, by feature.
  private var zones: [Feature: Set<String>] = [:]

  /// No pilot.
  public init() {}

  /// Those of the rules that are not for the whole site.
  public init(_ rules: [FeatureRule]) {
    for rule in rules where rule.reach != .facility {
      self.rules[Name(feature: rule.feature, reach: rule.reach)] = rule.value
      if case .zone(let zone) = rule.reach { zones[rule.feature, default: []].insert(zone) }
    }
  }

  /// What a pilot says of these goods, and of the zone where one matters; nil where none speaks.
  func value(_ feature: Feature, _ material: MaterialDraft, zone: String?) -> Setting.Value? {
    guard !rules.isEmpty else { return nil }
    func rule(_ reach: FeatureReach) -> Setting.Value? {
      rules[Name(feature: feature, reach: reach)]
    }
    return rule(.material(material.code)) ?? rule(.pickClass(material.pickClass ?? .c))
      ?? zone.flatMap { rule(.zone($0)) }
  }

  /// The zones that have a rule on a feature.
  func zones(_ feature: Feature) -> Set<String> { zones[feature] ?? [] }
}

extension FacilitySettings {
  /// Whether a feature is on for these goods, in a zone where one matters.
  func isOn(_ feature: Feature, for material: MaterialDraft, in zone: String? = nil) -> Bool {
    if case .toggle(let isOn) = pilots.value(feature, material, zone: zone) { return isOn }
    return switch feature {
    case .skuAffinity: flags.skuAffinity
    case .crossDock: flags.crossDock
    case .congestion: flags.congestion
    case .learnedConfidence: flags.learnedConfidence
    case .algorithm: true
    }
  }

  /// In which zones a feature is on for these goods.
  func zones(with feature: Feature, for material: MaterialDraft) -> ZoneReach {
    let usual = isOn(feature, for: material)
    let others = pilots.zones(feature).filter {
      isOn(feature, for: material, in: $0) != usual
    }
    return ZoneReach(everywhere: usual, except: others)
  }

  /// The algorithm for goods that are planned together, each with the zone where it stands.
  ///
  /// A plan is made by one algorithm: that of a pilot where all goods come under it or others that
  /// say the same, else that of the site.
  func algorithm(for goods: [(material: MaterialDraft, zone: String?)]) -> PackingAlgorithm {
    var chosen: PackingAlgorithm?
    for one in goods {
      guard case .text(let name) = pilots.value(.algorithm, one.material, zone: one.zone),
        let algorithm = PackingAlgorithm(rawValue: name), algorithm == chosen ?? algorithm
      else { return putaway.algorithm }
      chosen = algorithm
    }
    return chosen ?? putaway.algorithm
  }
}

extension OperationsEnvironment {
  /// The algorithm for tasks that are planned together.
  func algorithm(for tasks: [PutawayTask]) -> PackingAlgorithm {
    settings.algorithm(for: tasks.map { ($0.material.draft, zone(of: $0.from)) })
  }

  /// The zone of a location, as the index in memory knows it.
  func zone(of location: LocationID) -> String? {
    let snapshot = store.locations.snapshot()
    return snapshot.indices[location].map { snapshot.states[$0].location.draft.zone }
  }
}
