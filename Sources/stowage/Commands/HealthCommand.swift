import Appliance
import ArgumentParser
import WireFormat

/// `stowage health`: exits 0 HEALTHY, 1 DEGRADED, 2 UNHEALTHY.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Show the box's health; exit 0, 1 or 2."
  )

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let session = try await Session(options)
    defer { session.close() }
    let answer = try session.send(GatewayCall(.get, "/api/v1/health"))
    session.show(answer) { answer in
      Terminal.say(answer.shown("status"))
      var table = TextTable(["check", "kind", "status", "words"])
      table.add(answer["checks"]?.array ?? [], ["name", "kind", "status", "words"])
      table.show()
    }
    switch answer.shown("status") {
    case "HEALTHY": return
    case "DEGRADED": throw ExitCode(1)
    default: throw ExitCode(2)
    }
  }
}
