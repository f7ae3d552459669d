import Synchronization
import Testing
import Warehouse
import WireFormat

@testable import Appliance

/// A warehouse in a folder of its own, served on a free port.
private final class Plant: Sendable {
  let scratch: Scratch
  let settings: ApplianceSettings
  let appliance: Appliance
  let serving: Serving
  let address: String
  /// The link that makes the first admin.
  let setupLink: String?
  private let token: String

  init(_ scratch: Scratch) throws {
    self.scratch = scratch
    settings = Self.settings(scratch)
    appliance = try Appliance(settings)
    serving = try Serving(appliance)
    let heard = Mutex<(String, String?)>(("", nil))
    try serving.start { address, link in heard.withLock { $0 = (address, link) } }
    (address, setupLink) = heard.withLock { $0 }
    let socket = SocketGateway(path: settings.commandSocket)
    let made = try socket.send(
      .post("/api/v1/tokens", [("name", "test"), ("scopes", ["admin", "supervisor"])])
    )
    token = try JSONReader.parse(made.body).text("secret")
  }

  static func settings(_ scratch: Scratch) -> ApplianceSettings {
    var settings = ApplianceSettings()
    settings.dataDirectory = scratch.folder
    settings.facility.code = "PLANT-0"
    settings.facility.timeZone = "UTC"
    settings.port = 0
    settings.logLevel = "error"
    return settings
  }

  static func founded(as code: String = "PLANT-0") throws -> Plant {
    let scratch = try Scratch()
    var founding = settings(scratch)
    founding.facility.code = code
    _ = try Founding.create(founding)
    return try Plant(scratch)
  }

  func get(_ path: String) throws -> DemoServer.Answer {
    var server = DemoServer(address)
    server.token = token
    return try server.send("GET", path)
  }

  func stop() {
    serving.stop()
    appliance.close()
  }
}

@Suite("The appliance as a whole")
struct ServingTests {
  @Test("It answers on the network and on the socket, and durability is FULL when read back")
  func serves() throws {
    let plant = try Plant.founded()
    defer { plant.stop() }
    #expect(try plant.get("/healthz").status == 200)
    #expect(try plant.get("/readyz").status == 200)
    #expect(try plant.get("/api/v1/materials").status == 200)
    let socket = SocketGateway(path: plant.settings.commandSocket)
    #expect(socket.isAnswered)
    let vitals = try JSONReader.parse(socket.send(GatewayCall(.get, "/admin/vitals")).body)
    #expect(vitals["synchronous"]?.integer == 2)
    #expect(vitals["journal_mode"]?.string == "wal")
  }

  @Test("What only people on the box may do is not on the network")
  func adminStaysInside() throws {
    let plant = try Plant.founded()
    defer { plant.stop() }
    for path in ["/admin/vitals", "/admin/jobs", "/admin/sync", "/admin/doctor"] {
      #expect(try plant.get(path).status == 404)
    }
  }

  @Test("The first start offers one link to the first admin, and none is offered after that")
  func firstAdmin() throws {
    let plant = try Plant.founded()
    let link = try #require(plant.setupLink)
    let parts = link.split(separator: "#").map(String.init)
    #expect(parts.count == 2 && parts[0] == "\(plant.address)/setup")
    let server = DemoServer(plant.address)
    #expect(try server.send("GET", "/api/v1/materials").status == 401)
    let body: JSONValue = [
      "code": .string(parts[1]), "badge": "A-1", "name": "Ann", "pin": "480293",
    ]
    #expect(try server.offer("/api/v1/setup", body).status == 201)
    #expect(try server.offer("/api/v1/setup", body).status == 401)
    plant.stop()
    let next = try Plant(plant.scratch)
    defer { next.stop() }
    #expect(next.setupLink == nil)
  }

