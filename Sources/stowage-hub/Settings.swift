import ArgumentParser
import Foundation
import HubCore

/// `stowage-hub settings`: what facilities are told with their acknowledgements.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Hand signed settings down to facilities.",
    subcommands: [KeyGeneration.self, Assignment.self, Listing.self]
  )

  /// Makes a key pair.
  struct KeyGeneration: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "keygen",
      abstract: "Make a key to sign with, in a file, and print its public half."
    )
    @Argument(help: "The file for the secret key; it must not exist.") var file: String

    func run() throws {
      try reporting {
        let (secret, publicHalf) = DirectiveFile.makeKey()
        // A key that is there may be in use at a hundred sites: it is never written over.
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
          let why = errno == EEXIST ? "it is there already" : String(cString: strerror(errno))
          throw ValidationError("The file \(file) cannot be made: \(why).")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((secret + "\n").utf8))
        try handle.synchronize()
        print(publicHalf)
      }
    }
  }

  /// Signs settings for facilities.
  struct Assignment: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set",
      abstract: "Sign settings for facilities; they take them with their next acknowledgement."
    )
    @OptionGroup var data: DataFolder
    @Option(name: .customLong("signing-key"), help: "The file with the secret key.")
    var signingKey: String
    @Argument(help: "A file with the settings, a JSON object.") var document: String
    @Argument(help: "The facilities' codes.") var facilities: [String]

    func run() throws {
      guard let secret = try? String(contentsOfFile: signingKey, encoding: .utf8),
        let text = try? String(contentsOfFile: document, encoding: .utf8)
      else { throw ValidationError("The key or the settings cannot be read.") }
      let file = DirectiveFile(folder: data.path)
      for facility in facilities {
        let version = try reporting { try file.set(text, for: facility, secret: secret) }
        print("\(facility)\tversion \(version)")
      }
    }
  }

  /// Lists who has which version waiting.
  struct Listing: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the facilities with the versions of their settings."
    )
    @OptionGroup var data: DataFolder

    func run() throws {
      for row in try reporting({ try DirectiveFile(folder: data.path).list() }) {
        print("\(row.facility)\tversion \(row.version)")
      }
    }
  }
}
