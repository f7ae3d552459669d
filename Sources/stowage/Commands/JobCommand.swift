import Appliance
import ArgumentParser
import WireFormat

/// `stowage job`: the jobs that the box runs by itself.
struct JobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job",
    abstract: "List the jobs, run or stop one, or show how it went.",
    subcommands: [List.self, Run.self, History.self, Cancel.self]
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
        let keys = [
          "job", "schedule", "phase", "next", "last_started", "last_result", "progress", "late",
          "detail",
        ]
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

  /// `stowage job history NAME`.
  struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the newest runs of a job.")
    @OptionGroup var options: GlobalOptions
    @Option(help: "How many runs, at most.") var limit = 20
    @Argument(help: "The job's name.") var name: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var call = GatewayCall(.get, "/admin/jobs/\(GatewayCall.segment(name))/history")
      call.query = [("limit", String(limit))]
      session.show(try session.send(call)) { answer in
        let keys = ["started_at", "took_ms", "result", "detail"]
        var table = TextTable(keys)
        table.add(answer["rows"]?.array ?? [], keys)
        table.show()
      }
    }
  }

  /// `stowage job cancel NAME`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stop a running or waiting job.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The job's name.") var name: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let path = "/admin/jobs/\(GatewayCall.segment(name))/cancel"
      session.show(try session.send(.post(path, []))) { _ in
        Terminal.say("\(name) was told to stop.")
      }
    }
  }
}
