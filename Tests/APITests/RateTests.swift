import HTTPServer
import Testing
import Warehouse

@testable import API

@Suite("Rates") struct RateTests {
  private static let start = Instant(ms: 1_772_438_400_000)

  @Test("A scanner of 30 scans a second never waits; a loop does, and is told for how long")
  func scanner() {
    let book = RateBook<String>(burst: 400, perSecond: 200)
    var refused = 0
    for scan in 0..<30 * 60 {
      if book.take("scanner", at: Self.start.adding(ms: Int64(scan) * 1_000 / 30)) != nil {
        refused += 1
      }
    }
    #expect(refused == 0)
    // A loop of 2,000 a second for ten seconds gets its burst and then 200 a second.
    var passed = 0
    var waits: Set<Int> = []
    for request in 0..<20_000 {
      let wait = book.take("loop", at: Self.start.adding(ms: Int64(request) / 2))
      if let wait { waits.insert(wait) } else { passed += 1 }
    }
    #expect((2_390...2_402).contains(passed), "\(passed)")
    #expect(waits == [1])
    // The scanner beside it noticed nothing.
    #expect(book.take("scanner", at: Self.start.adding(seconds: 60)) == nil)
  }

  @Test("A clock that jumps back gives nothing away and takes nothing")
  func clock() {
    let book = RateBook<String>(burst: 2, perSecond: 1)
    #expect(book.take("a", at: Self.start) == nil)
    #expect(book.take("a", at: Self.start.adding(seconds: -3_600)) == nil)
    #expect(book.take("a", at: Self.start.adding(seconds: -3_600)) == 1)
    #expect(book.take("a", at: Self.start.adding(seconds: -3_599)) == nil)
  }

  @Test("It never knows more callers than it may")
  func bounds() {
    let book = RateBook<Int>(burst: 2, perSecond: 1)
    for caller in 0...Limits.rememberedRates { _ = book.take(caller, at: Self.start) }
    #expect(book.count <= Limits.rememberedRates)
    // Those who waited long enough are the first to be forgotten.
    let small = RateBook<Int>(burst: 2, perSecond: 1, capacity: 3)
    _ = small.take(1, at: Self.start)
    for _ in 1...2 { _ = small.take(2, at: Self.start.adding(seconds: 60)) }
    _ = small.take(3, at: Self.start.adding(seconds: 60))
    _ = small.take(4, at: Self.start.adding(seconds: 60))
    #expect(small.take(2, at: Self.start.adding(seconds: 60)) == 1)
  }

  @Test("Whoever tries codes out is stopped by address, and no token of others with it")
  func entries() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let body = Array(#"{"code":"AAAA-AAAA","name":"X","kind":"HANDHELD"}"#.utf8)
    let exchange = Exchange(
      method: "POST",
      target: "/api/v1/devices/pair",
      headers: [("Authorization", ""), ("Content-Type", "application/json")],
      body: body
    )
    for _ in 0..<Limits.entryBurst { #expect(try driver.send(exchange).status == 401) }
    let stopped = try driver.send(exchange)
    #expect(stopped.status == 429)
    #expect(stopped.header("Retry-After") == "3")
    for _ in 0..<Limits.entryBurst {
      let guess = Exchange(
        method: "GET",
        target: "/api/v1/materials",
        headers: [("Authorization", "Bearer stw_guess")]
      )
      #expect(try driver.send(guess).status == 401)
    }
    let known = Exchange(method: "GET", target: "/api/v1/materials")
    #expect(try driver.send(known).status == 200)
  }
}
