import Appliance
import ArgumentParser
import Foundation

/// `stowage export`: writes one kind of rows as CSV or NDJSON.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export materials, locations, lots, stock, transactions, demand, forecasts, "
      + "replenishment."
  )

  @OptionGroup var options: GlobalOptions

  @Argument(help: "What to export.")
  var kind: String

  @Option(name: .long, help: "csv or ndjson.")
  var format = "csv"

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).")
  var output: String?

  func validate() throws {
    guard format == "csv" || format == "ndjson" else {
      throw ValidationError("--format takes csv or ndjson, not '\(format)'.")
    }
  }

  func run() async throws {
    let session = try await Session(options)
    defer { session.close() }
    var call = GatewayCall(.get, "/api/v1/exports/\(kind)")
    call.query = [("format", format)]
    let reply = try session.exchange(call)
    guard reply.status == 200 else {
      throw Terminal.failed(ProblemAnswer(reply), json: options.json)
    }
    do {
      if let output {
        try Data(reply.body).write(to: URL(fileURLWithPath: output))
      } else {
        try FileHandle.standardOutput.write(contentsOf: Data(reply.body))
      }
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
  }
}
