import API
import Foundation
import HTTPServer
import Synchronization
import Testing
import Warehouse
import WireFormat

@Suite("Idempotency keys") struct IdempotencyTests {
  private static let body =
    #"{"number":"R-9","lines":[{"material":"SKID-1","quantity":5000,"lot":"L9"}]}"#

  private static func post(
    _ driver: any Driver,
    _ target: String,
    _ body: String,
    key: String?,
    type: String = "application/json"
  ) throws -> Answer {
    var headers = [("Content-Type", type)]
    if let key { headers.append(("Idempotency-Key", key)) }
    return try driver.send(
      Exchange(method: "POST", target: target, headers: headers, body: Array(body.utf8))
    )
  }

  @Test("Every POST that changes something wants a key", arguments: Way.allCases)
  func missing(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    // What lets devices and people in takes no key: its answers hold secrets, and are never stored.
    // A scan changes nothing, and of a list of operations each has a key of its own.
    let entries: Set = [
      "/api/v1/setup", "/api/v1/devices/pair", "/api/v1/sessions", "/api/v1/scans",
      "/api/v1/operations",
    ]
    for (method, pattern, _) in plant.router.table
    where method == .post && !entries.contains(pattern) {
      let target = pattern.replacing("{kind}", with: "materials")
        .replacing("{id}", with: "019cad8f-ac00-7003-8000-0000000000ff")
      let type = pattern.contains("imports") ? "text/csv" : "application/json"
      let answer = try Self.post(driver, target, "{}", key: nil, type: type)
      #expect(answer.status == 400, "\(pattern): \(answer.text)")
      #expect(answer.text.contains(#""code":"missing""#), "\(pattern)")
      #expect(answer.text.contains("Idempotency-Key"), "\(pattern)")
    }
  }

  @Test("A repeat gets the stored answer, another body 422", arguments: Way.allCases)
  func replay(way: Way) throws {
    let plant = try Plant()
    let driver = try way.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    let path = "/api/v1/receipts"
    let first = try Self.post(driver, path, Self.body, key: "one")
    #expect(first.status == 201)
    #expect(first.header("Idempotent-Replayed") == nil)
    let again = try Self.post(driver, path, Self.body, key: "\"one\"")
    #expect(again.status == 201)
    #expect(again.bytes == first.bytes)
    #expect(again.header("Idempotent-Replayed") == "true")
    #expect(again.header("Content-Type") == "application/json")
    let other = try Self.post(
      driver,
      path,
      Self.body.replacing("5000", with: "10000"),
      key: "one"
    )
    #expect(other.status == 422)
    #expect(other.text.contains(#""code":"key_reused""#))
    // The target counts as well: the same body elsewhere is another request.
    let elsewhere = try Self.post(driver, "/api/v1/transactions", Self.body, key: "one")
    #expect(elsewhere.status == 422)
    let stock = try driver.send(Exchange(method: "GET", target: "/api/v1/stock?lot=L9"))
    #expect(try JSONReader.parse(stock.bytes).at("/rows/0/quantity")?.integer == 5_000)
  }

  @Test("A refused request keeps nothing: the same key works once the reason is gone")
  func refusedFirst() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let path = "/api/v1/receipts"
    #expect(try Self.post(driver, path, Self.body, key: "k").status == 409)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    #expect(try Self.post(driver, path, Self.body, key: "k").status == 201)
    let file = "material,day,quantity\nLATE-1,2026-01-05,3\n"
    let demand = "/api/v1/imports/demand"
    #expect(try Self.post(driver, demand, file, key: "d", type: "text/csv").status == 422)
    let material = #"{"code":"LATE-1"}"#
    #expect(try Self.post(driver, "/api/v1/materials", material, key: "m").status == 201)
    #expect(try Self.post(driver, demand, file, key: "d", type: "text/csv").status == 200)
  }

  @Test("Keys that cannot be keys are refused")
  func badKeys() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let long = String(repeating: "k", count: Limits.idempotencyKeyLength + 1)
    for key in ["", "\"\"", "a b", "\u{E4}", "a\"b", long] {
      let answer = try Self.post(driver, "/api/v1/receipts", Self.body, key: key)
      #expect(answer.status == 422, "\(key)")
    }
    let longest = String(long.dropLast())
    let answer = try Self.post(driver, "/api/v1/materials", #"{"code":"A"}"#, key: longest)
    #expect(answer.status == 201)
  }

  @Test("The same key from many clients at once has one effect", arguments: [false, true])
  func parallel(isLong: Bool) throws {
    let plant = try Plant()
    let driver = try SocketDriver(plant.router)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    let answers = Mutex<[Answer]>([])
    let file = "code,name\n" + (1...2_000).map { "M-\($0),Thing\n" }.joined()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let answer =
        isLong
        ? try? Self.post(driver, "/api/v1/imports/materials", file, key: "p", type: "text/csv")
        : try? Self.post(driver, "/api/v1/receipts", Self.body, key: "p")
      if let answer { answers.withLock { $0.append(answer) } }
    }
    let all = answers.withLock { $0 }
    #expect(all.count == 8)
    let done = all.filter { $0.status == (isLong ? 200 : 201) }
    let fresh = done.filter { $0.header("Idempotent-Replayed") == nil }
    #expect(fresh.count == 1)
    #expect(done.allSatisfy { $0.bytes == fresh.first?.bytes })
    for answer in all where answer.status >= 400 {
      #expect(answer.status == 409, "\(answer.text)")
      #expect(answer.text.contains(#""code":"in_progress""#))
      #expect(answer.header("Retry-After") == "1")
    }
    let counts = try plant.rowCounts()
    #expect(isLong ? counts["imports"] == 3 : counts["receipts"] == 1, "\(counts)")
  }
}

/// Makes the answers of failures, as routes outside the module do.
enum ProblemResponseProbe {
  static func answer(_ code: Failure.Code) -> Answer {
    let response = ProblemResponse.make(Failure(code, "Words."), instance: "7")
    return Answer(
      status: response.status,
      headers: response.headers.fields.map { ($0.name, $0.value) },
      bytes: response.bytes
    )
  }
}

extension IdempotencyTests {
  @Test("The repeat of an import with a long report says that it leaves the report out")
  func longReport() throws {
    let plant = try Plant()
    let driver = try Way.memory.driver(plant)
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    let count = 2_600
    let long = String(repeating: "-LONG", count: 11)
    let codes = (0..<count).map { "\($0)\(long)" }
    let materials =
      "code,base_unit,handling_unit_quantity\n"
      + codes.map { "\($0),EACH,1\n" }.joined()
    let stock = "material,location,quantity\n" + codes.map { "\($0),P-01,1\n" }.joined()
    let path = "/api/v1/imports/"
    let made = try Self.post(driver, path + "materials", materials, key: "m", type: "text/csv")
    #expect(made.status == 200)
    let first = try Self.post(driver, path + "opening-stock", stock, key: "s", type: "text/csv")
    #expect(first.status == 200, "\(first.text.prefix(300))")
    let report = try JSONReader.parseOwn(first.bytes)["report"]?["materials"]?.array ?? []
    #expect(report.count == count)
    let again = try Self.post(driver, path + "opening-stock", stock, key: "s", type: "text/csv")
    #expect(again.header("Idempotent-Replayed") == "true")
    let kept = try JSONReader.parse(again.bytes)
    #expect(kept["report_omitted"]?.bool == true)
    #expect(kept["report"] == nil)
    #expect(kept["applied"]?.integer == Int64(count))
  }
}
