import API
import Crypto
import CryptoExtras
import Foundation
import Warehouse

/// The slow hashes of PINs: scrypt (RFC 7914) over the PIN under the pepper.
///
/// N = 2^14, r = 8, p = 1: 16 MiB and some 50 ms of a core each, so that a stolen database with its
/// pepper still costs an attacker days for one person's six digits. The costs stand in each hash,
/// so that later ones can be higher.
struct PinHash: Sendable {
  private static let logRounds = 14
  private static let blockSize = 8
  private static let bytes = 32

  private let pepper: Pepper
  private let turns: Turnstile

  init(_ pepper: Pepper, turns: Turnstile) {
    self.pepper = pepper
    self.turns = turns
  }

  /// The hash of a PIN with a new salt: `scrypt$log2(N)$r$p$salt$hash`.
  func hash(_ pin: String) throws -> String {
    let salt = SystemRandom.bytes(16)
    let hash = try derive(pin, salt, Self.logRounds, Self.blockSize, 1)
    return "scrypt$\(Self.logRounds)$\(Self.blockSize)$1$\(salt.base64EncodedString())"
      + "$\(hash.base64EncodedString())"
  }

  /// Whether a PIN is that of a hash; nil takes as long, and is never right.
  func verify(_ pin: String, _ text: String?) throws -> Bool {
    let parts = (text ?? Self.nobody).split(separator: "$").map(String.init)
    guard parts.count == 6, parts[0] == "scrypt", let logRounds = Int(parts[1]),
      let blockSize = Int(parts[2]), let lanes = Int(parts[3]),
      (10...20).contains(logRounds), (1...32).contains(blockSize), (1...8).contains(lanes),
      let salt = Data(base64Encoded: parts[4]), let wanted = Data(base64Encoded: parts[5])
    else { throw Failure(.unusable, "The database holds a PIN hash of an unknown kind.") }
    let found = try derive(pin, salt, logRounds, blockSize, lanes)
    guard found.count == wanted.count else { return false }
    let isSame = zip(found, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    return isSame && text != nil
  }

  /// What a badge that nobody has is compared with.
  private static let nobody =
    "scrypt$\(logRounds)$\(blockSize)$1$AAAAAAAAAAAAAAAAAAAAAA==$"
    + Data(repeating: 0, count: bytes).base64EncodedString()

  private func derive(
    _ pin: String,
    _ salt: Data,
    _ logRounds: Int,
    _ blockSize: Int,
    _ lanes: Int
  ) throws -> Data {
    let peppered = pepper.keyed(Array("pin:\(pin)".utf8))
    return try turns.take {
      let key = try KDF.Scrypt.deriveKey(
        from: peppered,
        salt: salt,
        outputByteCount: Self.bytes,
        rounds: 1 << logRounds,
        blockSize: blockSize,
        parallelism: lanes
      )
      return key.withUnsafeBytes { Data($0) }
    }
  }
}

/// Bytes that nobody can foretell, of the kernel.
enum SystemRandom {
  static func bytes(_ count: Int) -> Data {
    var generator = SystemRandomNumberGenerator()
    var data = Data(capacity: count + 8)
    while data.count < count {
      withUnsafeBytes(of: generator.next()) { data.append(contentsOf: $0) }
    }
    return data.prefix(count)
  }

  /// A PIN of so many digits that no rule refuses.
  static func pin(digits: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    while true {
      let pin = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
      if Set(pin).count > 3 { return pin }
    }
  }
}

/// PINs that the box makes itself.
public enum NewPin {
  /// So many random digits that make a usable PIN.
  public static func digits(_ count: Int) -> String { SystemRandom.pin(digits: count) }
}
