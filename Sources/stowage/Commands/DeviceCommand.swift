import Appliance
import ArgumentParser
import WireFormat

/// `stowage device`: handhelds, terminals and browsers that may speak to the box.
struct DeviceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "List paired devices, make a code for a new one, or turn one away.",
    subcommands: [List.self, Pair.self, Revoke.self]
  )

  /// `stowage device list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List paired devices.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/api/v1/devices?limit=1000"))
      session.show(answer) { answer in
        let keys = ["id", "name", "kind", "scopes", "last_seen_at", "revoked_at"]
        var table = TextTable(keys)
        table.add(answer["rows"]?.array ?? [], keys)
        table.show()
      }
    }
  }

  /// `stowage device pair`.
  struct Pair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a code that pairs one device, once, within ten minutes."
    )
    @OptionGroup var options: GlobalOptions
    @Option(name: .long, help: "HANDHELD, STATION, BROWSER or SCRIPT; left out: any but SCRIPT.")
    var kind: String?
    @Option(name: .long, help: "Codes of owners, separated by commas, the own one first.")
    var owners: String?
    @Option(name: .long, help: "The address at which devices reach the box, for the link.")
    var address: String?
    @Flag(name: .long, help: "Show the link as a QR code too.") var qr = false

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var members: [(String, JSONValue)] = []
      if let kind { members.append(("kind", .string(kind))) }
      if let owners { members.append(("tenants", OwnerList.json(owners))) }
      let answer = try session.send(.post("/api/v1/devices/pairing-codes", members))
      session.show(answer) { answer in
        let code = answer.shown("code")
        Terminal.say("code: \(code), good for one device until \(answer.shown("expires_at"))")
        let link = address.map { "\($0)/pair#\(code)" } ?? answer.shown("link")
        Terminal.say("link: \(link)")
        if qr { for line in LinkLines.of(link) { Terminal.say(line) } }
      }
    }
  }

  /// `stowage device revoke ID`.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Turn a device away, at once.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The device's id, as list shows it.") var id: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let path = "/api/v1/devices/\(GatewayCall.segment(id))"
      let answer = try session.send(GatewayCall(.delete, path))
      session.show(answer) { Terminal.say("\($0.shown("name")): turned away") }
    }
  }
}
