import Crypto
import Foundation
import Warehouse
import WireFormat

/// Settings and flags that head office hands to a facility with its acknowledgement.
///
/// The signature covers facility, version and document, so that nobody on the way can change
/// them, hand them to another facility, or bring an older version back.
public struct Directive: Sendable, Equatable {
  /// Grows with each change at head office.
  public var version: Int64
  /// The settings, a JSON object as text: exactly what was signed.
  public var document: String
  /// The Ed25519 signature, 64 bytes.
  public var signature: [UInt8]

  /// Makes a directive.
  public init(version: Int64, document: String, signature: [UInt8]) {
    self.version = version
    self.document = document
    self.signature = signature
  }

  /// Reads the `settings` member of an acknowledgement; nil where it is none.
  init?(_ value: JSONValue) {
    guard let version = value["version"]?.integer, version > 0,
      let document = value["document"]?.string,
      document.utf8.count <= Limits.directedSettingsBytes,
      let signature = value["signature"]?.string.flatMap({ Data(base64Encoded: $0) }),
      signature.count == 64
    else { return nil }
    self.init(version: version, document: document, signature: Array(signature))
  }

  /// The bytes that are signed: a purpose, the facility, the version and the document.
  public static func signed(facility: String, version: Int64, document: String) -> [UInt8] {
    Array("stowage-settings-1\n\(facility)\n\(version)\n\(document)".utf8)
  }

  /// Whether head office signed this for that facility; `key` is its Ed25519 public key, 32 bytes.
  public func isGenuine(for facility: String, key: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(key)) else {
      return false
    }
    let message = Self.signed(facility: facility, version: version, document: document)
    return key.isValidSignature(Data(signature), for: Data(message))
  }
}
