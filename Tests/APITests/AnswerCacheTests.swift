import Dispatch
import Foundation
import HTTPServer
import Synchronization
import Testing
import Warehouse
import WireFormat

@testable import API

@Suite("Kept answers") struct AnswerCacheTests {
  private static let scope = TenantScope(home: TenantID(1))

  private static func ask(
    _ cache: AnswerCache,
    _ target: String,
    _ generation: UInt64,
    scope: TenantScope = scope,
    _ text: String,
    status: Int = 200
  ) -> String {
    let answer = cache.answer(target, scope, generation: generation) {
      Response(status: status, body: .bytes(Array(text.utf8)))
    }
    return String(decoding: answer.bytes, as: UTF8.self)
  }

  @Test("An answer stands until the generation changes, for its own scope and target")
  func generations() {
    let cache = AnswerCache(limit: 64)
    #expect(Self.ask(cache, "/a", 1, "one") == "one")
    #expect(Self.ask(cache, "/a", 1, "two") == "one")
    #expect(Self.ask(cache, "/b", 1, "three") == "three")
    let other = TenantScope(home: TenantID(2))
    #expect(Self.ask(cache, "/a", 1, scope: other, "four") == "four")
    #expect(Self.ask(cache, "/a", 2, "five") == "five")
    // Somebody who began to read before the commit must not bring the old answer back for long.
    #expect(Self.ask(cache, "/a", 1, "late") == "late")
    #expect(Self.ask(cache, "/a", 2, "six") == "six")
  }

  @Test("Refusals, answers beyond all measure and those beyond the limit are not kept")
  func limits() {
    let cache = AnswerCache(limit: 64)
    #expect(Self.ask(cache, "/a", 1, "no", status: 404) == "no")
    #expect(Self.ask(cache, "/a", 1, "yes") == "yes")
    let huge = String(repeating: "x", count: Limits.cachedLargeAnswerBytes + 1)
    _ = Self.ask(cache, "/huge", 1, huge)
    #expect(Self.ask(cache, "/huge", 1, "small") == "small")
    let most = String(repeating: "x", count: Limits.cachedAnswerBytes)
    _ = Self.ask(cache, "/most", 1, most)
    #expect(Self.ask(cache, "/most", 1, "small") == most)
    for number in 0..<10_000 { _ = Self.ask(cache, "/\(number)", 1, "x") }
    #expect(cache.count <= 64)
  }

  private static let large = String(repeating: "x", count: Limits.cachedAnswerBytes + 1)

  @Test("A large answer is kept for all connections until the generation changes")
  func largeAnswers() {
    let cache = AnswerCache(limit: 64)
    #expect(Self.ask(cache, "/large", 1, Self.large) == Self.large)
    #expect(Self.ask(cache, "/large", 1, "again") == Self.large)
    #expect(Self.ask(cache, "/large", 2, Self.large + "2") == Self.large + "2")
    #expect(Self.ask(cache, "/large", 2, "again") == Self.large + "2")
    #expect(Self.ask(cache, "/large", 3, "small") == "small", "it may become small")
    let answers = LargeAnswers()
    for number in 0..<100 {
      answers.take(
        Response(status: 200, body: .bytes(Array(Self.large.utf8))),
        for: AnswerCache.Key(target: "/\(number)", scope: Self.scope),
        generation: 1
      )
    }
    #expect((1...Limits.cachedLargeAnswers).contains(answers.count))
  }

  @Test("Those who ask for a large answer at the same moment have it made once, or make their own")
  func together() async throws {
    for fails in [false, true] {
      let cache = AnswerCache(limit: 64)
      _ = Self.ask(cache, "/large", 1, Self.large)
      let (begun, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      let made = Mutex(0)
      let told = Mutex<[String]>([])
      let group = DispatchGroup()
      for _ in 0..<8 {
        group.enter()
        Thread {
          defer { group.leave() }
          let answer = try? cache.answer("/large", Self.scope, generation: 2) {
            let number = made.withLock { made in
              made += 1
              return made
            }
            begun.signal()
            if number == 1 {
              gate.wait()
              if fails { throw Failure(.invalid, "It cannot be made.") }
            }
            return Response(status: 200, body: .bytes(Array((Self.large + "2").utf8)))
          }
          told.withLock {
            $0.append(answer.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "")
          }
        }
        .start()
      }
      begun.wait()
      // Who asks after the next commit does not wait for what was begun before it.
      #expect(Self.ask(cache, "/large", 3, Self.large + "3") == Self.large + "3")
      gate.signal()
      await withCheckedContinuation { done in group.notify(queue: .global()) { done.resume() } }
      let answers = told.withLock { $0 }
      if fails {
        #expect(answers.filter { $0.isEmpty }.count == 1, "who failed is told so, and no other")
      } else {
        // Whoever asked later found what the third generation left behind: that is newer.
        #expect(answers.allSatisfy { $0 == Self.large + "2" || $0 == Self.large + "3" })
        #expect(made.withLock { $0 } == 1)
      }
    }
  }

  @Test("What was just written is what is read, every time", arguments: Way.allCases)
  func readYourWrites(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    for round in 0..<30 {
      try scenario.walk([
        .post(
          "write \(round)",
          "/api/v1/materials",
          #"{"code":"M","name":"Name \#(round)"}"#,
          round == 0 ? 201 : 200
        ),
        .get(
          "read \(round)",
          "/api/v1/materials/M",
          members: [("/name", .string("Name \(round)"))]
        ),
        .get(
          "again \(round)",
          "/api/v1/materials/M",
          members: [("/name", .string("Name \(round)"))]
        ),
      ])
    }
  }
}
