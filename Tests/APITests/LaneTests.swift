import Dispatch
import Foundation
import HTTPServer
import Operations
import Storage
import Testing
import Warehouse

@testable import API

@Suite("Overload") struct LaneTests {
  @Test("One plan more than may wait is refused at once, and scans and confirms are not")
  func plans() throws {
    let plant = try Plant()
    let driver = MemoryDriver(router: plant.router)
    let lane = plant.api.lanes.plans
    let isOpen = DispatchSemaphore(value: 0)
    let entered = DispatchSemaphore(value: 0)
    let ended = DispatchGroup()
    let all = Limits.plansAtWork + Limits.plansWaiting
    func start() {
      ended.enter()
      Thread.detachNewThread {
        try? lane.take {
          entered.signal()
          isOpen.wait()
        }
        ended.leave()
      }
    }
    for _ in 0..<Limits.plansAtWork { start() }
    for _ in 0..<Limits.plansAtWork { entered.wait() }
    for _ in 0..<Limits.plansWaiting { start() }
    while lane.waitingCount < Limits.plansWaiting { usleep(1_000) }
    func ask(_ path: String) throws -> Answer {
      try driver.send(
        Exchange(
          method: "POST",
          target: path,
          headers: [("Content-Type", "application/json"), ("Idempotency-Key", path)],
          body: Array("{}".utf8)
        )
      )
    }
    let nothing = "019cad8f-ac00-7003-8000-0000000000ff"
    let refused = try ask("/api/v1/receipts/\(nothing)/plan")
    #expect(refused.status == 503)
    #expect(refused.header("Retry-After") == "1")
    #expect(try ask("/api/v1/transactions").status == 422)
    #expect(try ask("/api/v1/putaway/recommendations/\(nothing)/confirm").status == 422)
    let health = try driver.send(Exchange(method: "GET", target: "/healthz"))
    #expect(health.status == 200)
    for _ in 0..<all { isOpen.signal() }
    ended.wait()
    // The same key tries anew: nothing was stored for what was not looked at.
    #expect(try ask("/api/v1/receipts/\(nothing)/plan").status == 404)
  }

  @Test("Imports, exports and runs have a lane of their own, with its own end")
  func bulk() throws {
    let lane = Lanes().bulk
    let isOpen = DispatchSemaphore(value: 0)
    let ended = DispatchGroup()
    let all = Limits.bulkCallsAtWork + Limits.bulkCallsWaiting
    for _ in 0..<all {
      ended.enter()
      Thread.detachNewThread {
        try? lane.take { isOpen.wait() }
        ended.leave()
      }
    }
    while lane.waitingCount < Limits.bulkCallsWaiting { usleep(1_000) }
    let failure = #expect(throws: Failure.self) { try lane.take {} }
    #expect(failure?.code == .overloaded)
    for _ in 0..<all { isOpen.signal() }
    ended.wait()
  }

  @Test("Tokens in memory are bounded, and forgotten with every change of rights")
  func cache() throws {
    let plant = try Plant()
    // Three in the part of each connection.
    let cache = CredentialCache(plant.desk, capacity: 3 * 16)
    for number in 0..<5 {
      try plant.addToken("stw_\(number)", [.scanner])
      #expect(try cache.token("stw_\(number)") != nil)
      #expect(cache.count <= 3)
    }
    #expect(try cache.token("stw_never") == nil)
    let now = plant.desk.environment.now()
    let text = "stw_4"
    let token = try #require(try cache.token(text))
    // Its use is noted once an hour.
    #expect(cache.isDue(text, at: now))
    #expect(!cache.isDue(text, at: now.adding(seconds: 3_599)))
    #expect(cache.isDue(text, at: now.adding(seconds: 3_600)))
    try plant.store.write(plant.desk.facility) { try $0.revokeToken(token, at: now) }
    #expect(try cache.token(text)?.isUsable(at: now) == true)
    cache.forget()
    #expect(try cache.token(text)?.isUsable(at: now) == false)
  }
}
