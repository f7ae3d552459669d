import HTTPServer
import Testing
import Warehouse
import WireFormat

@testable import HubCore

@Suite("Questions to the hub")
struct QueryTests {
  private func demand(
    _ day: String,
    part: Int = 1,
    of parts: Int = 1,
    _ rows: [(String, String)],
    owner: String? = nil
  ) -> String {
    let list = rows.map { material, quantity in
      let begin = owner.map { "\"owner\":\"\($0)\"," } ?? ""
      return "{\(begin)\"material\":\"\(material)\",\"unit\":\"EA\",\"quantity\":\(quantity),"
        + "\"stock_out\":false}"
    }
    return "{\"day\":\"\(day)\",\"part\":\(part),\"parts\":\(parts),"
      + "\"rows\":[\(list.joined(separator: ","))]}"
  }

  private func quantities(_ json: JSONValue) -> [String] {
    (json["rows"]?.array ?? []).map { row in
      [row["facility"], row["day"], row["material"], row["quantity"]]
        .map { $0?.string ?? $0?.text ?? "-" }.joined(separator: " ")
    }
  }

  @Test("Demand is summed from the newest days alone, exactly, over facilities")
  func demandRows() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(
      try HubFixture.batch(
        1,
        [
          ("demand.daily", "2026-03-27", 1, demand("2026-03-27", [("A", "0.1"), ("B", "12.345")])),
          ("demand.daily", "2026-03-28", 1, demand("2026-03-28", [("A", "7")])),
        ]
      )
    )
    try fixture.send(
      try HubFixture.batch(
        2,
        [("demand.daily", "2026-03-28", 2, demand("2026-03-28", [("A", "-2"), ("C", "1e3")]))]
      )
    )
    let other = try HubFixture.batch(
      1,
      [("demand.daily", "2026-03-28", 1, demand("2026-03-28", [("A", "5")]))],
      facility: "B2"
    )
    try fixture.send(other, facility: "B2")
    let all = try fixture.get("/v1/demand?from=2026-03-01&to=2026-03-31").1
    #expect(
      quantities(all) == [
        "B1 2026-03-27 A 0.1", "B1 2026-03-27 B 12.345", "B1 2026-03-28 A -2",
        "B1 2026-03-28 C 1000", "B2 2026-03-28 A 5",
      ]
    )
    #expect(all["next"]?.isNull == true)
    let one = try fixture.get("/v1/demand?facility=B2&from=2026-03-28&to=2026-03-28").1
    #expect(quantities(one) == ["B2 2026-03-28 A 5"])
    let none = try fixture.get("/v1/demand?from=2026-03-29&to=2026-03-31").1
    #expect(quantities(none) == [])
  }

  @Test("A day in parts counts whole; a correction with fewer parts leaves none behind")
  func parts() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(
      try HubFixture.batch(
        1,
        [
          ("demand.daily", "2026-03-28", 1, demand("2026-03-28", part: 1, of: 2, [("A", "1")])),
          ("demand.daily", "2026-03-28/2", 1, demand("2026-03-28", part: 2, of: 2, [("B", "2")])),
        ]
      )
    )
    let target = "/v1/demand?from=2026-03-28&to=2026-03-28"
    #expect(
      quantities(try fixture.get(target).1) == ["B1 2026-03-28 A 1", "B1 2026-03-28 B 2"]
    )
    try fixture.send(
      try HubFixture.batch(
        2,
        [("demand.daily", "2026-03-28", 2, demand("2026-03-28", [("A", "3")]))]
      )
    )
    #expect(quantities(try fixture.get(target).1) == ["B1 2026-03-28 A 3"])
  }

  @Test("Pages follow one another without a row lost or doubled")
  func pages() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let rows = (0..<25).map { (format2($0), "1") }
    try fixture.send(
      try HubFixture.batch(
        1,
        [
          ("demand.daily", "2026-03-27", 1, demand("2026-03-27", rows, owner: "mill")),
          ("demand.daily", "2026-03-28", 1, demand("2026-03-28", rows, owner: "mill")),
        ]
      )
    )
    var found: [String] = []
    var next: String?
    repeat {
      let after = next.map { "&after=" + $0.replacing("\u{1F}", with: "%1F") } ?? ""
      let page = try fixture.get("/v1/demand?from=2026-03-01&to=2026-03-31&limit=7" + after).1
      found += quantities(page)
      next = page["next"]?.string
    } while next != nil
    #expect(found.count == 50)
    #expect(Set(found).count == 50)
    #expect(found == found.sorted())
  }

  private func format2(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  @Test("Demand of a shape that nobody knows does not break the query")
  func oddShapes() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    for (index, data) in [
      "{}", "[]", "7", "null", "{\"rows\":7}", "{\"rows\":[1,null,{}]}",
      "{\"rows\":[{\"material\":\"A\"}]}",
    ].enumerated() {
      let event = ("demand.daily", "2026-03-0\(index + 1)", Int64(1), data)
      #expect(try fixture.send(try HubFixture.batch(Int64(index + 1), [event])).status == 200)
    }
    let (status, answer) = try fixture.get("/v1/demand?from=2026-03-01&to=2026-03-31")
    #expect(status == 200)
    #expect(quantities(answer) == [])
  }

  @Test("CSV has the same rows, and guards what a spreadsheet would run")
  func csv() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    try fixture.send(
      try HubFixture.batch(
        1,
        [("demand.daily", "2026-03-28", 1, demand("2026-03-28", [("=cmd", "1.5"), ("A,B", "2")]))]
      )
    )
    let answer = try fixture.ask(
      .get,
      "/v1/demand?from=2026-03-28&to=2026-03-28",
      headers: ["Accept": "text/csv"]
    )
    #expect(answer.response.headers["Content-Type"]?.hasPrefix("text/csv") == true)
    let lines = String(decoding: answer.response.bytes, as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
    #expect(lines[0] == "facility,day,owner,material,unit,quantity,stock_out")
    #expect(lines.count == 3)
    #expect(lines.contains("B1,2026-03-28,,\"A,B\",EA,2,false"))
    #expect(!lines.contains { $0.contains(",=cmd") })
    for target in ["/v1/facilities", "/v1/utilization"] {
      let page = try fixture.ask(.get, target + "?format=csv").response
      #expect(String(decoding: page.bytes, as: UTF8.self).hasPrefix("facility,"))
    }
  }

  @Test("Utilisation is that of each facility's newest day")
  func utilization() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    func zones(_ day: String, _ ratio: String) -> String {
      "{\"day\":\"\(day)\",\"zones\":[{\"zone\":\"\",\"locations\":10,\"occupied\":4,"
        + "\"average_ratio\":\(ratio),\"overfull\":0},{\"zone\":\"R\",\"locations\":6,"
        + "\"occupied\":3,\"average_ratio\":0.5,\"overfull\":1}]}"
    }
    try fixture.send(
      try HubFixture.batch(
        1,
        [
          ("utilization.daily", "2026-03-28", 1, zones("2026-03-28", "0.25")),
          ("utilization.daily", "2026-03-27", 1, zones("2026-03-27", "0.75")),
        ]
      )
    )
    let rows = try fixture.get("/v1/utilization").1["rows"]
    #expect(rows?.array?.count == 2)
    #expect(rows?[0]?["zone"]?.string == "")
    #expect(rows?[0]?["average_ratio"]?.double == 0.25)
    #expect(rows?[1]?["overfull"]?.integer == 1)
    #expect(rows?[1]?["day"]?.string == "2026-03-28")
  }

  @Test("A silent facility shows its lag, and one that never sent shows that")
  func lag() throws {
    let fixture = try HubFixture { ring in
      _ = try ring.add(.facility, name: "B9", at: Instant(ms: 0))
      _ = try ring.add(.reader, name: "board", at: Instant(ms: 0))
    }
    defer { fixture.end() }
    let key = try KeyRing(folder: fixture.folder).add(.facility, name: "B1", at: Instant(ms: 0))
    let reader = try KeyRing(folder: fixture.folder).add(.reader, name: "x", at: Instant(ms: 0))
    try fixture.send(try HubFixture.batch(1, []), key: key)
    fixture.now = fixture.now.adding(seconds: 7_200)
    let rows = try fixture.get("/v1/facilities", key: reader).1["rows"]
    #expect(rows?.array?.count == 2)
    #expect(rows?[0]?["lag_seconds"]?.integer == 7_200)
    #expect(rows?[1]?["facility"]?.string == "B9")
    #expect(rows?[1]?["registered"]?.bool == true)
    #expect(rows?[1]?["lag_seconds"]?.isNull == true)
    #expect(rows?[1]?["epoch"]?.isNull == true)
  }

  @Test("The metrics page counts what became of batches")
  func metrics() throws {
    let fixture = try HubFixture()
    defer { fixture.end() }
    let batch = try HubFixture.batch(2, [("software", "stowage", 1, "{}")])
    try fixture.send(batch)
    try fixture.send(batch)
    try fixture.send(try HubFixture.batch(2, []))
    let text = String(decoding: try fixture.ask(.get, "/metrics").response.bytes, as: UTF8.self)
    for line in [
      "stowage_hub_batches_total{outcome=\"stored\"} 1",
      "stowage_hub_batches_total{outcome=\"repeated\"} 1",
      "stowage_hub_batches_total{outcome=\"conflicting\"} 1",
      "stowage_hub_batches_total{outcome=\"refused\"} 0", "stowage_hub_events_total 1",
      "stowage_hub_gaps{facility=\"B1\"} 1", "stowage_hub_quarantined{facility=\"B1\"} 1",
      "stowage_hub_durable_through{facility=\"B1\"} 0",
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
  }
}
