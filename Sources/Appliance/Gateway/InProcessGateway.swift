import API
import HTTPServer
import Warehouse
import WireFormat

/// Speaks to an appliance inside this process, with no socket: while no appliance is running.
final class InProcessGateway: Gateway {
  private let appliance: Appliance

  /// Opens the data directory.
  init(_ settings: ApplianceSettings) throws {
    self.appliance = try Appliance(settings)
  }

  func send(_ call: GatewayCall) throws -> GatewayReply {
    try send(call, progressID: nil)
  }

  func send(
    _ call: GatewayCall,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) throws -> GatewayReply {
    let id = ZoneClock.newID().text
    appliance.api.progress.listen(to: id, progress)
    return try send(call, progressID: id)
  }

  func close() {
    appliance.close()
  }

  private func send(_ call: GatewayCall, progressID: String?) throws -> GatewayReply {
    var headers: Headers = [:]
    for (name, value) in call.headers { headers.add(name, value) }
    if let progressID { headers["X-Request-Id"] = progressID }
    if call.verb == .post {
      headers["Content-Type"] = call.contentType
      headers["Idempotency-Key"] = ZoneClock.newID().text
    }
    let request: Request
    do {
      request = try Request(
        Method(rawValue: call.verb.rawValue),
        call.target,
        headers: headers,
        body: call.body
      )
    } catch {
      throw Failure(.invalid, error.message)
    }
    let response = appliance.adminRouter.answer(request)
    return GatewayReply(status: response.status, body: response.bytes)
  }
}

/// Finds the way to the warehouse of a data directory.
public enum LocalGateway {
  /// Speaks to the running appliance, or opens the data directory where none runs.
  public static func connect(_ settings: ApplianceSettings) throws -> any Gateway {
    let socket = SocketGateway(path: settings.commandSocket)
    if socket.isAnswered { return socket }
    return try InProcessGateway(settings)
  }
}
