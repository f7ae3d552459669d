import Foundation
import HTTPServer
import Storage
import StowageTesting
import Synchronization
import Testing
import Warehouse
import WireFormat

@testable import API

@Suite("Live events over a socket", .serialized) struct LiveEventTests {
  private static func emit(_ plant: Plant, _ numbers: ClosedRange<Int>) throws {
    try plant.store.write(TenantScope(home: plant.store.homeTenant)) { transaction in
      for number in numbers {
        try transaction.emit(
          "test.happened",
          subject: "S-\(number)",
          tenant: nil,
          at: Instant(ms: 0),
          dataJSON: "{}"
        )
      }
    }
  }

  private static func listen(_ router: Router) throws -> Listener {
    var settings = ServerSettings()
    settings.maximumOpenStreams = Limits.eventStreams
    return try Listener.start(settings, router: router, logger: SocketDriver.logger)
  }

  private static func get(after: Int? = nil) -> String {
    let last = after.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    let token = "Authorization: Bearer \(Plant.token)\r\n"
    return "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\(token)\(last)\r\n"
  }

  /// The numbers of the whole data messages in a piece of stream.
  private static func numbers(_ text: String) -> [Int] {
    let unchunked = text.replacing(#/\r\n[0-9a-f]+\r\n/#, with: "")
    return unchunked.matches(of: #/id: (\d+)\ndata: \{"id":\d+[^\n]*\}\n\n/#)
      .compactMap { Int($0.output.1) }
  }

  @Test("Each event comes once and in order, however often the client is cut off")
  func resumed() throws {
    let plant = try Plant()
    let listener = try Self.listen(plant.router)
    defer { _ = listener.stop(deadlineMS: 2_000) }
    let port = try #require(listener.port)
    let isWritten = DispatchSemaphore(value: 0)
    let writer = Thread {
      for lot in 0..<50 {
        try? Self.emit(plant, (lot * 10 + 1)...(lot * 10 + 10))
        usleep(5_000)
      }
      isWritten.signal()
    }
    writer.start()
    var seen: [Int] = []
    var random = SeededGenerator(seed: 11)
    while (seen.last ?? 0) < 500 {
      let last = seen.last ?? 0
      let goal = min(500, last + Int.random(in: 1...90, using: &random))
      let wire = try #require(Wire(port: port))
      wire.say(Self.get(after: last))
      let text = wire.hear { (Self.numbers($0).last ?? 0) >= goal }
      let numbers = Self.numbers(text)
      try #require((numbers.last ?? 0) >= goal, "silent behind \(last): \(text.suffix(300))")
      #expect(text.contains("retry: "))
      seen += numbers
    }
    isWritten.wait()
    #expect(seen == Array(1...500))
  }

  @Test("Behind pruned history stands a resync; the numbers go on even where nothing is kept")
  func pruned() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    func told(after: Int) throws -> String {
      try driver.send(Exchange(method: "GET", target: "/api/v1/events?once=1&after=\(after)")).text
    }
    func prune(_ limit: Int) throws {
      _ = try plant.store.write(TenantScope(home: plant.store.homeTenant)) {
        try $0.prune(.events, before: Instant(ms: 1), limit: limit)
      }
    }
    try Self.emit(plant, 1...20)
    try prune(15)
    #expect(try Self.numbers(told(after: 15)) == [16, 17, 18, 19, 20])
    let resync = try told(after: 14)
    #expect(resync == "id: 20\nevent: resync\ndata: {\"newest\":20,\"reason\":\"PRUNED\"}\n\n")
    try prune(15)
    #expect(try told(after: 20).contains("event: ready"))
    #expect(try told(after: 19).contains("PRUNED"))
    try Self.emit(plant, 21...21)
    #expect(try Self.numbers(told(after: 20)) == [21])
  }

  @Test("Nobody hears of another owner's events, and goes on behind them all the same")
  func tenants() throws {
    let plant = try Plant()
    let at = Instant(ms: 0)
    let other = try plant.store.addTenant(code: "OTHER", name: "Other", at: at)
    try plant.store.write(TenantScope(home: plant.store.homeTenant)) { transaction in
      for (kind, tenant) in [("mine", plant.store.homeTenant), ("theirs", other)] {
        try transaction.emit(
          "\(kind).happened",
          subject: "S-\(kind)",
          tenant: tenant,
          at: at,
          dataJSON: "{}"
        )
      }
    }
    let told = try MemoryDriver(router: plant.router)
      .send(Exchange(method: "GET", target: "/api/v1/events?once=1&after=0")).text
    #expect(told.contains("S-mine"))
    #expect(!told.contains("theirs"))
    #expect(Self.numbers(told) == [1])
  }

  @Test("96 listeners hear of it and are woken by a stop; one more is refused")
  func many() throws {
    let plant = try Plant()
    let listener = try Self.listen(plant.router)
    let port = try #require(listener.port)
    let wires = try (0..<Limits.eventStreams).map { _ in try #require(Wire(port: port)) }
    for wire in wires {
      wire.say(Self.get())
      #expect(wire.hear { $0.contains("event: ready") }.contains("event: ready"))
    }
    let late = try #require(Wire(port: port))
    late.say(Self.get())
    let refused = late.hear { $0.contains("overloaded") }
    #expect(refused.hasPrefix("HTTP/1.1 503 "))
    #expect(refused.contains("Retry-After: "))
    try Self.emit(plant, 1...1)
    for wire in wires { #expect(wire.hear { $0.contains("S-1") }.contains("S-1")) }
    #expect(listener.stop(deadlineMS: 20_000) == .drained)
    // Each ends in order: with the last chunk.
    for wire in wires { #expect(wire.hear { _ in false }.hasSuffix("0\r\n\r\n")) }
  }

  @Test("A right that ends, ends the stream with the next look; a third stream is refused")
  func rights() throws {
    let plant = try Plant()
    let token = try plant.addToken("stw_leaving", [.scanner])
    var surroundings = WarehouseAPI.Surroundings(
      access: plant.desk,
      settings: plant.inForce,
      address: "",
      health: { _ in .init(json: [], isFit: true) },
      metrics: { _ in [] },
      fault: { _, _ in }
    )
    surroundings.streamOwner = { $0.headers["X-Who"] }
    let api = WarehouseAPI(environment: plant.api.environment, surroundings: surroundings)
    let router = api.router(.lan)
    let listener = try Self.listen(router)
    defer { _ = listener.stop(deadlineMS: 2_000) }
    let port = try #require(listener.port)
    let staying = Self.get().replacing("Host: x", with: "Host: x\r\nX-Who: me")
    let request = staying.replacing(Plant.token, with: "stw_leaving")
    let wires = try (0..<3).map { _ in try #require(Wire(port: port)) }
    for wire in wires.prefix(2) {
      wire.say(request)
      #expect(wire.hear { $0.contains("event: ready") }.contains("event: ready"))
    }
    wires[2].say(request)
    let third = wires[2].hear { $0.contains("\"code\"") }
    #expect(third.hasPrefix("HTTP/1.1 503 ") && third.contains("Retry-After: 10\r\n"))
    let path = "/api/v1/tokens/\(token.publicID)"
    let gone = try MemoryDriver(router: router).send(Exchange(method: "DELETE", target: path))
    #expect(gone.status == 200, "\(gone.text)")
    try Self.emit(plant, 1...1)
    for wire in wires.prefix(2) {
      let rest = wire.hear { $0.hasSuffix("0\r\n\r\n") }
      #expect(rest.hasSuffix("0\r\n\r\n"))
      #expect(!rest.contains("S-1"))
    }
    // The seats are free again.
    let next = try #require(Wire(port: port))
    next.say(staying)
    #expect(next.hear { $0.contains("event: ready") }.contains("event: ready"))
  }
}
