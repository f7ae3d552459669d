import Testing
import Warehouse
import WireFormat

@testable import Appliance

@Suite("Engines on files")
struct EngineRunTests {
  @Test("A forecast file has a row a series and step, and its report counts them")
  func forecast() throws {
    let scratch = try Scratch()
    var options = EngineRun.ForecastOptions()
    options.input = try scratch.write("id,p1,p2,p3\nA,1,2,3\nB,4,5,6\n", to: "in.csv")
    options.output = scratch.path("out.csv")
    options.horizon = 2
    options.season = 1
    options.method = "NAIVE"
    options.quantiles = ["0.1", "0.90"]
    let report = try EngineRun.forecast(options) { _, _ in }
    #expect(report["series"]?.integer == 2)
    let lines = try #require(scratch.read("out.csv")).split(separator: "\n")
    #expect(lines.first == "series,step,mean,q0.1,q0.90,method")
    #expect(lines.count == 5)
    #expect(lines[1].hasPrefix("A,1,3"))
    #expect(lines[4].hasPrefix("B,2,6"))
  }

  @Test("Why a series was forecast as it was stands in a file of its own")
  func reasons() throws {
    let scratch = try Scratch()
    let days = (1...90).map { "p\($0)" }.joined(separator: ",")
    func row(_ id: String, _ value: (Int) -> Int) -> String {
      "\(id)," + (0..<90).map { "\(value($0))" }.joined(separator: ",") + "\n"
    }
    var options = EngineRun.ForecastOptions()
    options.input = try scratch.write(
      "id,\(days)\n" + row("SLIP") { $0 == 40 ? 9_999 : 8 + $0 % 5 } + row("\"A,B\"") { _ in 0 },
      to: "in.csv"
    )
    options.output = scratch.path("out.csv")
    options.reasonsOutput = scratch.path("why.csv")
    options.season = 7
    _ = try EngineRun.forecast(options) { _, _ in }
    let lines = try #require(scratch.read("why.csv")).split(separator: "\n").map(String.init)
    #expect(
      lines.first == "series,method,runner_up,weights,demand_class,observations,outliers,reason"
    )
    #expect(lines.count == 3)
    let slip = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    #expect(slip[0] == "SLIP" && slip[3].hasPrefix(slip[1]))
    let shares = slip[3].split(separator: ";").compactMap { Double($0.split(separator: " ")[1]) }
    #expect(abs(shares.reduce(0, +) - 1) < 0.03)
    #expect((shares.count > 1) == !slip[2].isEmpty)
    #expect(slip[4] == "SMOOTH" && slip[5] == "90" && slip[6] == "41")
    #expect(lines[1].contains("past origins"))
    #expect(lines[2].hasPrefix("\"A,B\",NAIVE,,NAIVE 1.00,NONE,90,,"))
    #expect(lines[2].contains("No demand in any of 90"))
  }

  @Test("Policies from a file are those of textbooks, and a line with a fault is named")
  func policies() throws {
    let scratch = try Scratch()
    // Heizer and Render, Operations Management: iPods (39.0) and batteries (1,004); Sharp's
    // economic quantity of 200 units; k = 1.2816 and 1.6449.
    let input = try scratch.write(
      """
      {"material":"ipods","daily_mean":15,"daily_deviation":5,"lead_time_days":2,"review_days":0,\
      "service_level":0.9}
      {"material":"batteries","daily_mean":150,"daily_deviation":16,"lead_time_days":5,\
      "lead_time_deviation_days":1,"review_days":0}
      {"material":"needles","daily_mean":2.739726027,"lead_time_days":7,"unit_cost_minor":100,\
      "ordering_cost_minor":1000,"holding_cost_pct":50,"multiple":1,"today":"2026-03-02",\
      "on_hand":5,"on_order":[{"day":"2026-03-20","quantity":50}]}

      """,
      to: "in.ndjson"
    )
    let report = try EngineRun.policies(input: input, output: scratch.path("out.ndjson"))
    #expect(report["policies"]?.integer == 3)
    #expect((report["policies_ms"]?.double ?? -1) > 0)
    let lines = try #require(scratch.read("out.ndjson")).split(separator: "\n").map {
      try JSONReader.parse(Array($0.utf8))
    }
    #expect(abs((lines[0]["textbook"]?["reorder_point"]?.double ?? 0) - 39.06) < 0.01)
    #expect(abs((lines[0]["reorder_point"]?.double ?? 0) - 39.06) < 0.02)
    #expect(abs((lines[1]["textbook"]?["safety_stock"]?.double ?? 0) - 253.7) < 0.3)
    #expect(abs((lines[2]["economic_order_quantity"]?.double ?? 0) - 200) < 0.01)
    #expect(lines[2]["usual_order_quantity"]?.double == 200)
    #expect(lines[2]["days_until_stockout"]?.integer == 1)
    #expect(lines[2]["urgency"]?.string == "CRITICAL")
    let bad = try scratch.write("{\"material\":\"a\",\"daily_men\":4}\n", to: "bad.ndjson")
    let failure = #expect(throws: Failure.self) {
      _ = try EngineRun.policies(input: bad, output: scratch.path("none.ndjson"))
    }
    #expect(failure?.message.hasPrefix("Line 1:") == true)
    #expect(failure?.faults.contains { $0.place == "/daily_men" } == true)
    #expect(!scratch.files.contains("none.ndjson"))
  }

  @Test("A row that stands twice is named, and leaves no file behind")
  func badRow() throws {
    let scratch = try Scratch()
    var options = EngineRun.ForecastOptions()
    options.input = try scratch.write("id,p1,p2\nA,1,2\nA,1,3\n", to: "in.csv")
    options.output = scratch.path("out.csv")
    options.season = 1
    let failure = #expect(throws: Failure.self) { _ = try EngineRun.forecast(options) { _, _ in } }
    #expect(failure?.faults.first?.place == "row 3, column id")
    #expect(failure?.faults.first?.value == "A")
    #expect(scratch.files == ["in.csv"])
  }

  @Test("A cell that cannot be read is missing, and its series says so")
  func badCell() throws {
    let scratch = try Scratch()
    var options = EngineRun.ForecastOptions()
    options.input = try scratch.write("id,p1,p2\nA,4,4\nB,1,two\n", to: "in.csv")
    options.output = scratch.path("out.csv")
    options.season = 1
    options.horizon = 1
    options.method = "NAIVE"
    let report = try EngineRun.forecast(options) { _, _ in }
    #expect(report["failures"]?.array?.map { $0["series"]?.string } == ["B"])
    #expect(
      report["failures"]?.array?.first?["reason"]?.string
        == "row 3, column p2: 'two' is no number; taken as missing"
    )
    #expect(
      scratch.read("out.csv") == "series,step,mean,method\nA,1,4,NAIVE\nB,1,1,NAIVE\n"
    )
  }

  @Test("An answer that was there stays as it was when the next one fails")
  func oldAnswerStays() throws {
    let scratch = try Scratch()
    var options = EngineRun.ForecastOptions()
    options.input = try scratch.write("id,p1\nA,1,2\n", to: "in.csv")
    options.output = try scratch.write("what was there\n", to: "out.csv")
    #expect(throws: Failure.self) { _ = try EngineRun.forecast(options) { _, _ in } }
    #expect(scratch.read("out.csv") == "what was there\n")
    #expect(scratch.files == ["in.csv", "out.csv"])
  }

  @Test("A plan places what fits and says why the rest does not")
  func pack() throws {
    let scratch = try Scratch()
    var options = EngineRun.PackOptions()
    options.input = try scratch.write(
      """
      {"objective":"FEWEST_LOCATIONS","min_support":0,
       "locations":[{"id":"L","copies":2,"inner_mm":[100,100,100],"max_weight_g":1000}],
       "items":[{"id":"a","quantity":3,"size_mm":[100,100,100],"weight_g":10}]}
      """,
      to: "in.json"
    )
    options.output = scratch.path("plan.json")
    options.budgetMS = 50
    let report = try EngineRun.pack(options)
    #expect(report["placed"]?.integer == 2)
    let plan = try JSONReader.parse(Array(#require(scratch.read("plan.json")).utf8))
    #expect(plan["locations_used"]?.integer == 2)
    #expect(plan["unplaced"]?.array?.count == 1)
    #expect(plan["unplaced"]?[0]?["reason"]?.string?.isEmpty == false)
  }

  @Test(
    "Names and files that are none are refused",
    arguments: [("BEST", "in.json"), ("FFD", "missing.json")]
  )
  func refused(algorithm: String, input: String) throws {
    let scratch = try Scratch()
    _ = try scratch.write("{}", to: "in.json")
    var options = EngineRun.PackOptions()
    options.input = scratch.path(input)
    options.output = scratch.path("plan.json")
    options.algorithm = algorithm
    #expect(throws: Failure.self) { _ = try EngineRun.pack(options) }
    #expect(!scratch.files.contains("plan.json"))
  }
}
