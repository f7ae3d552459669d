import Appliance
import ArgumentParser
import WireFormat

/// `stowage demo`: makes a print plant to try things on, or walks the main job on a running one.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Make a seeded print plant, or walk the whole main job on a running one (--check)."
  )

  @OptionGroup var options: GlobalOptions

  @Option(name: .long, help: "The seed; the same seed makes the same plant.")
  var seed: UInt64 = 7

  @Flag(name: .long, help: "Walk the main job against the running server and a hub on loopback.")
  var check = false

  @Option(name: .long, help: "With --check: the server (default: where the configuration says).")
  var server: String?

  func run() async throws {
    let settings = try await options.settings()
    do {
      if check {
        let walk = DemoCheck(settings: settings, server: server) { step in
          if !options.json { Terminal.say(step.line) }
        }
        let steps = try walk.run()
        if options.json { Terminal.say(DemoCheck.report(steps).text) }
        if let wrong = steps.first(where: { !$0.passed }) {
          if !options.json { Terminal.note("stowage: step \(wrong.number) is wrong; see above") }
          throw ExitCode(2)
        }
      } else {
        let made = try DemoMaking.create(settings, seed: seed) { done, total in
          Terminal.progress("demo", done, of: total)
        }
        if options.json {
          Terminal.say(made.text)
        } else {
          Terminal.say("Made the demo plant in \(settings.dataDirectory):")
          for (key, value) in made.members { Terminal.say("  \(key): \(value.text)") }
        }
      }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
  }
}
