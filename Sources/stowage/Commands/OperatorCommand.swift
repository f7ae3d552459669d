import Appliance
import ArgumentParser
import WireFormat

/// `stowage operator`: the people who may sign in.
struct OperatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operator",
    abstract: "List the people who may sign in, add one, or change one.",
    subcommands: [List.self, Set.self]
  )

  /// `stowage operator list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List people and their roles.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/api/v1/operators?limit=1000"))
      session.show(answer) { answer in
        let keys = ["badge", "name", "roles", "has_pin", "active", "locked_until"]
        var table = TextTable(keys)
        table.add(answer["rows"]?.array ?? [], keys)
        table.show()
      }
    }
  }

  /// `stowage operator set BADGE`.
  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a person, or change the one with that badge.",
      discussion: "What is not named stays as it is. Each change signs the person out everywhere."
    )
    @OptionGroup var options: GlobalOptions
    @Argument(help: "What stands on the badge.") var badge: String
    @Option(name: .long, help: "What colleagues call the person.") var name: String?
    @Option(name: .long, help: "Roles, separated by commas: scanner,station,supervisor,admin.")
    var roles: String?
    @Option(name: .long, help: "Codes of owners, separated by commas, the own one first.")
    var owners: String?
    @Flag(name: .long, help: "Make a new PIN of six digits and print it, once.")
    var newPin = false
    @Flag(name: .long, help: "Read the PIN from standard input.")
    var pinFromStdin = false
    @Flag(inversion: .prefixedNo, help: "Whether the person may sign in.")
    var active: Bool?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var members: [(String, JSONValue)] = [("badge", .string(badge))]
      if let name { members.append(("name", .string(name))) }
      if let roles {
        members.append(("roles", .array(roles.split(separator: ",").map { .string(String($0)) })))
      }
      if let owners { members.append(("tenants", OwnerList.json(owners))) }
      var pin: String?
      if newPin { pin = NewPin.digits(6) }
      if pinFromStdin { pin = readLine() ?? "" }
      if let pin { members.append(("pin", .string(pin))) }
      if let active { members.append(("active", .bool(active))) }
      var answer = try session.send(.post("/api/v1/operators", members))
      if newPin, let pin, var object = answer.object {
        object["pin"] = .string(pin)
        answer = .object(object)
      }
      session.show(answer) { answer in
        Terminal.say("\(answer.shown("badge")): \(answer.shown("name"))")
        if newPin { Terminal.say("PIN: \(answer.shown("pin"))") }
      }
    }
  }
}
