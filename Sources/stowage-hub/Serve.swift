import ArgumentParser
import Dispatch
import Foundation
import HubCore

/// `stowage-hub serve`: runs until it is told to stop.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Receive and answer until stopped.")

  @OptionGroup var data: DataFolder

  @Option(help: "The port to listen on; 0 takes a free one.")
  var port: UInt16 = 8490

  @Option(help: "The address to listen on; another than this machine's own needs a key.")
  var bind = "127.0.0.1"

  @Option(help: "A PEM file with the certificate to serve with.")
  var certificate: String?

  @Option(help: "A PEM file with the certificate's key.")
  var key: String?

  func validate() throws {
    guard (certificate == nil) == (key == nil) else {
      throw ValidationError("--certificate and --key belong together.")
    }
  }

  func run() throws {
    let hub = try reporting {
      try Hub(
        HubSettings(
          folder: data.path,
          host: bind,
          port: port,
          certificatePEM: try certificate.map(text),
          keyPEM: try key.map(text)
        )
      )
    }
    let stopped = DispatchSemaphore(value: 0)
    let sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { stopped.signal() }
      source.resume()
      return source
    }
    let listening = try reporting { try hub.start() }
    let scheme = certificate == nil ? "http" : "https"
    print("stowage-hub listens on \(scheme)://\(bind):\(listening), data in \(data.path)")
    fflush(nil)
    stopped.wait()
    for source in sources { source.cancel() }
    try reporting { try hub.stop() }
  }

  private func text(_ path: String) throws -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ValidationError("The file \(path) cannot be read.")
    }
    return text
  }
}
