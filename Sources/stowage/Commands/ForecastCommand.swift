import Appliance
import ArgumentParser
import WireFormat

/// `stowage forecast`: runs the forecasts and shows one.
struct ForecastCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Run the demand forecasts, or show one.",
    subcommands: [Run.self, Show.self]
  )

  /// `stowage forecast run`.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forecast all materials.")
    @OptionGroup var options: GlobalOptions
    @Option(name: .long, help: "Days ahead, 1-365.") var horizon: Int?
    @Option(name: .long, help: "AUTO or one of the methods by name.") var method: String?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var body: [(String, JSONValue)] = []
      if let horizon { body.append(("horizon", .integer(Int64(horizon)))) }
      if let method { body.append(("method", .string(method))) }
      let reply = try session.watch("forecast", .post("/api/v1/forecasts", body))
      guard (200..<300).contains(reply.status), let answer = try? JSONReader.parse(reply.body)
      else { throw Terminal.failed(ProblemAnswer(reply), json: options.json) }
      session.show(answer) { answer in
        Terminal.say(
          "\(answer.shown("materials")) materials in \(answer.shown("elapsed_ms")) ms"
        )
        for (method, count) in answer["methods"]?.members ?? [] {
          Terminal.say("  \(method): \(count.text)")
        }
        for failure in answer["failures"]?.array ?? [] {
          Terminal.say("  \(failure.shown("material")): \(failure.shown("reason"))")
        }
      }
    }
  }

  /// `stowage forecast show MATERIAL`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a material's forecast.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The material's code.") var material: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let path = "/api/v1/materials/\(GatewayCall.segment(material))/forecast"
      let answer = try session.send(GatewayCall(.get, path))
      session.show(answer) { answer in
        Terminal.say(
          "\(answer.shown("material")): \(answer.shown("method")), "
            + "\(answer.shown("demand_class")). \(answer.shown("reason"))"
        )
        var table = TextTable(["day", "mean", "q0.05", "q0.5", "q0.95"])
        table.add(
          Array((answer["rows"]?.array ?? []).prefix(28)),
          ["day", "mean", "q0.05", "q0.5", "q0.95"]
        )
        table.show()
      }
    }
  }
}
