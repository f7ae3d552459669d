import ArgumentParser
import HubCore

/// `stowage-hub load`: takes batches that were carried here as a file.
struct Load: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load what `stowage sync export` wrote, as if it had come over the line.",
    discussion: """
      With the SQLite store, stop the hub first: one process at a time has the file. With \
      --database, hubs may go on.
      """
  )
  @OptionGroup var data: DataFolder
  @Option(help: "The PostgreSQL of the fleet, as libpq takes it.") var database: String?
  @Argument(help: "The files.") var files: [String]

  func run() throws {
    let file = ExportFile(folder: data.path, database: database)
    for path in files {
      let outcome = try reporting { try file.load(path, now: Hub.systemNow()) }
      print(
        "\(path): \(outcome.stored) stored, \(outcome.repeated) known, "
          + "\(outcome.conflicting) set aside"
      )
      if outcome.conflicting > 0 { throw ExitCode(1) }
    }
  }
}
