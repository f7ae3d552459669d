import Appliance
import ArgumentParser
import WireFormat

/// `stowage sync`: what has gone upstream, and what waits.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Show the state of the uplink, or send now.",
    subcommands: [Status.self, Run.self],
    defaultSubcommand: Status.self
  )

  /// `stowage sync status`.
  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what waits to be sent.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/admin/sync"))
      session.show(answer, text: SyncText.show)
    }
  }

  /// `stowage sync run`.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Aggregate the finished days and send everything that waits."
    )
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(.post("/admin/sync/run", []))
      session.show(answer, text: SyncText.show)
      if (answer["pending_batches"]?.integer ?? 0) > 0 { throw ExitCode(1) }
    }
  }
}

/// What the state of the uplink says to people.
private enum SyncText {
  static func show(_ answer: JSONValue) {
    for (key, value) in answer.members {
      Terminal.say("\(key): \(value.string ?? value.text)")
    }
  }
}
