import Appliance
import ArgumentParser
import WireFormat

/// `stowage version`: this program, its schema and its libraries.
struct VersionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Show the version of the program and its libraries."
  )

  @Flag(name: .long, help: "Print one JSON document instead of text.")
  var json = false

  func run() async throws {
    let answer = ProgramVersion.json
    if json {
      Terminal.say(answer.text)
    } else {
      for (key, value) in answer.members { Terminal.say("\(key) \(value.string ?? value.text)") }
    }
  }
}
