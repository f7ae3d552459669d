import Appliance
import ArgumentParser
import WireFormat

extension EngineCommand {
  /// `stowage engine putaway`.
  struct Putaway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time recommendations in a made-up warehouse: what this machine can do.",
      discussion: """
        Every rule has places that break it, every part of the score has something to say, and each
        recommendation is followed by its reservation. The engine alone: no database, no network.
        """
    )

    @Option(help: "How many locations.") var locations = 10_000
    @Option(help: "How many recommendations.") var recommendations = 1_000
    @Option(help: "The seed of the warehouse and the goods.") var seed: UInt64 = 1
    @Flag(help: "Print a report as JSON.") var json = false

    func run() async throws {
      do {
        let report = try EngineRun.putaway(locations, recommendations, seed: seed)
        if json {
          Terminal.say(report.text)
        } else {
          Terminal.say(
            "\(report.shown("placed")) of \(report.shown("recommendations")) placed;"
              + " p50 \(report.shown("p50_ms")) ms, p95 \(report.shown("p95_ms")) ms,"
              + " p99 \(report.shown("p99_ms")) ms"
          )
        }
      } catch {
        throw Terminal.failed(error, json: json)
      }
    }
  }
}
