/// The check digit of all GS1 keys made of digits: modulo 10 with weights 3 and 1.
///
/// The weights alternate from the right, beginning with 3, so that GTIN-8, -12, -13, -14, SSCC
/// and GLN share one rule (GS1 General Specifications, section 7.9.1).
public enum CheckDigit {
  /// The digit that completes `digits`, or nil where they are none.
  public static func of(_ digits: some StringProtocol) -> Int? {
    let bytes = Array(digits.utf8)
    guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    var sum = 0
    for (index, byte) in bytes.reversed().enumerated() {
      sum += Int(byte - 0x30) * (index % 2 == 0 ? 3 : 1)
    }
    return (10 - sum % 10) % 10
  }

  /// Whether the last digit of `key` is the one that the others ask for.
  public static func isRight(_ key: some StringProtocol) -> Bool {
    guard let last = key.last, let digit = last.wholeNumberValue, last.isASCII else { return false }
    return of(key.dropLast()) == digit
  }
}
