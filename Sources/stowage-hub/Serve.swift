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

  @Option(
    name: .customLong("client-authority"),
    help: "A PEM file with the authority of client certificates; without one nobody gets in."
  )
  var clientAuthority: String?

  @Option(help: "The PostgreSQL of a fleet, as libpq takes it; else an SQLite file is kept.")
  var database: String?

  @Option(name: .customLong("silent-hours"), help: "A facility is silent after so many hours.")
  var silentHours = 26

  @Option(name: .customLong("alert-url"), help: "Where alerts are posted to, as JSON.")
  var alertURL: String?

  @Option(name: .customLong("max-bytes-per-s"), help: "How fast each facility may send.")
  var bytesPerS: Int64?

  @Option(help: "Servers of a NATS JetStream cluster that each stored batch is passed on to.")
  var relay: [String] = []

  @Option(name: .customLong("relay-replicas"), help: "On how many of its servers each is kept.")
  var relayReplicas = 3

  @Option(name: .customLong("relay-authority"), help: "A PEM file: who signs those servers.")
  var relayAuthority: String?

  @Option(name: .customLong("relay-credentials"), help: "A file with our credentials there.")
  var relayCredentials: String?

  @Option(name: .customLong("relay-certificate"), help: "A PEM file: our certificate there.")
  var relayCertificate: String?

  @Option(name: .customLong("relay-key"), help: "A PEM file with that certificate's key.")
  var relayKey: String?

  func validate() throws {
    guard (1...5).contains(relayReplicas) else {
      throw ValidationError("--relay-replicas is 1 to 5.")
    }
    guard (certificate == nil) == (key == nil) else {
      throw ValidationError("--certificate and --key belong together.")
    }
    guard clientAuthority == nil || certificate != nil else {
      throw ValidationError("--client-authority needs --certificate and --key.")
    }
    guard (relayCertificate == nil) == (relayKey == nil) else {
      throw ValidationError("--relay-certificate and --relay-key belong together.")
    }
    let others = [relayAuthority, relayCredentials, relayCertificate]
    guard !relay.isEmpty || others.allSatisfy({ $0 == nil }) else {
      throw ValidationError("Name the cluster's servers with --relay.")
    }
    guard (1...8_760).contains(silentHours) else {
      throw ValidationError("--silent-hours is 1 to 8760.")
    }
    guard (bytesPerS ?? 1) > 0 else {
      throw ValidationError("--max-bytes-per-s is above 0; leave it out for no limit.")
    }
  }

  func run() throws {
    let hub = try reporting { try Hub(try settings()) }
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

  private func settings() throws -> HubSettings {
    var settings = HubSettings(
      folder: data.path,
      host: bind,
      port: port,
      certificatePEM: try certificate.map(text),
      keyPEM: try key.map(text),
      clientAuthorityPEM: try clientAuthority.map(text)
    )
    settings.database = database
    settings.silentAfterS = Int64(silentHours) * 3_600
    settings.alertURL = alertURL
    settings.bytesPerS = bytesPerS
    if !relay.isEmpty {
      var cluster = RelaySettings(servers: relay, replicas: relayReplicas)
      cluster.authorityFile = relayAuthority
      cluster.credentialsFile = relayCredentials
      cluster.certificateFile = relayCertificate
      cluster.keyFile = relayKey
      settings.relay = cluster
    }
    return settings
  }

  private func text(_ path: String) throws -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ValidationError("The file \(path) cannot be read.")
    }
    return text
  }
}
