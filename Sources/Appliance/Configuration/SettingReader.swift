import Configuration
import Operations
import Warehouse

/// Reads typed values from the joined sources, and collects what cannot be used.
///
/// The library answers nil both for "absent" and for "wrong type"; here the two are told apart, so
/// that `port: eighty` is an error and not the default.
final class SettingReader {
  private let reader: ConfigReader
  private(set) var faults: [Failure.Fault] = []

  /// Reads from these sources, the first one wins.
  init(_ reader: ConfigReader) {
    self.reader = reader
  }

  /// A text; an empty one counts as absent.
  func text(_ key: String, _ keep: (String) -> Void) {
    if let text = reader.string(forKey: ConfigKey(key)) {
      if !text.isEmpty { keep(text) }
    } else if let number = reader.int(forKey: ConfigKey(key)) {
      keep(String(number))
    } else if reader.double(forKey: ConfigKey(key)) != nil
      || reader.bool(forKey: ConfigKey(key)) != nil
    {
      note(key, "must be a text; put it in quotes")
    }
  }

  /// A whole number within a range.
  func integer(_ key: String, in range: ClosedRange<Int>, _ keep: (Int) -> Void) {
    guard let number = reader.int(forKey: ConfigKey(key)) else {
      return unusable(key, "must be a whole number")
    }
    guard range.contains(number) else {
      return note(key, "must be \(range.lowerBound) to \(range.upperBound)", "\(number)")
    }
    keep(number)
  }

  /// A number within a range.
  func number(_ key: String, in range: ClosedRange<Double>, _ keep: (Double) -> Void) {
    let whole = reader.int(forKey: ConfigKey(key)).map(Double.init)
    guard let number = reader.double(forKey: ConfigKey(key)) ?? whole else {
      return unusable(key, "must be a number")
    }
    guard range.contains(number) else {
      return note(key, "must be \(range.lowerBound) to \(range.upperBound)", "\(number)")
    }
    keep(number)
  }

  /// A switch.
  func flag(_ key: String, _ keep: (Bool) -> Void) {
    guard let flag = reader.bool(forKey: ConfigKey(key)) else {
      return unusable(key, "must be true or false")
    }
    keep(flag)
  }

  /// A list of texts; one text alone is a list of one.
  func texts(_ key: String, _ keep: ([String]) -> Void) {
    if let texts = reader.stringArray(forKey: ConfigKey(key)) {
      keep(texts)
    } else {
      text(key) { keep([$0]) }
    }
  }

  /// A list of rising numbers within a range.
  func numbers(_ key: String, in range: ClosedRange<Double>, _ keep: ([Double]) -> Void) {
    let whole = reader.intArray(forKey: ConfigKey(key)).map { $0.map(Double.init) }
    let texts = reader.stringArray(forKey: ConfigKey(key)).map { $0.compactMap(Double.init) }
    guard let numbers = reader.doubleArray(forKey: ConfigKey(key)) ?? whole ?? texts else {
      return unusable(key, "must be a list of numbers")
    }
    let isRising = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    guard !numbers.isEmpty, numbers.allSatisfy(range.contains), isRising else {
      return note(
        key,
        "must be rising numbers of \(range.lowerBound) to \(range.upperBound)",
        "\(numbers)"
      )
    }
    keep(numbers)
  }

  /// A setting of the use cases, whatever it takes.
  func setting(_ setting: Setting, into settings: inout FacilitySettings) {
    switch setting.kind {
    case .integer(let range):
      integer(setting.key, in: range) { setting.put(.integer($0), into: &settings) }
    case .number(let range):
      number(setting.key, in: range) { setting.put(.number($0), into: &settings) }
    case .toggle:
      flag(setting.key) { setting.put(.toggle($0), into: &settings) }
    case .text:
      text(setting.key) { setting.put(.text($0), into: &settings) }
    case .choice(let words):
      text(setting.key) { word in
        guard words.contains(word) else {
          return note(setting.key, "must be one of \(words.joined(separator: ", "))", word)
        }
        setting.put(.text(word), into: &settings)
      }
    case .numbers(let range):
      numbers(setting.key, in: range) { setting.put(.numbers($0), into: &settings) }
    }
  }

  /// Notes that a value cannot be used.
  func note(_ key: String, _ rule: String, _ value: String? = nil) {
    faults.append(.init(place: key, value: value, rule: rule))
  }

  /// Fails with everything that was noted.
  func check(source: String) throws {
    guard !faults.isEmpty else { return }
    throw Failure(
      .invalid,
      "The configuration has values that cannot be used (\(source)).",
      hint: "firmware-config/stowage.yaml explains every key.",
      faults: faults
    )
  }

  private func unusable(_ key: String, _ rule: String) {
    if let text = reader.string(forKey: ConfigKey(key)), !text.isEmpty {
      note(key, rule, text)
    }
  }
}
