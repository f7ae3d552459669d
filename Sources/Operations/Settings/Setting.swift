import Warehouse
import WireFormat

/// One setting that may be changed while the box runs: its key, what it takes, and where it lies.
///
/// The configuration file, the calls of the site and the documents of head office all read by this
/// one rule, so that a value which one of them takes the others take too.
public struct Setting: Sendable {
  /// What values it takes.
  public enum Kind: Sendable, Equatable {
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A number in a range.
    case number(ClosedRange<Double>)
    /// On or off.
    case toggle
    /// A text; the empty one stands for none.
    case text
    /// One of some words.
    case choice([String])
    /// Rising numbers in a range.
    case numbers(ClosedRange<Double>)
  }

  /// A value of one of the kinds.
  public enum Value: Sendable, Equatable {
    case integer(Int)
    case number(Double)
    case toggle(Bool)
    case text(String)
    case numbers([Double])
  }

  /// The key, as in the configuration file.
  public let key: String
  /// What it takes.
  public let kind: Kind
  private let reading: @Sendable (FacilitySettings) -> Value
  private let writing: @Sendable (inout FacilitySettings, Value) -> Void

  init(
    _ key: String,
    _ kind: Kind,
    get: @escaping @Sendable (FacilitySettings) -> Value,
    set: @escaping @Sendable (inout FacilitySettings, Value) -> Void
  ) {
    self.key = key
    self.kind = kind
    reading = get
    writing = set
  }

  /// The part of the configuration that it stands in.
  public var section: String { String(key.prefix { $0 != "." }) }

  /// Its value in these settings.
  public func value(in settings: FacilitySettings) -> Value { reading(settings) }

  /// Puts a value in; one of another kind changes nothing.
  public func put(_ value: Value, into settings: inout FacilitySettings) {
    writing(&settings, value)
  }

  /// Reads a JSON value; throws the rule that it breaks.
  public func read(_ value: JSONValue) throws(BrokenRule) -> Value {
    switch kind {
    case .integer(let range):
      guard let number = value.integer ?? value.string.flatMap(Int64.init) else {
        throw BrokenRule("must be a whole number")
      }
      guard let whole = Int(exactly: number), range.contains(whole) else {
        throw BrokenRule("must be \(range.lowerBound) to \(range.upperBound)")
      }
      return .integer(whole)
    case .number(let range):
      guard let number = value.double ?? value.string.flatMap(Double.init) else {
        throw BrokenRule("must be a number")
      }
      guard range.contains(number) else {
        throw BrokenRule("must be \(range.lowerBound) to \(range.upperBound)")
      }
      return .number(number)
    case .toggle:
      guard let isOn = value.bool ?? value.string.flatMap(Bool.init) else {
        throw BrokenRule("must be true or false")
      }
      return .toggle(isOn)
    case .text, .choice:
      return .text(try word(value))
    case .numbers(let range):
      return .numbers(try Self.rising(value, range))
    }
  }

  private func word(_ value: JSONValue) throws(BrokenRule) -> String {
    guard case .choice(let words) = kind else {
      guard let text = value.string else { throw BrokenRule("must be a text") }
      let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      guard text.count <= Limits.codeLength, isPlain else {
        throw BrokenRule("must have at most \(Limits.codeLength) characters, none of them control")
      }
      return text
    }
    guard let text = value.string, words.contains(text) else {
      let near = value.string.flatMap { Spelling.nearest(to: $0, in: words) }
      let question = near.map { "; did you mean \($0)?" } ?? ""
      throw BrokenRule("must be one of \(words.joined(separator: ", "))" + question)
    }
    return text
  }

  private static func rising(
    _ value: JSONValue,
    _ range: ClosedRange<Double>
  ) throws(BrokenRule) -> [Double] {
    guard let list = value.array else { throw BrokenRule("must be a list of numbers") }
    let numbers = list.compactMap { $0.double ?? $0.string.flatMap(Double.init) }
    guard numbers.count == list.count else { throw BrokenRule("must be a list of numbers") }
    let isRising = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    guard (1...Limits.settingNumbers).contains(numbers.count),
      numbers.allSatisfy(range.contains), isRising
    else {
      throw BrokenRule(
        "must be 1 to \(Limits.settingNumbers) rising numbers of \(range.lowerBound)"
          + " to \(range.upperBound)"
      )
    }
    return numbers
  }
}

/// The rule that a value breaks, in words.
public struct BrokenRule: Error, Equatable {
  /// The rule.
  public var rule: String

  init(_ rule: String) { self.rule = rule }
}

extension Setting.Value {
  /// The value as JSON.
  public var json: JSONValue {
    switch self {
    case .integer(let number): .integer(Int64(number))
    case .number(let number): Self.number(number)
    case .toggle(let isOn): .bool(isOn)
    case .text(let text): .string(text)
    case .numbers(let list): .array(list.map(Self.number))
    }
  }

  /// Whole where it is, so that 90 days are not 90.0.
  private static func number(_ number: Double) -> JSONValue {
    if let whole = Int64(exactly: number) { return .integer(whole) }
    return JSONNumber(number).map { .number($0) } ?? .null
  }
}

extension Setting {
  static func integer<Number: FixedWidthInteger & Sendable>(
    _ key: String,
    in range: ClosedRange<Int>,
    _ path: any WritableKeyPath<FacilitySettings, Number> & Sendable
  ) -> Setting {
    Setting(key, .integer(range)) {
      .integer(Int(clamping: $0[keyPath: path]))
    } set: {
      if case .integer(let number) = $1 { $0[keyPath: path] = Number(clamping: number) }
    }
  }

  static func number(
    _ key: String,
    in range: ClosedRange<Double>,
    _ path: any WritableKeyPath<FacilitySettings, Double> & Sendable
  ) -> Setting {
    Setting(key, .number(range)) {
      .number($0[keyPath: path])
    } set: {
      if case .number(let number) = $1 { $0[keyPath: path] = number }
    }
  }

  static func toggle(
    _ key: String,
    _ path: any WritableKeyPath<FacilitySettings, Bool> & Sendable
  ) -> Setting {
    Setting(key, .toggle) {
      .toggle($0[keyPath: path])
    } set: {
      if case .toggle(let isOn) = $1 { $0[keyPath: path] = isOn }
    }
  }

  static func choice<Word: RawRepresentable & CaseIterable & Sendable>(
    _ key: String,
    _ path: any WritableKeyPath<FacilitySettings, Word> & Sendable
  ) -> Setting where Word.RawValue == String {
    Setting(key, .choice(Word.allCases.map(\.rawValue))) {
      .text($0[keyPath: path].rawValue)
    } set: {
      if case .text(let text) = $1, let word = Word(rawValue: text) { $0[keyPath: path] = word }
    }
  }
}
