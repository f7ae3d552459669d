import Crypto
import Foundation
import HubCore
import Operations
import Storage
import Synchronization
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import Appliance

/// A box that takes settings from head office, with a clock and a fitness that the test holds.
private final class Bed: Sendable {
  let scratch: Scratch
  let appliance: Appliance
  let inForce: SettingsInForce
  let desk: DirectiveDesk
  private let key: Curve25519.Signing.PrivateKey
  let faults = Mutex<[String]>([])
  let uptime = Mutex<Int64>(0)

  init(_ earlier: Bed? = nil, takesNone: Bool = false) throws {
    let scratch = try earlier?.scratch ?? Scratch()
    let key = earlier?.key ?? Curve25519.Signing.PrivateKey()
    var settings = ApplianceSettings()
    settings.dataDirectory = scratch.folder
    settings.facility.code = "PLANT-0"
    settings.facility.timeZone = "UTC"
    settings.logLevel = "error"
    if earlier == nil { _ = try Founding.create(settings) }
    let appliance = try Appliance(settings)
    let inForce = SettingsInForce(settings.operations)
    self.scratch = scratch
    self.key = key
    self.appliance = appliance
    self.inForce = inForce
    let source = Source()
    desk = DirectiveDesk(
      appliance.environment,
      scope: appliance.scope,
      facility: "PLANT-0",
      key: takesNone ? nil : Array(key.publicKey.rawRepresentation),
      inForce: inForce,
      unfit: { source.bed?.faults.withLock { $0 } ?? [] },
      uptimeMS: { source.bed?.uptime.withLock { $0 } ?? 0 }
    )
    source.hold(self)
    desk.resume()
  }

  /// Lends the bed to closures that are made before it.
  private final class Source: Sendable {
    private let held = Mutex<Weak>(Weak())
    private struct Weak { weak var bed: Bed? }
    var bed: Bed? { held.withLock { $0.bed } }
    func hold(_ bed: Bed) { held.withLock { $0.bed = bed } }
  }

  func directive(
    _ version: Int64,
    _ document: String,
    facility: String = "PLANT-0"
  ) throws -> Directive {
    let message = Directive.signed(facility: facility, version: version, document: document)
    let signature = try key.signature(for: Data(message))
    return Directive(version: version, document: document, signature: Array(signature))
  }

  func take(_ version: Int64, _ document: String) throws {
    desk.take(try directive(version, document))
  }

  var states: [String] {
    get throws {
      let rows = try desk.rows()["rows"]?.array ?? []
      return rows.map { "\($0["version"]?.integer ?? 0) \($0["state"]?.string ?? "")" }
    }
  }

  var budget: Int { inForce.value.putaway.planBudgetMS }

  /// Looks so many times, some seconds apart.
  func look(_ times: Int) {
    for _ in 0..<times {
      uptime.withLock { $0 += 5_000 }
      desk.look()
    }
  }
}

@Suite("Settings that head office hands down")
struct DirectiveTests {
  private static let first = #"{"settings":{"putaway.plan-budget-ms":111}}"#
  private static let second =
    #"{"settings":{"putaway.plan-budget-ms":222},"flags":{"cross-dock":false}}"#

  @Test("Signed settings are in force at once, and after a restart; an older version never again")
  func adopted() throws {
    let bed = try Bed()
    #expect(bed.budget == 250)
    try bed.take(1, Self.first)
    #expect(bed.budget == 111)
    try bed.take(3, Self.second)
    #expect(bed.budget == 222 && !bed.inForce.value.flags.crossDock)
    #expect(bed.inForce.value.flags.congestion)
    try bed.take(2, Self.first)
    try bed.take(3, Self.first)
    #expect(bed.budget == 222)
    #expect(try bed.states == ["3 ACTIVE", "1 SUPERSEDED"])
    bed.appliance.close()
    let next = try Bed(bed)
    defer { next.appliance.close() }
    #expect(next.budget == 222 && next.desk.version == 3)
    let log = try next.appliance.store.read(next.appliance.scope) {
      try $0.auditRecords(PageRequest(limit: 10)).rows
    }
    #expect(log.filter { $0.action == "settings.directed" }.count == 2)
  }

  @Test("What is forged, for another facility or changed on the way leaves everything as it was")
  func forged() throws {
    let bed = try Bed()
    defer { bed.appliance.close() }
    try bed.take(1, Self.first)
    bed.desk.take(try bed.directive(2, Self.second, facility: "PLANT-1"))
    var changed = try bed.directive(2, Self.first)
    changed.document = Self.second
    bed.desk.take(changed)
    var newer = try bed.directive(2, Self.second)
    newer.version = 9
    bed.desk.take(newer)
    #expect(bed.budget == 111)
    // Nothing of it is kept: a forged number must not shut out the true one.
    #expect(try bed.states == ["1 ACTIVE"])
    try bed.take(2, Self.second)
    #expect(bed.budget == 222)
  }

