import ArgumentParser
import HubCore

/// The command line of head office's receiver.
@main
struct StowageHub: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stowage-hub",
    abstract: "Receives what warehouses send, keeps it, and answers questions about it.",
    discussion: """
      One command and nothing to install: the store is one SQLite file in the data folder. \
      Without keys the hub listens on this machine only. `facility add` gives a warehouse its \
      key, also while the hub runs; from the first key on everybody needs one.
      """,
    version: Hub.version,
    subcommands: [
      Serve.self, FacilityCommand.self, ReaderCommand.self, SettingsCommand.self, Load.self,
    ],
    defaultSubcommand: Serve.self
  )
}

/// What every subcommand takes.
struct DataFolder: ParsableArguments {
  @Option(name: .customLong("data"), help: "The data folder.")
  var path = "/var/lib/stowage-hub"
}
