import Configuration
import Operations
import Synchronization
import Warehouse
import WireFormat

/// The knobs of the use cases as they are now: those of the configuration, and over them what head
/// office handed down.
///
/// Read at each use, so that a change takes effect without a restart.
final class SettingsInForce: Sendable {
  /// Keys that may be in a document of head office: those that the use cases read at each use, less
  /// what is fixed at the start and what the site must rule on itself.
  static let directed: Set<String> = ConfigurationKeys.all.filter { key in
    ["putaway.", "classes.", "forecast.", "replenishment.", "flags."].contains {
      key.hasPrefix($0)
    } && !["putaway.compatible-hazards", "forecast.threads"].contains(key)
  }

  private let base: FacilitySettings
  private let current: Mutex<FacilitySettings>

  /// Begins with the configuration alone.
  init(_ base: FacilitySettings) {
    self.base = base
    current = Mutex(base)
  }

  /// The settings now.
  var value: FacilitySettings { current.withLock { $0 } }

  /// What the settings would be under a document; nil is none of head office's.
  ///
  /// `{"settings": {"putaway.plan-budget-ms": 500}, "flags": {"cross-dock": false}}`: keys and
  /// ranges are those of the configuration file. Throws `invalid` with every fault, so that one
  /// look at head office tells all.
  func settings(under document: String?) throws -> FacilitySettings {
    guard let document else { return base }
    guard let sections = try? JSONReader.parse(Array(document.utf8)).object else {
      throw Failure(.malformed, "Head office's settings are no JSON object.")
    }
    var faults: [Failure.Fault] = []
    var texts: [String: String] = [:]
    for section in sections.members {
      guard ["settings", "flags"].contains(section.key), let keys = section.value.object else {
        faults.append(.init(place: section.key, rule: "is no object \"settings\" or \"flags\""))
        continue
      }
      for member in keys.members {
        let key = section.key == "flags" ? "flags." + member.key : member.key
        if let rule = Self.fault(in: key) {
          faults.append(.init(place: key, rule: rule))
        } else if let text = Self.text(member.value) {
          texts[ApplianceSettings.variable(key)] = text
        } else {
          faults.append(.init(place: key, rule: "must be a text, a number, true, false or a list"))
        }
      }
    }
    let reader = SettingReader(
      ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: texts))
    )
    var read = ApplianceSettings()
    read.operations = base
    read.readUseCases(reader)
    faults += reader.faults
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        "Head office's settings have values that cannot be used.",
        hint: "firmware-config/stowage.yaml explains every key.",
        faults: faults
      )
    }
    return read.operations
  }

  /// Puts settings into force.
  func replace(with settings: FacilitySettings) {
    current.withLock { $0 = settings }
  }

  private static func fault(in key: String) -> String? {
    if directed.contains(key) { return nil }
    if ConfigurationKeys.all.contains(key) { return "is set at the site only" }
    let nearest = Spelling.nearest(to: key, in: directed).map { "; did you mean \($0)?" } ?? ""
    return "is not a key\(nearest)"
  }

  /// A value as the configuration's text, which its readers check as they check a flag's.
  private static func text(_ value: JSONValue) -> String? {
    if let list = value.array {
      let texts = list.compactMap { $0.array == nil ? text($0) : nil }
      return texts.count == list.count ? texts.joined(separator: ",") : nil
    }
    if let text = value.string { return text }
    if value.bool != nil || value.double != nil { return value.text }
    return nil
  }
}
