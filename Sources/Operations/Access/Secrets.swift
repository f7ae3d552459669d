import Warehouse

/// The cryptography that rights need, as the composition root provides it.
///
/// Operations knows no library of it: tests hand in cheap ones where the cost of a real one does
/// not matter.
public struct Secrets: Sendable {
  /// So many bytes that nobody can foretell.
  public let random: @Sendable (_ count: Int) -> [UInt8]
  /// SHA-256.
  public let sha256: @Sendable (_ bytes: [UInt8]) -> [UInt8]
  /// HMAC-SHA256 under the pepper, which lies beside the database and never in it.
  public let keyed: @Sendable (_ bytes: [UInt8]) -> [UInt8]
  /// The slow hash of a PIN, with a salt of its own; waits its turn, and fails with `overloaded`
  /// where too many wait.
  public let hashPIN: @Sendable (_ pin: String) throws -> String
  /// Whether a PIN is the one of that hash; no hash takes as long and is always wrong, so that a
  /// badge that nobody has cannot be told by the time.
  public let verifyPIN: @Sendable (_ pin: String, _ hash: String?) throws -> Bool

  /// Joins the functions.
  public init(
    random: @escaping @Sendable (_ count: Int) -> [UInt8],
    sha256: @escaping @Sendable (_ bytes: [UInt8]) -> [UInt8],
    keyed: @escaping @Sendable (_ bytes: [UInt8]) -> [UInt8],
    hashPIN: @escaping @Sendable (_ pin: String) throws -> String,
    verifyPIN: @escaping @Sendable (_ pin: String, _ hash: String?) throws -> Bool
  ) {
    self.random = random
    self.sha256 = sha256
    self.keyed = keyed
    self.hashPIN = hashPIN
    self.verifyPIN = verifyPIN
  }
}

/// The texts of secrets: tokens, sessions, pairing codes.
public enum SecretText {
  /// What tokens begin with, so that people and scanners of leaks know one when they see it.
  public static let tokenPrefix = "stw_"

  private static let base64 = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
  )
  /// Without I, L, O and U, which are mistaken for others (Crockford's base 32).
  private static let base32 = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// A new token of 256 random bits.
  public static func token(_ secrets: Secrets) -> String {
    tokenPrefix + base64URL(secrets.random(Limits.tokenBytes))
  }

  /// The digest under which a token or a session is kept.
  public static func digest(_ text: String, _ secrets: Secrets) -> [UInt8] {
    secrets.sha256(Array(text.utf8))
  }

  /// The token against forged requests that belongs to a session: whoever knows it has seen an
  /// answer of this server, which another site's page cannot.
  public static func csrf(of session: String, _ secrets: Secrets) -> String {
    base64URL(secrets.keyed(Array("csrf:\(session)".utf8)))
  }

  /// A new pairing code, without the dash that people read it with.
  public static func code(_ secrets: Secrets) -> String {
    let bytes = secrets.random(Limits.pairingCodeLength).map { base32[Int($0 & 31)] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A code as people read it: in two halves.
  public static func spaced(_ code: String) -> String {
    let half = code.count / 2
    return "\(code.prefix(half))-\(code.dropFirst(half))"
  }

  /// A code as somebody typed it: case, dashes and look-alikes do not count.
  public static func plain(_ typed: String) -> String {
    var code = ""
    for character in typed.uppercased() {
      switch character {
      case "-", " ": continue
      case "O": code.append("0")
      case "I", "L": code.append("1")
      default: code.append(character)
      }
    }
    return code
  }

  /// The digest under which a code is kept: it is short, so that a plain hash could be tried out.
  public static func digest(code: String, _ secrets: Secrets) -> [UInt8] {
    secrets.keyed(Array("code:\(plain(code))".utf8))
  }

  /// Bytes as text for addresses and headers (RFC 4648, section 5, without padding).
  public static func base64URL(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let group =
        UInt32(bytes[index]) << 16 | UInt32(left > 1 ? bytes[index + 1] : 0) << 8
        | UInt32(left > 2 ? bytes[index + 2] : 0)
      for place in 0..<min(4, left + 1) {
        text.append(base64[Int(group >> UInt32(18 - 6 * place) & 63)])
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// What a PIN must look like.
enum PinRule {
  /// Why a text is no usable PIN; nil where it is one.
  static func fault(in pin: String) -> String? {
    let digits = Array(pin.utf8)
    let range = Limits.pinDigitsLeast...Limits.pinDigitsMost
    guard range.contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else {
      return "must have \(range.lowerBound) to \(range.upperBound) digits"
    }
    let steps = Set(zip(digits, digits.dropFirst()).map { Int($1) - Int($0) })
    if steps.count == 1, let step = steps.first, (-1...1).contains(step) {
      return "must not be one digit repeated, nor digits that follow each other"
    }
    return nil
  }
}
