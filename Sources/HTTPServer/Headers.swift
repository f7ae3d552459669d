/// Header fields in the order they came, looked up without regard to case, several per name.
public struct Headers: Sendable, Equatable {
  /// One field line.
  public struct Field: Sendable, Equatable {
    /// The name as it was written.
    public var name: String
    /// The value without surrounding white space.
    public var value: String

    /// Makes a field from its name and value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The field lines in their order.
  public private(set) var fields: [Field]

  /// Starts from pairs of name and value.
  public init(_ pairs: [(String, String)] = []) {
    self.fields = pairs.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value under a name, nil where there is none; setting replaces every one.
  public subscript(name: String) -> String? {
    get { fields.first { Self.same($0.name, name) }?.value }
    set {
      fields.removeAll { Self.same($0.name, name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }

  /// The first value under a name and how many lines have it; nothing is copied for that.
  func first(_ name: String) -> (value: String?, count: Int) {
    var found: (value: String?, count: Int) = (nil, 0)
    for index in fields.indices where Self.same(fields[index].name, name) {
      if found.count == 0 { found.value = fields[index].value }
      found.count += 1
    }
    return found
  }

  /// Every value under a name, in order.
  public func all(_ name: String) -> [String] {
    fields.filter { Self.same($0.name, name) }.map(\.value)
  }

  /// The comma-separated members of every line of a list field, trimmed, without empty ones.
  public func list(_ name: String) -> [Substring] {
    fields.filter { Self.same($0.name, name) }
      .flatMap { $0.value.split(separator: ",") }
      .map { $0.trimmed }
      .filter { !$0.isEmpty }
  }

  /// Adds a line and keeps those of the same name.
  public mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Whether two ASCII names are the same but for case.
  static func same(_ left: String, _ right: String) -> Bool {
    // Nearly all pairs differ in this, and it costs nothing to know.
    guard left.utf8.count == right.utf8.count else { return false }
    var mine = left
    var other = right
    return mine.withUTF8 { mine in
      other.withUTF8 { other in
        for index in mine.indices where mine[index].lowered != other[index].lowered {
          return false
        }
        return true
      }
    }
  }
}

extension Headers: ExpressibleByDictionaryLiteral {
  /// Reads `["Allow": "GET"]`.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements)
  }
}

extension UInt8 {
  /// The byte in lower case, if it is an ASCII letter.
  var lowered: UInt8 { self >= 65 && self <= 90 ? self | 0x20 : self }
}

extension StringProtocol {
  /// The text without spaces and tabs around it.
  var trimmed: SubSequence {
    let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
    let tail = self[start...]
    guard let last = tail.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return tail }
    return tail[...last]
  }
}
