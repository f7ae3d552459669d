import HTTPServer
import Testing
import Warehouse
import WireFormat

/// Demand as it really comes, through import, run and reading: every material gets an answer, every
/// answer a reason, and what cannot be right is refused with clear words.
@Suite("Bad demand through the API") struct BadDemandTests {
  /// The clock of the plant stands on 2026-03-02.
  static let today = LocalDay("2026-03-02") ?? LocalDay(rawValue: 0)

  /// Demand of a material: what is recorded `back` days ago, nil for no row.
  struct Kind: Sendable {
    var code: String
    var days: Int
    /// The rest of the row: quantity, whether out of stock, returned.
    var row: @Sendable (_ back: Int) -> String?
    /// What the reason must hold.
    var reason: String
    /// What each mean lies within.
    var means: ClosedRange<Double>
  }

  static let kinds: [Kind] = [
    Kind(
      code: "ZERO",
      days: 60,
      row: { _ in "0,," },
      reason: "No demand in any of 60 observed periods",
      means: 0...0
    ),
    Kind(
      code: "POINT",
      days: 1,
      row: { _ in "7,," },
      reason: "Only 1 observed period:",
      means: 6...8
    ),
    Kind(
      code: "CONSTANT",
      days: 120,
      row: { _ in "5,," },
      reason: "past origins",
      means: 5...5
    ),
    Kind(
      code: "THREE",
      days: 3,
      row: { "\($0),," },
      reason: "Only 3 observed periods",
      means: 1.7...2.3
    ),
    Kind(
      code: "TEN-YEARS",
      days: 3_650,
      row: { "\(3 + $0 % 7),," },
      reason: "past origins",
      means: 2...11
    ),
    Kind(
      code: "OUT-OF-STOCK",
      days: 120,
      row: { $0 < 60 && $0 % 3 > 0 ? "0,true," : "8,," },
      reason: "past origins",
      means: 7.5...8.5
    ),
    Kind(
      code: "NEVER-IN-STOCK",
      days: 20,
      row: { _ in "0,true," },
      reason: "No period was observed",
      means: 0...0
    ),
    Kind(
      code: "RARE",
      days: 300,
      row: { $0 % 40 == 5 ? "3,," : nil },
      reason: "rare demand",
      means: 0.01...0.5
    ),
    Kind(
      code: "RETURNED",
      days: 90,
      row: { $0 % 10 == 4 ? "0,,20" : "6,," },
      reason: "past origins",
      means: 1...6
    ),
    Kind(
      code: "HUGE",
      days: 90,
      row: { _ in "900000000000,," },
      reason: "past origins",
      means: 8e11...1e12
    ),
    Kind(
      code: "CARTONS",
      days: 200,
      row: { $0 > 60 ? "\(96 + $0 % 5),," : "\(4 + $0 % 2),," },
      reason: "a change of unit?",
      means: 3...6
    ),
    Kind(
      code: "SLIP",
      days: 150,
      row: { $0 == 40 ? "99999,," : "\(8 + $0 % 5),," },
      reason: "past origins",
      means: 6...14
    ),
  ]

  /// All rows, the days in no order.
  private static var demand: String {
    var rows: [String] = []
    for kind in kinds {
      for back in 1...kind.days {
        guard let rest = kind.row(back) else { continue }
        rows.append("\(kind.code),\(today.adding(days: -back)),\(rest)\n")
      }
    }
    let shuffled = rows.indices.map { rows[($0 * 7_919) % rows.count] }
    return "material,day,quantity,stock_out,returned\n" + shuffled.joined()
  }

