import Foundation
import HTTPClient
import Logging
import Synchronization
import Warehouse
import WireFormat

/// Speaks to the appliance that runs on this machine, over its unix socket.
final class SocketGateway: Gateway {
  private let client: HTTPClient

  /// Connects to a socket; nothing is sent yet.
  init(path: String) {
    var settings = ClientSettings()
    settings.unixSocketPath = path
    settings.totalTimeoutMS = 0
    settings.lowSpeedS = 0
    settings.maximumResponseBytes = 2 * 1024 * 1024 * 1024
    settings.userAgent = "stowage-cli"
    self.client = HTTPClient(settings, logger: Logger(label: "stowage.cli"))
  }

  /// Whether somebody answers at the socket.
  var isAnswered: Bool {
    let probe = try? client.send(
      ClientRequest("GET", "http://appliance/healthz", totalTimeoutMS: 5_000)
    )
    return probe?.isSuccess == true
  }

  func send(_ call: GatewayCall) throws -> GatewayReply {
    try send(call, requestID: ZoneClock.newID().text)
  }

  func send(
    _ call: GatewayCall,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) throws -> GatewayReply {
    let id = ZoneClock.newID().text
    let isDone = Atomic<Bool>(false)
    let ended = DispatchSemaphore(value: 0)
    let watcher = Thread { [client] in
      while !isDone.load(ordering: .acquiring) {
        Thread.sleep(forTimeInterval: 0.2)
        let request = ClientRequest(
          "GET",
          "http://appliance/admin/progress/\(id)",
          totalTimeoutMS: 2_000
        )
        guard let answer = try? client.send(request), answer.isSuccess,
          let value = try? JSONReader.parse(answer.body),
          let done = value["done"]?.integer, let total = value["total"]?.integer
        else { continue }
        progress(Int(done), Int(total))
      }
      ended.signal()
    }
    watcher.start()
    defer {
      isDone.store(true, ordering: .releasing)
      ended.wait()
    }
    return try send(call, requestID: id)
  }

  func close() {}

  private func send(_ call: GatewayCall, requestID: String) throws -> GatewayReply {
    var headers = call.headers.map { (name: $0.0, value: $0.1) }
    headers.append((name: "X-Request-Id", value: requestID))
    if call.verb == .post {
      headers.append((name: "Content-Type", value: call.contentType))
      headers.append((name: "Idempotency-Key", value: ZoneClock.newID().text))
    }
    let request = ClientRequest(
      call.verb.rawValue,
      "http://appliance\(call.target)",
      headers: headers,
      body: call.verb == .post ? call.body : nil
    )
    do {
      let answer = try client.send(request)
      return GatewayReply(status: answer.status, body: answer.body)
    } catch {
      throw Failure(
        .busy,
        "The running appliance did not answer: \(error.message).",
        hint: "Look at its log (journalctl -u stowage), or stop it and try again."
      )
    }
  }
}
