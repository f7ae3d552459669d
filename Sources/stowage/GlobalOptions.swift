import Appliance
import ArgumentParser

/// What every verb takes.
struct GlobalOptions: ParsableArguments {
  @Option(name: .long, help: "The data directory (default: from the configuration).")
  var data: String?

  @Option(name: .long, help: "The configuration file (default: /etc/stowage/stowage.yaml).")
  var config: String?

  @Flag(name: .long, help: "Print one JSON document instead of text.")
  var json = false

  /// Reads the configuration: file, then environment, then these flags.
  func settings(_ overrides: [String: String] = [:]) async throws -> ApplianceSettings {
    var flags = overrides
    if let data { flags["data.directory"] = data }
    do {
      return try await ApplianceSettings.load(file: config, flags: flags)
    } catch {
      throw Terminal.failed(error, json: json)
    }
  }
}