  @Test("A second process is refused while one runs, and may open it afterwards")
  func oneProcess() throws {
    let plant = try Plant.founded()
    let failure = #expect(throws: Failure.self) { _ = try Appliance(plant.settings) }
    #expect(failure?.code == .busy)
    let through = try LocalGateway.connect(plant.settings)
    #expect(try through.send(GatewayCall(.get, "/api/v1/health")).status == 200)
    plant.stop()
    let inside = try LocalGateway.connect(plant.settings)
    defer { inside.close() }
    #expect(inside is InProcessGateway)
    let doctor = try JSONReader.parse(inside.send(GatewayCall(.get, "/admin/doctor")).body)
    #expect(doctor["findings"]?.integer == 0)
  }

  @Test("A warehouse is founded once, and a code that cannot be used is refused")
  func founding() throws {
    let scratch = try Scratch()
    var settings = Plant.settings(scratch)
    settings.facility.code = "two words"
    #expect(throws: Failure.self) { _ = try Founding.create(settings) }
    settings.facility.code = "ONE"
    #expect(try Founding.create(settings).code == "ONE")
    #expect(throws: Failure.self) { _ = try Founding.create(settings) }
  }

  @Test("Every job runs on an empty warehouse, but those that need a forecast say so")
  func jobs() throws {
    let plant = try Plant.founded()
    defer { plant.stop() }
    let socket = SocketGateway(path: plant.settings.commandSocket)
    for name in JobSchedules.standard.keys.sorted() {
      let reply = try socket.send(.post("/admin/jobs/\(name)/run", []))
      #expect(reply.status == 200, "\(name)")
      let run = try JSONReader.parse(reply.body)
      #expect(run["job"]?.string == name)
      #expect(run["detail"]?.string?.isEmpty == false, "\(name)")
    }
    #expect(try socket.send(.post("/admin/jobs/none/run", [])).status == 404)
  }

  @Test("Aggregates wait where no hub is configured")
  func aggregatesWait() throws {
    let plant = try Plant.founded()
    defer { plant.stop() }
    let socket = SocketGateway(path: plant.settings.commandSocket)
    let state = try JSONReader.parse(socket.send(.post("/admin/sync/run", [])).body)
    #expect(state["configured"]?.bool == false)
    #expect((state["unbatched_events"]?.integer ?? 0) > 0)
    let again = try JSONReader.parse(socket.send(.post("/admin/sync/run", [])).body)
    // An unchanged day is appended once; the call itself is a new head of the audit log, which
    // takes the place of the one before: nobody has heard of that yet.
    #expect(again["unbatched_events"]?.integer == state["unbatched_events"]?.integer)
  }

  @Test(
    "The walk through the main job stops where goods are missing, and books nothing",
    arguments: [("PLANT-0", "materials"), ("REAL-1", "no demo plant")]
  )
  func walkStops(facility: String, word: String) throws {
    let plant = try Plant.founded(as: facility)
    defer { plant.stop() }
    let heard = Mutex<[String]>([])
    let walk = DemoCheck(settings: plant.settings, server: plant.address) { step in
      heard.withLock { $0.append(step.line) }
    }
    let steps = try walk.run()
    let last = try #require(steps.last)
    #expect(!last.passed)
    #expect(last.words.contains(word))
    let wrong = steps.filter { !$0.passed }
    #expect(wrong.count == 1)
    #expect(heard.withLock { $0 } == steps.map(\.line))
    let report = DemoCheck.report(steps)
    #expect(report["passed"]?.bool == false)
    #expect(report["steps"]?.array?.count == steps.count)
    let receipts = try plant.get("/api/v1/receipts")
    #expect(receipts.body["rows"]?.array?.isEmpty == true)
  }

  @Test("The walk says where nobody answers")
  func walkNeedsServer() throws {
    let scratch = try Scratch()
    let walk = DemoCheck(
      settings: Plant.settings(scratch),
      server: "http://127.0.0.1:9"
    ) { _ in }
    let steps = try walk.run()
    #expect(steps.map(\.passed) == [false])
    #expect(steps.first?.words.contains("does not answer") == true)
    #expect(throws: Failure.self) {
      _ = try DemoCheck(settings: Plant.settings(scratch), server: nil) { _ in }.run()
    }
  }
}
