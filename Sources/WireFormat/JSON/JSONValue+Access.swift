extension JSONValue {
  /// The member of that key, or nil where this is no object or lacks it.
  public subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  /// The element at that place, or nil where this is no array or is shorter.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The text, or nil where this is no string.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The truth value, or nil where this is none.
  public var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// The whole number, or nil where this is none or has a fraction.
  ///
  /// `1.0` and `1e3` count as whole.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let number): try? DecimalText.scaled(number.text, decimals: 0)
    default: nil
    }
  }

  /// The number as a double, or nil where this is no number.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let number): number.value
    default: nil
    }
  }

  /// The elements, or nil where this is no array.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members, or nil where this is no object.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The number times ten to the power of `decimals`, exactly; nil where this is no number.
  ///
  /// `12.345` with three decimals is 12,345. Throws `outOfRange` where the number has more
  /// decimals than that or does not fit 64 bits: nothing is rounded in silence.
  public func scaled(decimals: Int) throws(WireFormatError) -> Int64? {
    switch self {
    case .integer(let value): try DecimalText.scaled(String(value), decimals: decimals)
    case .number(let number): try DecimalText.scaled(number.text, decimals: decimals)
    default: nil
    }
  }

  /// What sort of value this is, as an error message names it.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value in its shortest JSON form.
  public var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The value in its shortest JSON form, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// A double, or `null` where it is not finite.
  public static func double(_ value: Double) -> JSONValue {
    JSONNumber(value).map(JSONValue.number) ?? .null
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `nil` is `null`.
  public init(nilLiteral: ()) { self = .null }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A number with a fraction.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// An object with the members in the order written; the last of equal keys counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
}
