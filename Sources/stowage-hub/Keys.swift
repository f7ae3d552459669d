import ArgumentParser
import Foundation
import HubCore

/// `stowage-hub facility`: the keys of the warehouses.
struct FacilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facility",
    abstract: "Give, list and take away the keys of facilities.",
    subcommands: [Add.self, List.self, Revoke.self]
  )

  /// Makes a key and prints it, once.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key and print it, once.")
    @OptionGroup var data: DataFolder
    @Option(name: .customLong("days"), help: "After how many days the key expires; 0 for never.")
    var days = 0
    @Argument(help: "The facility's code, as `stowage init` named it.") var code: String

    func run() throws { try addKey(.facility, code, data, days: days) }
  }

  /// Lists the facilities that have keys.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys, without themselves.")
    @OptionGroup var data: DataFolder

    func run() throws { try listKeys(.facility, data) }
  }

  /// Takes all keys of a facility away.
  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a facility's keys away.")
    @OptionGroup var data: DataFolder
    @Argument(help: "The facility's code.") var code: String

    func run() throws { try revokeKeys(.facility, code, data) }
  }
}

/// `stowage-hub reader`: keys for those who only read.
struct ReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reader",
    abstract: "Give, list and take away keys for reading.",
    subcommands: [Add.self, List.self, Revoke.self]
  )

  /// Makes a key and prints it, once.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key and print it, once.")
    @OptionGroup var data: DataFolder
    @Option(name: .customLong("days"), help: "After how many days the key expires; 0 for never.")
    var days = 0
    @Argument(help: "A name for the reader, for example a dashboard.") var name: String

    func run() throws { try addKey(.reader, name, data, days: days) }
  }

  /// Lists the readers that have keys.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys, without themselves.")
    @OptionGroup var data: DataFolder

    func run() throws { try listKeys(.reader, data) }
  }

  /// Takes all keys of a reader away.
  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a reader's keys away.")
    @OptionGroup var data: DataFolder
    @Argument(help: "The reader's name.") var name: String

    func run() throws { try revokeKeys(.reader, name, data) }
  }
}

private func addKey(
  _ role: KeyRing.Role,
  _ name: String,
  _ data: DataFolder,
  days: Int
) throws {
  guard (0...36_500).contains(days) else { throw ValidationError("--days is from 0 to 36500.") }
  try reporting {
    let ring = Hub.keyRing(folder: data.path)
    print(try ring.add(role, name: name, at: Hub.systemNow(), days: days))
  }
  let words = "This is the key of \(name); it is shown this once and not stored.\n"
  FileHandle.standardError.write(Data(words.utf8))
}

private func listKeys(_ role: KeyRing.Role, _ data: DataFolder) throws {
  let entries = try reporting { try Hub.keyRing(folder: data.path).entries() }
  for entry in entries where entry.role == role { print(entry.line) }
}

private func revokeKeys(_ role: KeyRing.Role, _ name: String, _ data: DataFolder) throws {
  let count = try reporting { try Hub.keyRing(folder: data.path).revoke(role, name: name) }
  print("\(count) key\(count == 1 ? "" : "s") of \(name) taken away.")
}
