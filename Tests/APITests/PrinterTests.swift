import Operations
import Testing
import Warehouse
import WireFormat

/// Printers, labels, and the queue between them, through the API.
@Suite("Label printing") struct PrinterTests {
  private static let plated = #"""
    {"number":"R-2","dock":"DOCK-1","lines":[
     {"material":"SKID-2","quantity":4000,"lot":"S2-P","sscc":"340123450000000017"}]}
    """#

  private static let printers: [Step] = [
    .post(
      "a printer",
      "/api/v1/printers",
      #"{"name":"ZEBRA","host":"10.1.4.20","zone":"DOCK"}"#,
      201,
      members: [
        ("/port", 9_100), ("/dots_per_inch", 203), ("/state", "IDLE"), ("/active", true),
        ("/version", 1),
      ],
      keeps: [("printer", "/id")]
    ),
    .post(
      "moved",
      "/api/v1/printers",
      #"{"name":"ZEBRA","host":"fd00::20","port":6101,"width_mm":105,"height_mm":148}"#,
      200,
      members: [("/id", "{printer}"), ("/host", "fd00::20"), ("/port", 6_101), ("/version", 2)]
    ),
    .post(
      "on an old version",
      "/api/v1/printers",
      #"{"name":"ZEBRA","host":"10.1.4.20"}"#,
      412,
      headers: [("If-Match", #""1-00""#)]
    ),
    .post(
      "no host",
      "/api/v1/printers",
      #"{"name":"X","host":"a b","port":0,"dots_per_inch":10}"#,
      422,
      holds: ["/host", "/port", "/dots_per_inch"]
    ),
    .get("listed", "/api/v1/printers", members: [("/rows/0/name", "ZEBRA"), ("/next", nil)]),
    .get("none", "/api/v1/printers/019cad8f-ac00-7003-8000-0000000000ff", 404),
  ]

  private static let jobs: [Step] = [
    .post(
      "labels",
      "/api/v1/printers/{printer}/jobs",
      #"{"labels":[{"kind":"LOCATION","code":"P-01"},{"kind":"LOT","code":"S1-A"},"#
        + #"{"kind":"PLATE","code":"340123450000000017"}],"copies":2}"#,
      201,
      members: [
        ("/title", "Location P-01 and 2 more"), ("/labels", 6), ("/state", "QUEUED"),
        ("/attempts", 0),
      ],
      keeps: [("job", "/id")]
    ),
    .get(
      "its commands",
      "/api/v1/print-jobs/{job}",
      holds: [
        "^FDP-01^FS", "Check 11", "_1010401234567890110S1-A^FS", "^FD>;>800340123450000000017^FS",
        "^PQ2^XZ",
      ]
    ),
    .get(
      "the printer works",
      "/api/v1/printers/{printer}",
      members: [("/state", "PRINTING"), ("/queued", 1)]
    ),
    .get("of a state", "/api/v1/print-jobs?state=FAILED", members: [("/rows", [])]),
    .get("of no state", "/api/v1/print-jobs?state=LOST", 422),
    .get("of a printer", "/api/v1/print-jobs?printer={printer}", holds: ["{job}"]),
    .post(
      "nothing of it where one is wrong",
      "/api/v1/printers/{printer}/jobs",
      #"{"labels":[{"kind":"LOCATION","code":"P-01"},{"kind":"LOCATION","code":"NOPE"},"#
        + #"{"kind":"PLATE","code":"S1-A"}]}"#,
      422,
      holds: ["/labels/1", "/labels/2", "has no license plate"],
      lacks: ["/labels/0"]
    ),
    .post(
      "too many copies",
      "/api/v1/printers/{printer}/jobs",
      #"{"labels":[{"kind":"LOCATION","code":"P-01"}],"copies":101}"#,
      422,
      holds: ["/copies"]
    ),
    .post("again, while it waits", "/api/v1/print-jobs/{job}/resend", "{}", 409),
    .post("not", "/api/v1/print-jobs/{job}/cancel", "{}", members: [("/state", "CANCELLED")]),
    .post("not, twice", "/api/v1/print-jobs/{job}/cancel", "{}", 409),
    .post(
      "after all",
      "/api/v1/print-jobs/{job}/resend",
      "{}",
      members: [("/state", "QUEUED"), ("/ended_at", nil)]
    ),
  ]

  private static func furnished(_ driver: any Driver, _ plant: Plant) throws -> Scenario {
    var scenario = try Scenario(driver, watching: plant)
    try scenario.walk(Furniture.steps)
    try scenario.walk([
      .post("goods", "/api/v1/receipts", Furniture.receipt, 201),
      .post("a plate", "/api/v1/receipts", plated, 201),
    ])
    try scenario.walk(printers)
    return scenario
  }

  @Test("Printers are kept, labels are queued, cancelled and sent again", arguments: Way.allCases)
  func resources(way: Way) throws {
    let plant = try Plant()
    var scenario = try Self.furnished(way.driver(plant), plant)
    try scenario.walk(Self.jobs)
    #expect(plant.faults.all.isEmpty)
    #expect(
      try scenario.take(.get("audit", "/api/v1/audit")).text.contains("printer.changed")
    )
  }

  @Test("What is delivered is SENT, what hinders a printer is told, and it is deleted when empty")
  func delivery() throws {
    let plant = try Plant()
    var scenario = try Self.furnished(MemoryDriver(router: plant.router), plant)
    try scenario.walk(Self.jobs)
    let delivery = PrintDelivery(plant.desk.environment, facility: plant.desk.facility)
    let next = try delivery.next(besides: [])
    let task = try #require(next.due.first)
    #expect(next.due.count == 1 && task.printer.draft.host == "fd00::20")
    #expect(try delivery.next(besides: [task.printer.id]).due.isEmpty)
    try delivery.note(task, error: "it is out of paper")
    let later = try delivery.next(besides: [])
    #expect(later.due.isEmpty && later.waitMS == 1_000)
    try scenario.walk([
      .get(
        "hindered",
        "/api/v1/printers/{printer}",
        members: [("/state", "WAITING"), ("/error", "it is out of paper")]
      ),
      .get(
        "tried",
        "/api/v1/print-jobs/{job}",
        members: [("/attempts", 1), ("/next_try_at", "2026-03-02T08:00:01.000Z")]
      ),
    ])
    #expect(
      try scenario.driver.send(
        Exchange(
          method: "DELETE",
          target: "/api/v1/printers/\(scenario.kept["printer"] ?? "")"
        )
      ).status == 409
    )
    try delivery.note(task, error: nil)
    try scenario.walk([
      .get("sent", "/api/v1/print-jobs/{job}", members: [("/state", "SENT"), ("/error", nil)]),
      .post("once more", "/api/v1/print-jobs/{job}/resend", "{}"),
      .post("not any more", "/api/v1/print-jobs/{job}/cancel", "{}", key: "no-more"),
    ])
    // What is noted of a job that was cancelled meanwhile does not bring it back.
    try delivery.note(task, error: nil)
    try scenario.walk([
      .get("still not", "/api/v1/print-jobs/{job}", members: [("/state", "CANCELLED")])
    ])
    let gone = try scenario.driver.send(
      Exchange(method: "DELETE", target: "/api/v1/printers/\(scenario.kept["printer"] ?? "")")
    )
    #expect(gone.status == 200)
    try scenario.walk([.get("gone", "/api/v1/print-jobs/{job}", 404)])
  }

  @Test("One job and one label past their limits are refused")
  func limits() throws {
    let plant = try Plant()
    var scenario = try Self.furnished(MemoryDriver(router: plant.router), plant)
    let label = #"{"kind":"LOCATION","code":"P-01"}"#
    let many = Array(repeating: label, count: Limits.printLabels + 1).joined(separator: ",")
    try scenario.walk([
      .post(
        "too many labels",
        "/api/v1/printers/{printer}/jobs",
        #"{"labels":[\#(many)]}"#,
        422,
        holds: ["/labels"]
      )
    ])
    for number in 1...Limits.printQueue {
      try scenario.take(
        .post(
          "job \(number)",
          "/api/v1/printers/{printer}/jobs",
          #"{"labels":[\#(label)]}"#,
          201
        )
      )
    }
    try scenario.walk([
      .post(
        "one too many",
        "/api/v1/printers/{printer}/jobs",
        #"{"labels":[\#(label)]}"#,
        503,
        holds: ["overloaded"]
      )
    ])
    for number in 2...Limits.printers {
      try scenario.take(
        .post(
          "printer \(number)",
          "/api/v1/printers",
          #"{"name":"P\#(number)","host":"h"}"#,
          201
        )
      )
    }
    try scenario.walk([
      .post("a printer too many", "/api/v1/printers", #"{"name":"Y","host":"h"}"#, 409)
    ])
  }

  @Test("What is printed is scanned back as the thing that it is of")
  func scannedBack() throws {
    let plant = try Plant()
    var scenario = try Self.furnished(MemoryDriver(router: plant.router), plant)
    try scenario.walk([
      .post(
        "labels",
        "/api/v1/printers/{printer}/jobs",
        #"{"carrier":"DATA_MATRIX","labels":[{"kind":"LOCATION","code":"P-01"},"#
          + #"{"kind":"LOT","code":"S1-A"},{"kind":"LOT","code":"R1-A"},"#
          + #"{"kind":"PLATE","code":"S2-P"}]}"#,
        201,
        keeps: [("job", "/id")]
      )
    ])
    let job = try scenario.take(.get("it", "/api/v1/print-jobs/{job}"))
    let zpl = try #require(try JSONReader.parse(job.bytes)["zpl"]?.string)
    let data = zpl.split(separator: "\n").filter { $0.contains("^BX") }.compactMap { line in
      line.split(separator: "^FD").last.map { String($0.dropLast(3)) }
    }
    // As a scanner sends them: the symbology, and FNC1 inside as the separator.
    let scans = data.map { text in
      let isElements = text.hasPrefix("_1")
      let plain = (isElements ? text.dropFirst(2) : text[...]).replacing("_1", with: "\\u001d")
      return (isElements ? "]d2" : "]d1") + plain
    }
    #expect(scans.count == 4)
    for (scan, kind) in zip(scans, ["LOCATION", "LOT", "LOT", "LOT"]) {
      try scenario.walk([
        .post(
          "scan \(scan)",
          "/api/v1/scans",
          #"{"text":"\#(scan)"}"#,
          members: [("/kind", .string(kind))]
        )
      ])
    }
  }
}
