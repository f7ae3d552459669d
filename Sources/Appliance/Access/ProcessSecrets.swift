import API
import Crypto
import Foundation
import Operations
import Warehouse

/// The cryptography of this process, for the use cases of rights.
enum ProcessSecrets {
  /// PINs are hashed a few at a time in the whole process, whoever asks.
  private static let turns = Turnstile(
    atWork: Limits.pinHashesAtWork,
    waiting: Limits.pinHashesWaiting,
    message: "Too many people are signing in at the moment."
  )

  static func make(pepperPath: String) throws -> Secrets {
    let pepper = try Pepper(path: pepperPath)
    let pins = PinHash(pepper, turns: turns)
    return Secrets(
      random: { Array(SystemRandom.bytes($0)) },
      sha256: { Array(SHA256.hash(data: $0)) },
      keyed: { pepper.keyed($0) },
      hashPIN: { try pins.hash($0) },
      verifyPIN: { try pins.verify($0, $1) }
    )
  }
}
