extension JSONWriter {
  /// Writes a member of text.
  public mutating func member(_ key: String, _ text: String) {
    self.key(key)
    value(text)
  }

  /// Writes a member of text, or `null`.
  public mutating func member(_ key: String, _ text: String?) {
    self.key(key)
    if let text { value(text) } else { null() }
  }

  /// Writes a member of a whole number.
  public mutating func member(_ key: String, _ number: some FixedWidthInteger) {
    self.key(key)
    value(number)
  }

  /// Writes a member of a whole number, or `null`.
  public mutating func member(_ key: String, _ number: (some FixedWidthInteger)?) {
    self.key(key)
    if let number { value(number) } else { null() }
  }

  /// Writes a member of a double; `null` where there is none or it is not finite.
  public mutating func member(_ key: String, _ number: Double?) {
    self.key(key)
    if let number { value(number) } else { null() }
  }

  /// Writes a member of a truth value.
  public mutating func member(_ key: String, _ flag: Bool) {
    self.key(key)
    value(flag)
  }

  /// Writes a member of any value.
  public mutating func member(_ key: String, _ json: JSONValue) {
    self.key(key)
    value(json)
  }

  /// Writes a member that is `scaled` divided by ten to the power of `decimals`, or `null`.
  public mutating func member(_ key: String, decimal scaled: Int64?, decimals: Int) {
    self.key(key)
    if let scaled { decimal(scaled, decimals: decimals) } else { null() }
  }

  /// Writes a member that is a moment as RFC 3339 text, or `null`.
  public mutating func member(_ key: String, ms: Int64?) {
    self.key(key)
    if let ms { timestamp(ms: ms) } else { null() }
  }

  /// Writes a member that is an object.
  public mutating func object<Failure: Error>(
    _ key: String,
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    self.key(key)
    try object(body)
  }

  /// Writes a member that is an array.
  public mutating func array<Failure: Error>(
    _ key: String,
    _ body: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    self.key(key)
    try array(body)
  }

  /// Writes a member that is a list of texts.
  public mutating func member(_ key: String, _ texts: [String]) {
    array(key) { writer in for text in texts { writer.value(text) } }
  }
}
