/// A JSON value as it was written: order of members kept, decimals exact.
///
/// Whole numbers that fit are `integer`; every other number keeps its own text beside the nearest
/// double, so that `12.345` can become 12,345 milli-units without passing through binary.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number.
  case number(JSONNumber)
  /// Text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Named members in their order.
  case object(JSONObject)
}

/// A number with a fraction or an exponent, or beyond 64 bits: the nearest double, and its text.
public struct JSONNumber: Sendable, Equatable {
  /// The nearest double; always finite.
  public let value: Double
  /// The text as it was written, a valid JSON number.
  public let text: String

  /// Keeps a number that was read, with its text.
  init(value: Double, text: String) {
    self.value = value
    self.text = text
  }

  /// The shortest text that reads back as `value`; nil for NaN and infinities, which JSON lacks.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    self.value = value
    self.text = value.description
  }
}

/// The members of a JSON object, in the order written, each key once.
public struct JSONObject: Sendable, Equatable {
  /// One member.
  public struct Member: Sendable, Equatable {
    /// The name.
    public let key: String
    /// The value.
    public var value: JSONValue
  }

  /// From how many members on a lookup goes through a hash instead of a walk.
  ///
  /// Most names have at most fifteen bytes and are compared as two words. An event of a batch has
  /// fourteen members, and must not need a table.
  static let walkLimit = 20

  /// The members in their order.
  public private(set) var members: [Member] = []
  /// Places of the keys, once there are more than `walkLimit` members.
  private var places: [String: Int] = [:]

  /// An object without members.
  public init() {}

  /// Two objects are equal where they hold the same members in the same order.
  public static func == (left: Self, right: Self) -> Bool {
    left.members == right.members
  }

  /// Where the member of that key stands, or nil.
  public func place(of key: String) -> Int? {
    if members.count > Self.walkLimit { return places[key] }
    for index in members.indices where members[index].key == key { return index }
    return nil
  }

  /// Adds a member at the end; false, and nothing done, where the key is there already.
  @discardableResult
  public mutating func append(_ key: String, _ value: JSONValue) -> Bool {
    guard place(of: key) == nil else { return false }
    members.append(Member(key: key, value: value))
    if members.count == Self.walkLimit + 1 {
      for (index, member) in members.enumerated() { places[member.key] = index }
    } else if members.count > Self.walkLimit {
      places[key] = members.count - 1
    }
    return true
  }

  /// The value of a key; setting replaces in place or adds at the end.
  ///
  /// Setting nil is the same as leaving the object as it is: members are not removed.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      guard let newValue else { return }
      if let index = place(of: key) {
        members[index].value = newValue
      } else {
        append(key, newValue)
      }
    }
  }

  /// The keys in their order.
  public var keys: [String] { members.map(\.key) }
  /// How many members there are.
  public var count: Int { members.count }
  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }
}
