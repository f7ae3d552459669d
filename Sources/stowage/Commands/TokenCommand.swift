import Appliance
import ArgumentParser
import WireFormat

/// `stowage token`: what programs show instead of a badge and a PIN.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "List the tokens of programs, make one, or withdraw one.",
    subcommands: [List.self, Add.self, Revoke.self]
  )

  /// `stowage token list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List tokens; never their secrets.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/api/v1/tokens?limit=1000"))
      session.show(answer) { answer in
        let keys = ["id", "name", "scopes", "expires_at", "last_used_at", "revoked_at"]
        var table = TextTable(keys)
        table.add(answer["rows"]?.array ?? [], keys)
        table.show()
      }
    }
  }

  /// `stowage token add NAME SCOPE...`.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token and print it, once."
    )
    @OptionGroup var options: GlobalOptions
    @Argument(help: "What people call it, for example prometheus.") var name: String
    @Argument(help: "What it may do: scanner, station, supervisor, admin, metrics, integration.")
    var scopes: [String]
    @Option(name: .long, help: "Codes of owners, separated by commas, the own one first.")
    var owners: String?
    @Option(name: .long, help: "After how many days it ends; left out: never.")
    var days: Int?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var members: [(String, JSONValue)] = [
        ("name", .string(name)), ("scopes", .array(scopes.map { .string($0) })),
      ]
      if let owners { members.append(("tenants", OwnerList.json(owners))) }
      if let days { members.append(("days", .integer(Int64(days)))) }
      let answer = try session.send(.post("/api/v1/tokens", members))
      session.show(answer) { Terminal.say($0.shown("secret")) }
    }
  }

  /// `stowage token revoke ID`.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Withdraw a token, at once.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The token's id, as list shows it.") var id: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let path = "/api/v1/tokens/\(GatewayCall.segment(id))"
      let answer = try session.send(GatewayCall(.delete, path))
      session.show(answer) { Terminal.say("\($0.shown("name")): withdrawn") }
    }
  }
}
