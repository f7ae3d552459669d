import Warehouse
import WireFormat

/// What the walk of ``DemoCheck`` knows while it goes, and its stages in their order.
///
/// The stages live in extensions by their subject. A stage reads what the earlier ones left here,
/// and throws a ``DemoFault`` at the first thing that is not as it must be.
final class DemoWalk {
  /// One stage of the walk.
  struct Stage: Sendable {
    let name: String
    let look: @Sendable (DemoWalk) throws -> DemoFinding
  }

  /// A line of the walk's receipt, and the lot that it became.
  struct Line {
    var material: String
    var quantityMilli: Int64
    var lot = ""
  }

  /// A confirm that was answered, to be sent again.
  struct Confirmed {
    var task: JSONValue
    var path: String
    var body: JSONValue
    var key: String
    var answer: [UInt8]
    var location: String
  }

  /// Every stage, in order.
  static let stages: [Stage] = [
    Stage(name: "server") { try $0.lookAtServer() },
    Stage(name: "master data") { try $0.lookAtMasters() },
    Stage(name: "hub") { try $0.lookAtHub() },
    Stage(name: "receipt") { try $0.createReceipt() },
    Stage(name: "arrival") { try $0.arrive() },
    Stage(name: "plan") { try $0.plan() },
    Stage(name: "plan again") { try $0.planAgain() },
    Stage(name: "confirm") { try $0.confirm() },
    Stage(name: "no reason") { try $0.confirmElsewhereWithoutReason() },
    Stage(name: "override") { try $0.override() },
    Stage(name: "reject") { try $0.reject() },
    Stage(name: "confirm again") { try $0.confirmAgain() },
    Stage(name: "pick") { try $0.pick() },
    Stage(name: "forecast") { try $0.forecast() },
    Stage(name: "policy") { try $0.policy() },
    Stage(name: "replenishment") { try $0.replenish() },
    Stage(name: "utilization") { try $0.lookAtUtilization() },
    Stage(name: "nonsense") { try $0.sendNonsense() },
    Stage(name: "metrics") { try $0.lookAtMetrics() },
    Stage(name: "head office") { try $0.sync() },
    Stage(name: "books") { try $0.lookAtBooks() },
  ]

  let settings: ApplianceSettings
  var server: DemoServer
  /// The way for people on the box.
  let socket: SocketGateway
  /// The number of the receipt, new in each walk.
  let number: String
  /// The address of the walk's token, to be withdrawn at its end.
  var tokenPath: String?

  var facility = ""
  var materials: [String: JSONValue] = [:]
  var locations: [String: JSONValue] = [:]
  var dock = ""
  var hub: DemoHub?
  var receipt = ""
  var lines: [Line] = []
  var planBody: JSONValue = .null
  var planKey = ""
  var planAnswer: [UInt8] = []
  /// The open tasks of the plan that no stage has used yet.
  var tasks: [JSONValue] = []
  var confirmed: Confirmed?
  var today: LocalDay?
  /// A material with a forecast.
  var forecastMaterial = ""

  init(settings: ApplianceSettings, server: String?) throws {
    self.settings = settings
    guard server != nil || settings.port != 0 else {
      throw Failure(
        .invalid,
        "The configuration leaves the port to the system, so the server is not known.",
        hint: "Name it: stowage demo --check --server http://127.0.0.1:8480"
      )
    }
    let host = settings.bind.contains(":") ? "[\(settings.bind)]" : settings.bind
    self.server = DemoServer(server ?? "http://\(host):\(settings.port)")
    self.socket = SocketGateway(path: settings.commandSocket)
    self.number = "CHECK-" + String(ZoneClock.newID().text.suffix(12))
  }

  /// Ends what the walk started.
  func close() {
    hub?.stop()
    giveBackToken()
    socket.close()
  }

  /// What the admin's socket answers with 200, or another status that is wanted.
  func admin(_ call: GatewayCall, status: Int = 200) throws -> JSONValue {
    let reply: GatewayReply
    do {
      reply = try socket.send(call)
    } catch {
      throw DemoFault(
        "no appliance answers at \(settings.commandSocket); name its data directory with --data"
      )
    }
    let body = (try? JSONReader.parse(reply.body)) ?? .null
    try DemoFault.unless(
      reply.status == status,
      "\(call.path) answered \(reply.status): \(body["detail"]?.string ?? "")"
    )
    return body
  }

  /// The stock of a lot: milli-units by location.
  func stock(lot: String) throws -> [String: Int64] {
    var found: [String: Int64] = [:]
    for row in try server.rows("/api/v1/stock?lot=\(lot)") {
      found[try row.text("location")] = try row.milli("quantity")
    }
    return found
  }

  /// Handling units in a location: lying there, and reserved for tasks.
  func handlingUnits(in location: String) throws -> (used: Int64, reserved: Int64) {
    let state = try server.get("/api/v1/locations/\(GatewayCall.segment(location))")
    guard let used = state["used"], let reserved = state["reserved"] else {
      throw DemoFault("location \(location) does not say what it holds")
    }
    return (try used.whole("handling_units"), try reserved.whole("handling_units"))
  }

  /// The next open task of the plan that goes to storage.
  func takeTask() throws -> JSONValue {
    guard let index = tasks.firstIndex(where: { $0["cross_dock"]?.bool != true }) else {
      throw DemoFault("the plan left no further task for storage to try this on")
    }
    return tasks.remove(at: index)
  }

  /// Milli-units as text.
  static func text(_ milli: Int64) -> String {
    DecimalText.text(milli, decimals: 3)
  }
}
