import Appliance
import ArgumentParser
import WireFormat

/// `stowage owner`: whose goods lie here.
struct OwnerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "owner",
    abstract: "List the owners of the goods, or add one.",
    discussion: "People and tokens see the owners that they were given, and nothing of others.",
    subcommands: [List.self, Add.self]
  )

  /// `stowage owner list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the owners.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/admin/owners"))
      session.show(answer) {
        for row in $0["rows"]?.array ?? [] { Terminal.say(row.shown("code")) }
      }
    }
  }

  /// `stowage owner add CODE`.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add an owner; it stays for good.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "A short code.") var code: String
    @Option(name: .long, help: "What people call it.") var name: String?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var members: [(String, JSONValue)] = [("code", .string(code))]
      if let name { members.append(("name", .string(name))) }
      let answer = try session.send(.post("/admin/owners", members))
      session.show(answer) { _ in Terminal.say("\(code): added") }
    }
  }
}

/// Owners as an option names them.
enum OwnerList {
  /// The codes between commas as a JSON list.
  static func json(_ text: String) -> JSONValue {
    .array(text.split(separator: ",").map { .string(String($0)) })
  }
}
