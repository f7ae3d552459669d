/// Rules for the codes that people type and scanners read: materials, locations, lots, orders.
public enum Code {
  /// Why `text` is no usable code, or nil where it is one.
  ///
  /// Codes are kept as they are given. They must not be empty, longer than `Limits.codeLength`,
  /// begin or end with a space, or hold control characters (a scanner's group separator among
  /// them), because such a code can never be scanned back.
  public static func fault(in text: String) -> String? {
    if text.isEmpty { return "must not be empty" }
    if text.count > Limits.codeLength {
      return "must have at most \(Limits.codeLength) characters, has \(text.count)"
    }
    if text.first == " " || text.last == " " { return "must not begin or end with a space" }
    for scalar in text.unicodeScalars where scalar.value < 0x20 || scalar.value == 0x7F {
      return "must not hold control characters"
    }
    return nil
  }
}
