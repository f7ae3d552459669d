import Appliance
import ArgumentParser
import WireFormat

/// `stowage init`: makes an empty warehouse in a data directory.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an empty warehouse in a data directory."
  )

  @OptionGroup var options: GlobalOptions

  @Option(name: .long, help: "The facility's code, as head office knows it.")
  var facility: String?

  @Option(name: .long, help: "The facility's name.")
  var name: String?

  @Option(name: .long, help: "The facility's time zone (IANA name).")
  var timeZone: String?

  func run() async throws {
    var flags: [String: String] = [:]
    if let facility { flags["facility.code"] = facility }
    if let name { flags["facility.name"] = name }
    if let timeZone { flags["facility.time-zone"] = timeZone }
    let settings = try await options.settings(flags)
    do {
      let made = try Founding.create(settings)
      if options.json {
        Terminal.say(made.json.text)
      } else {
        Terminal.say("Made the warehouse \(made.code) in \(made.directory).")
        Terminal.say("Next: stowage serve --data \(made.directory)")
      }
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
  }
}
