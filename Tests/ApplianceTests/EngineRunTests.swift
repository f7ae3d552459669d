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
