import Appliance
import ArgumentParser
import Foundation
import WireFormat

/// What goes to the terminal: answers to standard output, everything else to standard error.
enum Terminal {
  /// Whether a person watches standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Prints a line to standard output.
  static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// Prints a line to standard error.
  static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Shows how far long work has come, over the same line, where a person watches.
  static func progress(_ what: String, _ done: Int, of total: Int) {
    guard isWatched else { return }
    let share = total > 0 ? " \(100 * done / total) %" : ""
    let text = "\r\(what): \(done)\(total > 0 ? " of \(total)" : "")\(share)\u{1B}[K"
    FileHandle.standardError.write(Data(text.utf8))
    if total > 0, done >= total { FileHandle.standardError.write(Data("\n".utf8)) }
  }

  /// Says what went wrong and what to do, and gives the exit code 2.
  static func failed(_ error: any Error, json: Bool) -> ExitCode {
    let problem = Problem(error)
    if json {
      say(problem.json.text)
    } else {
      note("stowage: \(problem.text)")
    }
    return ExitCode(2)
  }
}

extension JSONValue {
  /// A member's text for people: numbers as they are, nothing for null.
  func shown(_ key: String) -> String {
    switch self[key] {
    case .some(.string(let text)): text
    case .some(.integer(let number)): String(number)
    case .some(.number(let number)): number.text
    case .some(.bool(let flag)): flag ? "yes" : "no"
    case .some(.array(let list)): list.compactMap(\.string).joined(separator: ",")
    default: ""
    }
  }
}

extension JSONValue {
  /// The members of an object in their order; empty for anything else.
  var members: [(String, JSONValue)] {
    guard let object else { return [] }
    return object.keys.map { ($0, self[$0] ?? .null) }
  }
}