  @Test(
    "Settings that cannot be used are refused as a whole, with the reason, and shown",
    arguments: [
      (#"{"settings":{"putaway.plan-budget-ms":-1,"classes.share-a":0.7}}"#, "plan-budget-ms"),
      (#"{"settings":{"putaway.plan-budget":100}}"#, "did you mean putaway.plan-budget-ms?"),
      (#"{"settings":{"http.bind":"0.0.0.0"}}"#, "is set at the site only"),
      (#"{"settings":{"putaway.compatible-hazards":"3+8"}}"#, "is set at the site only"),
      (#"{"settings":{"putaway.plan-budget-ms":true}}"#, "must be a whole number"),
      (#"{"flags":{"cross-dock":"perhaps"}}"#, "must be true or false"),
      (#"{"limits":{}}"#, "limits"), (#"{"flags":[]}"#, "flags"), ("{]}", "no JSON object"),
    ]
  )
  func refused(document: String, word: String) throws {
    let bed = try Bed()
    defer { bed.appliance.close() }
    try bed.take(1, Self.first)
    let before = bed.inForce.value
    try bed.take(2, document)
    #expect(bed.inForce.value == before)
    #expect(try bed.states == ["2 REFUSED", "1 ACTIVE"])
    let reason = try bed.desk.rows()["rows"]?[0]?["reason"]?.string ?? ""
    #expect(reason.contains(word), "\(reason)")
  }

  @Test("They are taken back when the box is no longer fit, but not for one bad look")
  func takenBack() throws {
    let bed = try Bed()
    try bed.take(1, Self.first)
    bed.look(130)
    try bed.take(2, Self.second)
    bed.faults.withLock { $0 = ["disk"] }
    bed.look(2)
    bed.faults.withLock { $0 = [] }
    bed.look(1)
    bed.faults.withLock { $0 = ["disk"] }
    bed.look(2)
    #expect(bed.budget == 222)
    bed.look(1)
    #expect(bed.budget == 111 && bed.desk.version == 1)
    #expect(try bed.states == ["2 ROLLED_BACK", "1 ACTIVE"])
    // The same version stays away; the next one comes once the box is fit.
    try bed.take(2, Self.second)
    try bed.take(3, Self.second)
    #expect(bed.budget == 111)
    bed.faults.withLock { $0 = [] }
    try bed.take(3, Self.second)
    #expect(bed.budget == 222)
    bed.appliance.close()
    let next = try Bed(bed)
    defer { next.appliance.close() }
    #expect(next.budget == 222)
  }

  @Test("After the trial they stay, whatever happens; the first ones give way to the configuration")
  func trial() throws {
    let bed = try Bed()
    defer { bed.appliance.close() }
    try bed.take(1, Self.first)
    bed.faults.withLock { $0 = ["integrity"] }
    bed.look(3)
    #expect(bed.budget == 250 && bed.desk.version == 0)
    #expect(try bed.states == ["1 ROLLED_BACK"])
    bed.faults.withLock { $0 = [] }
    try bed.take(2, Self.second)
    bed.uptime.withLock { $0 += Limits.directiveTrialS * 1_000 }
    bed.look(1)
    bed.faults.withLock { $0 = ["integrity"] }
    bed.look(5)
    #expect(bed.budget == 222)
    #expect(try bed.states == ["2 ACTIVE", "1 ROLLED_BACK"])
  }

  @Test("A box without head office's key takes nothing")
  func noKey() throws {
    let bed = try Bed(takesNone: true)
    defer { bed.appliance.close() }
    try bed.take(1, Self.first)
    #expect(bed.budget == 250)
    #expect(try bed.states == [])
  }

  @Test("What stowage-hub signs, the box takes; one byte more than the limit it does not sign")
  func signedByHub() throws {
    let scratch = try Scratch()
    let file = DirectiveFile(folder: scratch.folder)
    let (secret, open) = DirectiveFile.makeKey()
    let size = Limits.directedSettingsBytes
    let frame = #"{"flags":{}}"#
    let most = frame + String(repeating: " ", count: size - frame.utf8.count)
    #expect(try file.set(most, for: "PLANT-0", secret: secret) == 1)
    #expect(throws: Failure.self) { try file.set(most + " ", for: "PLANT-0", secret: secret) }
    #expect(throws: Failure.self) { try file.set("[]", for: "PLANT-0", secret: secret) }
    #expect(throws: Failure.self) { try file.set(frame, for: "PLANT-0", secret: "x") }
    #expect(try file.set(frame, for: "PLANT-0", secret: secret) == 2)
    let text = try #require(scratch.read("settings.json"))
    let kept = try JSONReader.parse(text)["orders"]?[0]?["settings"]
    let signature = try #require(Data(base64Encoded: kept?["signature"]?.string ?? ""))
    let directive = Directive(version: 2, document: frame, signature: Array(signature))
    let key = Array(try #require(Data(base64Encoded: open)))
    #expect(directive.isGenuine(for: "PLANT-0", key: key))
    #expect(!directive.isGenuine(for: "PLANT-1", key: key))
  }
}
