import Appliance
import ArgumentParser
import Foundation
import WireFormat

/// `stowage sync`: what has gone upstream, and what waits.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Show the state of the uplink, send now, check, carry by hand.",
    subcommands: [
      Status.self, Run.self, Verify.self, Export.self, Requeue.self, Letters.self, Handed.self,
    ],
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
      let waiting = ["pending_batches", "unbatched_events"].reduce(0 as Int64) {
        $0 + (answer[$1]?.integer ?? 0)
      }
      if answer["configured"]?.bool == true, waiting > 0 { throw ExitCode(1) }
    }
  }
}

extension SyncCommand {
  /// `stowage sync verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the kept batches, and our books against the hub's."
    )
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/admin/sync/verify"))
      session.show(answer, text: SyncText.show)
      if answer["sound"]?.bool != true { throw ExitCode(1) }
    }
  }

  /// `stowage sync export FILE`.
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write what waits into a file, to be carried to the hub by hand.",
      discussion: """
        `stowage-hub load FILE` takes it. Nothing counts as acknowledged before the hub says so \
        over the line: the file may be written again, and loaded twice.
        """
    )
    @OptionGroup var options: GlobalOptions
    @Flag(help: "Acknowledged batches that are still kept, too.") var all = false
    @Argument(help: "The file; it must not exist.") var file: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let handle = try newFile(file)
      var after: Int64? = 0
      var batches = 0
      while let from = after {
        var call = GatewayCall(.get, "/admin/sync/export")
        call.query = [("after", String(from))] + (all ? [("all", "1")] : [])
        let page = try session.send(call)
        for line in page["lines"]?.array ?? [] {
          try handle.write(contentsOf: Data(((line.string ?? "") + "\n").utf8))
          batches += 1
        }
        after = page["next"]?.integer
      }
      try handle.synchronize()
      session.show(["file": .string(file), "batches": .integer(Int64(batches))]) { _ in
        Terminal.say("\(batches) batch\(batches == 1 ? "" : "es") in \(file)")
      }
    }
  }

  /// `stowage sync requeue`.
  struct Requeue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send again what the hub refused for good, in new batches."
    )
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(.post("/admin/sync/requeue", []))
      session.show(answer, text: SyncText.show)
    }
  }
}

extension SyncCommand {
  /// `stowage sync letters`.
  struct Letters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "letters",
      abstract: "List the batches that the hub refused for good, with its reasons."
    )
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/admin/sync/dead-letters"))
      session.show(answer) { SyncText.rows($0, ["sequence", "status", "events", "reason"]) }
    }
  }

  /// `stowage sync settings`.
  struct Handed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "settings",
      abstract: "List the settings that head office handed down, and what became of them."
    )
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/admin/sync/settings"))
      session.show(answer) { SyncText.rows($0, ["version", "state", "received_at", "reason"]) }
    }
  }
}

/// What the state of the uplink says to people.
private enum SyncText {
  /// A line for each row, with these members.
  static func rows(_ answer: JSONValue, _ names: [String]) {
    let rows = answer["rows"]?.array ?? []
    for row in rows {
      let cells = names.compactMap { row[$0] }.filter { !$0.isNull }
      Terminal.say(cells.map { $0.string ?? $0.text }.joined(separator: "  "))
    }
    if rows.isEmpty { Terminal.say("There are none.") }
  }

  static func show(_ answer: JSONValue) {
    for (key, value) in answer.members {
      Terminal.say("\(key): \(value.string ?? value.text)")
    }
  }
}
