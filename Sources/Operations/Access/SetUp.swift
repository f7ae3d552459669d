import Warehouse
import WireFormat

/// Makes the first admin with the code that the first start printed, pairs the browser that it was
/// opened in, and signs the admin in there.
public struct SetUp: Sendable {
  /// What came of it.
  public struct Outcome: Sendable, JSONDocument {
    /// The browser, paired.
    public var paired: PairDevice.Outcome
    /// The admin's session in it.
    public var opened: OpenSession.Outcome

    /// Writes the session.
    public func write(to writer: inout JSONWriter) { opened.write(to: &writer) }
  }

  private let desk: AccessDesk

  /// Stands on the desk.
  public init(_ desk: AccessDesk) {
    self.desk = desk
  }

  /// Uses the code up; a wrong, used or old one is `unauthorized`.
  public func callAsFunction(_ document: JSONValue) throws -> Outcome {
    let body = try DocumentReader(document)
    let code = body.text("code", isRequired: true) ?? ""
    let badge = body.code("badge", isRequired: true) ?? ""
    let name = body.text("name", isRequired: true) ?? ""
    let pin = body.pin("pin", isRequired: true) ?? ""
    try body.finish()
    let environment = desk.environment
    let digest = desk.secrets.keyed(Array("setup:\(code)".utf8))
    let now = environment.now()
    let hash = try desk.secrets.hashPIN(pin)
    let token = SecretText.token(desk.secrets)
    let tokenDigest = SecretText.digest(token, desk.secrets)
    let (personID, deviceID) = (environment.newID(), environment.newID())
    let scope = desk.facility.acting(as: "operator:\(badge)")
    let made = try environment.store.write(scope) { transaction in
      guard let good = try transaction.useCode(digest: digest, .setup, at: now) else {
        throw Self.refused
      }
      let person = try transaction.addOperator(
        OperatorAccount(
          id: OperatorID(0),
          publicID: personID,
          tenant: good.tenant,
          others: good.others,
          badge: badge,
          name: name,
          roles: [.admin, .supervisor],
          pinHash: hash,
          isActive: true
        ),
        at: now
      )
      let device = try transaction.addDevice(
        PairedDevice(
          id: DeviceID(0),
          publicID: deviceID,
          tenant: good.tenant,
          others: good.others,
          name: "Browser of \(badge) \(deviceID.text.suffix(4))".cut(to: Limits.codeLength),
          kind: .browser,
          pairedAt: now
        ),
        tokenDigest: tokenDigest,
        at: now
      )
      return (person, device, try OwnerCodes.read(transaction))
    }
    let (person, device, owners) = made
    let home = TenantScope(home: device.tenant, others: device.others)
    let opened = try OpenSession(desk).open(person, at: device, home, now)
    let view = DeviceView(device, owners: owners)
    return Outcome(paired: PairDevice.Outcome(device: view, token: token), opened: opened)
  }

  private static let refused = Failure(
    .unauthorized,
    "This link is not good any more: it was used, is over, or there is an admin already.",
    hint: "Start the appliance again for a new link, or use `stowage operator` on the box.",
    context: ["reason": "bad_code"]
  )
}

extension String {
  fileprivate func cut(to length: Int) -> String { String(prefix(length)) }
}
