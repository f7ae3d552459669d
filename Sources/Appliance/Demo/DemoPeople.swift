import Foundation
import Operations
import Warehouse
import WireFormat

/// The people of a demo plant, and a token to try the API with.
///
/// Their PINs and the token are random in every plant and stand in two files of its folder that
/// only its owner can read: also a demo has no password that everybody knows.
struct DemoPeople {
  private static let crew: [(badge: String, name: String, roles: [String])] = [
    ("D-1", "Dora, supervisor and admin", ["admin", "supervisor"]),
    ("R-1", "Rick, receiver", ["scanner"]),
    ("S-1", "Sue, at the station", ["station"]),
  ]

  private let appliance: Appliance

  init(_ appliance: Appliance) {
    self.appliance = appliance
  }

  /// Adds the people and the token, and writes the two files.
  func settle(in directory: String) throws {
    let desk = appliance.access
    var sheet = "badge  PIN     who\n"
    for person in Self.crew {
      let pin = SystemRandom.pin(digits: 6)
      let document: JSONValue = [
        "badge": .string(person.badge), "name": .string(person.name), "pin": .string(pin),
        "roles": .array(person.roles.map { .string($0) }),
      ]
      let request = SaveOperator.Request(document: document, mayTakeLastAdmin: true)
      _ = try SaveOperator(desk)(request, scope: appliance.scope)
      sheet += "\(person.badge)    \(pin)  \(person.name)\n"
    }
    let secret = SecretText.token(desk.secrets)
    let document: JSONValue = ["name": "demo", "scopes": ["admin", "supervisor"]]
    _ = try IssueToken(desk)(.init(document: document, secret: secret), scope: appliance.scope)
    try Self.write(sheet, to: directory + "/demo-people.txt")
    try Self.write(secret + "\n", to: directory + "/demo-token")
  }

  private static func write(_ text: String, to path: String) throws {
    let isWritten = FileManager.default.createFile(
      atPath: path,
      contents: Data(text.utf8),
      attributes: [.posixPermissions: 0o600]
    )
    guard isWritten else { throw Failure(.unusable, "\(path) cannot be written.") }
  }
}
