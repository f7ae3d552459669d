import Foundation
import Warehouse
import WireFormat

/// The hub that the walk looks at: one that runs, or one started for the walk.
///
/// What the walk starts keeps its store beside the demo plant, so that the next walk meets the same
/// hub again: a hub that has lost what it acknowledged is refused, as it should be.
final class DemoHub {
  private static let patienceMS: Int64 = 15_000
  /// How the walk speaks to it.
  let server: DemoServer
  private let process: Process?

  /// Whether the walk started it.
  var isOwn: Bool { process != nil }

  private init(server: DemoServer, process: Process?) {
    self.server = server
    self.process = process
  }

  /// Finds a hub at an address, or starts one there whose store is in that folder.
  static func reach(_ url: String, folder: String) throws -> DemoHub {
    let server = DemoServer(url)
    if isAlive(server) { return DemoHub(server: server, process: nil) }
    guard let parts = URLComponents(string: server.address), let port = parts.port,
      let host = parts.host, ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
    else {
      throw DemoFault(
        "no hub answers at \(server.address), and none can be started there: sync.url must be on"
          + " this machine with its port, for example http://127.0.0.1:8490"
      )
    }
    let binary = try program()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: binary)
    process.arguments = ["serve", "--data", folder, "--port", String(port)]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let hub = DemoHub(server: server, process: process)
    let deadline = ZoneClock.uptimeMS() + patienceMS
    while process.isRunning, ZoneClock.uptimeMS() < deadline {
      if isAlive(server) { return hub }
      Thread.sleep(forTimeInterval: 0.05)
    }
    hub.stop()
    throw DemoFault("\(binary) was started on port \(port) and did not answer")
  }

  /// Ends the hub where the walk started it.
  func stop() {
    if let process, process.isRunning {
      process.terminate()
      process.waitUntilExit()
    }
  }

  private static func isAlive(_ server: DemoServer) -> Bool {
    (try? server.send("GET", "/healthz"))?.status == 200
  }

  /// `stowage-hub`, which stands beside the program that runs.
  private static func program() throws -> String {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let beside = own.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    for folder in [beside, "/usr/bin"].compactMap({ $0 }) {
      let path = folder + "/stowage-hub"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw DemoFault("stowage-hub stands neither beside this program nor in /usr/bin")
  }
}
