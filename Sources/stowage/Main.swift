import ArgumentParser

/// The `stowage` command: one binary, one verb for each thing that people do with the box.
///
/// While an appliance runs, every verb speaks to it over its unix socket; while none runs, the verb
/// opens the data directory itself. Exit codes: 0 done, 1 degraded or findings, 2 failed, 64 wrong
/// usage.
@main
struct Stowage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stowage",
    abstract: "The warehouse box: putaway, forecasts, replenishment, with no uplink needed.",
    subcommands: [
      InitCommand.self, ServeCommand.self, DemoCommand.self, ImportCommand.self,
      ExportCommand.self, PutawayCommand.self, ForecastCommand.self, ReplenishCommand.self,
      JobCommand.self, SyncCommand.self, HealthCommand.self, DoctorCommand.self,
      OperatorCommand.self, DeviceCommand.self, TokenCommand.self, OwnerCommand.self,
      EngineCommand.self, VersionCommand.self,
    ]
  )
}