  @Test("Each kind is answered with its reason", arguments: [Way.memory, .socket])
  func kinds(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    let materials = "code,name\n" + Self.kinds.map { "\($0.code),x\n" }.joined()
    let text = Self.demand
    try scenario.walk([
      .post("articles", "/api/v1/imports/materials", materials, type: "text/csv"),
      .post(
        "days in no order",
        "/api/v1/imports/demand",
        text,
        type: "text/csv",
        members: [("/faulty", 0)]
      ),
    ])
    let run = try scenario.take(.post("run", "/api/v1/forecasts", #"{"horizon":28}"#))
    let report = try JSONReader.parse(run.bytes)
    #expect(report["materials"]?.integer == Int64(Self.kinds.count))
    let failed = Set((report["failures"]?.array ?? []).compactMap { $0["material"]?.string })
    #expect(failed == ["ZERO", "NEVER-IN-STOCK"])
    for kind in Self.kinds {
      let answer = try scenario.take(
        .get(kind.code, "/api/v1/materials/\(kind.code)/forecast", holds: [kind.reason])
      )
      let forecast = try JSONReader.parse(answer.bytes)
      let rows = try #require(forecast["rows"]?.array)
      #expect(rows.count == 28)
      for row in rows {
        let mean = row["mean"]?.double ?? -1
        #expect(kind.means.contains(mean), "\(kind.code): \(mean)")
        let levels = ["q0.01", "q0.05", "q0.5", "q0.9", "q0.99"].map { row[$0]?.double ?? -1 }
        #expect(levels == levels.sorted() && levels[0] >= 0, "\(kind.code)")
      }
      let shares = (forecast["weights"]?.array ?? []).compactMap { $0["weight"]?.double }
      #expect(abs(shares.reduce(0, +) - 1) < 0.005, "\(kind.code)")
      #expect(forecast["weights"]?[0]?["method"]?.string == forecast["method"]?.string)
      if kind.code == "SLIP" {
        #expect(forecast["outliers"]?.array?.map(\.string) == ["2026-01-21"])
      }
    }
    #expect(plant.faults.all.isEmpty)
  }

  @Test(
    "What cannot be right is refused, all of it, and says what to do",
    arguments: [
      ("twice", "material,day,quantity\nA,2026-02-01,5\nA,2026-02-01,6\n", "a row for this day"),
      ("no number", "material,day,quantity\nA,2026-02-01,NaN\n", "quantity"),
      ("1e15", "material,day,quantity\nA,2026-02-01,1000000000000000\n", "must be"),
      ("a unit in the cell", "material,day,quantity\nA,2026-02-01,5 kg\n", "quantity"),
      (
        "mixed units", "material,day,quantity,unit\nA,2026-02-01,5,EACH\nA,2026-02-02,5,CARTON\n",
        "counted in EACH"
      ),
      ("no day", "material,day,quantity\nA,2026-02-30,5\n", "day"),
      ("a day twice in the header", "id,2026-02-01,2026-02-01\nA,1,2\n", "twice"),
      ("a day to come", "material,day,quantity\nA,2026-03-04,5\n", "lies in the future"),
      ("a column to come", "id,2026-03-01,2031-03-01\nA,1,2\n", "lies in the future"),
    ] as [(String, String, String)]
  )
  func refused(name: String, text: String, holds: String) throws {
    let plant = try Plant()
    var scenario = try Scenario(Way.memory.driver(plant))
    try scenario.walk([
      .post("articles", "/api/v1/imports/materials", "code,name\nA,x\n", type: "text/csv"),
      .post(name, "/api/v1/imports/demand", text, 422, type: "text/csv", holds: [holds]),
      .get("nothing came of it", "/api/v1/materials/A/demand", holds: [#""rows":[]"#]),
    ])
  }

  @Test("Columns of days in no order are put in order, and the unit that is named is checked")
  func accepted() throws {
    let plant = try Plant()
    var scenario = try Scenario(Way.memory.driver(plant))
    try scenario.walk([
      .post(
        "articles",
        "/api/v1/imports/materials",
        "code,name,base_unit\nA,x,KG\n",
        type: "text/csv"
      ),
      .post(
        "wide",
        "/api/v1/imports/demand",
        "id,2026-02-03,2026-02-01\nA,3,1\n",
        type: "text/csv",
        members: [("/applied", 2)]
      ),
      .post(
        "tomorrow, of a sender who is ahead",
        "/api/v1/imports/demand",
        "id,2026-03-03\nA,0\n",
        type: "text/csv",
        members: [("/applied", 1)]
      ),
      .post(
        "in kilograms",
        "/api/v1/imports/demand",
        "material,day,quantity,unit\nA,2026-02-02,2.5,kg\n",
        type: "text/csv",
        members: [("/applied", 1)]
      ),
      .get(
        "all there",
        "/api/v1/materials/A/demand",
        members: [
          ("/rows/0/quantity", 1), ("/rows/1/quantity", 2.5), ("/rows/2/quantity", 3),
        ]
      ),
    ])
  }
}
