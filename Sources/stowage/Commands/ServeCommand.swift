import Appliance
import ArgumentParser

/// `stowage serve`: runs the appliance until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the appliance until it is told to stop (SIGTERM)."
  )

  @OptionGroup var options: GlobalOptions

  @Option(name: .long, help: "The port to listen on; 0 lets the system choose.")
  var port: Int?

  @Option(name: .long, help: "The address to listen on; beyond 127.0.0.1 by TLS, see http.bind.")
  var bind: String?

  @Option(name: .long, help: "The hub's address, for example http://127.0.0.1:8481.")
  var hub: String?

  func run() async throws {
    var flags: [String: String] = [:]
    if let port { flags["http.port"] = String(port) }
    if let bind { flags["http.bind"] = bind }
    if let hub { flags["sync.url"] = hub }
    let settings = try await options.settings(flags)
    do {
      try await ApplianceRun(settings: settings).untilStopped { address, link in
        Terminal.say("stowage: serving \(settings.dataDirectory) on \(address)")
        guard let link else { return }
        Terminal.say("stowage: nobody may sign in yet; this link makes the first admin, once:")
        Terminal.say("stowage:   \(link)")
      }
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
  }
}
