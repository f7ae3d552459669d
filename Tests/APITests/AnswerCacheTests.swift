import HTTPServer
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

  @Test("Refusals, large answers and those beyond the limit are not kept")
  func limits() {
    let cache = AnswerCache(limit: 64)
    #expect(Self.ask(cache, "/a", 1, "no", status: 404) == "no")
    #expect(Self.ask(cache, "/a", 1, "yes") == "yes")
    let large = String(repeating: "x", count: Limits.cachedAnswerBytes + 1)
    _ = Self.ask(cache, "/large", 1, large)
    #expect(Self.ask(cache, "/large", 1, "small") == "small")
    let most = String(repeating: "x", count: Limits.cachedAnswerBytes)
    _ = Self.ask(cache, "/most", 1, most)
    #expect(Self.ask(cache, "/most", 1, "small") == most)
    for number in 0..<10_000 { _ = Self.ask(cache, "/\(number)", 1, "x") }
    #expect(cache.count <= 64)
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
