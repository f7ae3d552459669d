/// A key inside this facility's database; the tag keeps keys of different tables apart.
public struct Key<Tag>: RawRepresentable, Hashable, Comparable, Sendable {
  /// The row id.
  public var rawValue: Int64

  /// Makes a key from a row id.
  public init(rawValue: Int64) {
    self.rawValue = rawValue
  }

  /// Makes a key from a row id.
  public init(_ rawValue: Int64) {
    self.rawValue = rawValue
  }

  /// Keys compare as their row ids do.
  public static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// A UUID in its canonical lower-case form: the name of a thing outside this facility.
///
/// Version 7 (RFC 9562, section 5.7) where we make it, so that names sort by their time; any
/// version is accepted from clients, which must be able to make them offline.
public struct PublicID: Hashable, Sendable, CustomStringConvertible {
  /// The canonical text, 36 characters, lower case.
  public let text: String

  /// Reads a UUID in canonical form, upper or lower case; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return nil }
    var lower: [UInt8] = []
    lower.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      switch (index, byte) {
      case (8, 0x2D), (13, 0x2D), (18, 0x2D), (23, 0x2D): lower.append(byte)
      case (8, _), (13, _), (18, _), (23, _): return nil
      case (_, 0x30...0x39), (_, 0x61...0x66): lower.append(byte)
      case (_, 0x41...0x46): lower.append(byte + 0x20)
      default: return nil
      }
    }
    self.text = String(decoding: lower, as: UTF8.self)
  }

  /// Makes a version 7 UUID from a moment and 74 random bits (the rest of `random` is dropped).
  public init(at moment: Instant, random: (UInt64, UInt64)) {
    let ms = UInt64(bitPattern: moment.ms) & 0xFFFF_FFFF_FFFF
    let high = ms << 16 | 0x7000 | (random.0 & 0x0FFF)
    let low = 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(36)
    for nibble in 0..<32 {
      if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { bytes.append(0x2D) }
      let word = nibble < 16 ? high : low
      bytes.append(digits[Int(word >> UInt64((15 - nibble % 16) * 4) & 0xF)])
    }
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  /// The canonical text.
  public var description: String { text }
}
