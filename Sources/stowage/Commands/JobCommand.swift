import Appliance
import ArgumentParser
import WireFormat

/// `stowage job`: the jobs that the box runs by itself.
struct JobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job",
    abstract: "List the jobs, or run one now.",
    subcommands: [List.self, Run.self]
  )

  /// `stowage job list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List jobs and their last runs.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(GatewayCall(.get, "/admin/jobs"))
      session.show(answer) { answer in
        let keys = ["job", "schedule", "next", "last_started", "last_result", "detail"]
        var table = TextTable(keys)
        table.add(answer["rows"]?.array ?? [], keys)
        table.show()
      }
    }
  }

  /// `stowage job run NAME`.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a job now.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The job's name.") var name: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let reply = try session.watch(
        name,
        .post("/admin/jobs/\(GatewayCall.segment(name))/run", [])
      )
      guard (200..<300).contains(reply.status), let answer = try? JSONReader.parse(reply.body)
      else { throw Terminal.failed(ProblemAnswer(reply), json: options.json) }
      session.show(answer) { Terminal.say("\($0.shown("job")): \($0.shown("detail"))") }
      if answer["succeeded"]?.bool == false { throw ExitCode(2) }
    }
  }
}
