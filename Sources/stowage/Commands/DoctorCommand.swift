import Appliance
import ArgumentParser
import WireFormat

/// `stowage doctor`: explains every unit of stock from the ledger, and says what is wrong.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the books: ledger against stock, cache against stock, integrity."
  )

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let session = try await Session(options)
    defer { session.close() }
    let answer = try session.send(GatewayCall(.get, "/admin/doctor"))
    session.show(answer) { answer in
      for check in answer["checks"]?.array ?? [] {
        Terminal.say("\(check.shown("status"))  \(check.shown("name")): \(check.shown("words"))")
        for finding in check["findings"]?.array ?? [] {
          Terminal.say("      \(finding.string ?? finding.text)")
        }
      }
    }
    if (answer["findings"]?.integer ?? 0) > 0 { throw ExitCode(1) }
  }
}
