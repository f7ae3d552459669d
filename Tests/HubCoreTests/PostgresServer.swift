import Foundation
import Testing

@testable import HubCore

/// A PostgreSQL of our own for a test: a new cluster in a folder, on a unix socket there, gone
/// afterwards.
///
/// Marked unchecked because one test holds it.
final class PostgresServer: @unchecked Sendable {
  /// Debian's place for the server's programs; nil where it is not installed.
  static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.max().map { "\(root)/\($0)/bin" }
      .flatMap { FileManager.default.fileExists(atPath: $0 + "/initdb") ? $0 : nil }
  }()

  static let missing = "needs PostgreSQL, which is not installed: apt install postgresql"

  let folder: String
  private var server: Process?

  init() throws {
    folder = NSTemporaryDirectory() + "stowage-pg-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if getuid() == 0 {
      // The server refuses to run as root; Debian's package makes this user.
      try Self.call("/bin/chown", ["postgres", folder])
    }
    try run("initdb", ["-D", folder + "/data", "-U", "hub", "-A", "trust", "-E", "UTF8", "-N"])
    try start()
  }

  /// How libpq finds it.
  var parameters: String { "host=\(folder) user=hub dbname=postgres" }

  func start() throws {
    server = try process(
      "postgres",
      ["-D", folder + "/data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=on"]
    )
    for _ in 0..<600 {
      if (try? PostgresConnection(parameters)) != nil { return }
      usleep(100_000)
    }
    Issue.record("PostgreSQL did not start in \(folder)")
  }

  /// Kills the server and whatever it started.
  func kill() {
    guard let server else { return }
    let file = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
    if let pid = file?.split(separator: "\n").first.flatMap({ Int32($0) }) {
      Glibc.kill(pid, SIGKILL)
    }
    server.waitUntilExit()
    self.server = nil
    // Its children go when they see that it is gone.
    usleep(500_000)
  }

  func end() {
    guard let server else { return }
    let file = try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
    if let pid = file?.split(separator: "\n").first.flatMap({ Int32($0) }) {
      Glibc.kill(pid, SIGINT)
    }
    server.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let process = try process(program, arguments)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program) failed")
  }

  private func process(_ program: String, _ arguments: [String]) throws -> Process {
    let path = (Self.programs ?? "") + "/" + program
    let process = Process()
    if getuid() == 0 {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
      process.arguments =
        ["--reuid=postgres", "--regid=postgres", "--clear-groups", path] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
    }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try process.run()
    return process
  }

  private static func call(_ path: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
  }
}
