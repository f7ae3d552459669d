import Operations
import Testing
import Warehouse
import WireFormat

@Suite("Imports")
struct ImportTests {
  @Test("Read materials with units, and hold measures of goods rounded up")
  func materials() throws {
    let plant = try Plant()
    let result = try plant.load(
      .materials,
      """
      code,name,base_unit,handling_unit_quantity,length_in,width_cm,height_m,weight_lb,unit_cost_eur
      R1,Roll,KG,850.5,10,80.01,1.2004,1,12.345
      """
    )
    #expect(result.outcome == .refused)
    #expect(result.faults.map(\.column) == ["unit_cost_eur"])
    #expect(result.faults.first?.rule == "must have at most 2 decimals")
    let good = try plant.load(
      .materials,
      """
      code,name,base_unit,handling_unit_quantity,length_in,width_cm,height_m,weight_lb,unit_cost_eur
      R1,Roll,KG,850.5,10,80.01,1.2004,1,12.34
      """
    )
    #expect(good.outcome == .applied)
    #expect(good.created == 1)
    let draft = try Masters(plant.environment).material(code: "R1", scope: plant.scope).material
      .draft
    #expect(draft.handlingUnitSize == Dimensions(254, 801, 1_201))
    #expect(draft.handlingUnitWeightG == 454)
    #expect(draft.unitCostMinor == 1_234)
    #expect(draft.handlingUnitMilli == 850_500)
  }

  @Test("Take places a little smaller than measured")
  func placesAreRoundedDown() throws {
    let plant = try Plant()
    let text =
      "code,zone,aisle,width_cm,depth_cm,height_in,max_weight_lb\nA,Z,1,10.19,10.01,10.5,3\n"
    #expect(try plant.load(.locations, text).outcome == .applied)
    let draft = try Masters(plant.environment).location(code: "A", scope: plant.scope)
      .state.location.draft
    #expect(draft.inner == Dimensions(101, 100, 266))
    #expect(draft.maxWeightG == 1_360)
  }

  @Test("Name row, column, value and rule of every fault, and write nothing")
  func faults() throws {
    let plant = try Plant()
    let result = try plant.load(
      .materials,
      """
      code,name,base_unit,weight_kg,length_mm,width_mm,height_mm
      A,ok,EACH,1,1,1,1
      A,twice,EACH,1,1,1,1
      B,far,EACH,1e18,1,1,1
      C,less,EACH,-3,1,1,1
      D,nan,EACH,NaN,1,1,1
      E,unit,EACHH,1,1,1,1
      F,half,EACH,1,1,,1
      ,no code,EACH,1,1,1,1
      """
    )
    #expect(result.outcome == .refused)
    #expect(result.rows == 8)
    #expect(result.validRows == 1)
    #expect(result.faultyRows == 7)
    let places = result.faults.map { "\($0.row) \($0.column ?? "") \($0.value ?? "")" }
    #expect(
      places == [
        "3 code A", "4 weight_kg 1e18", "5 weight_kg -3", "6 weight_kg NaN", "7 base_unit EACHH",
        "8 width_mm ", "9 code ",
      ]
    )
    #expect(result.faults[0].rule.contains("row 2"))
    #expect(result.faults[1].rule.hasPrefix("must be 1 to 1000000000000 g"))
    #expect(result.faults[2].rule == "must not be negative")
    #expect(result.faults[3].rule.hasPrefix("must be a number"))
    #expect(result.faults[4].rule.hasSuffix("did you mean EACH?"))
    #expect(result.failure?.code == .invalid)
    let page = try Masters(plant.environment).materials(PageRequest(), scope: plant.scope)
    #expect(page.rows.isEmpty)
  }

  @Test(
    "Understand or refuse a header as a whole",
    arguments: [
      ("code,wieght_kg\nA,1\n", "wieght_kg", "did you mean \"weight_kg\"?"),
      ("code,weight\nA,1\n", "weight", "say the unit in the name"),
      ("code,unit_cost_usd\nA,1\n", "unit_cost_usd", "keeps its money in EUR"),
      ("name\nA\n", "code", "is missing"),
      ("code,name,NAME\nA,b,c\n", "NAME", "as column name does"),
      ("code,weight_g,weight_kg\nA,1,1\n", "weight_kg", "as column weight_g does"),
    ]
  )
  func headers(_ text: String, _ column: String, _ rule: String) throws {
    let result = try Plant().load(.materials, text, keepsGood: true)
    #expect(result.outcome == .refused)
    #expect(result.rows == 0)
    let fault = try #require(result.faults.first { $0.column == column })
    #expect(fault.row == 1)
    #expect(fault.rule.contains(rule))
  }

  @Test("Take a byte order mark, CR LF, semicolons and quotes as they come")
  func spreadsheets() throws {
    let plant = try Plant()
    let text = "\u{FEFF}Code;Name\r\nA;\"say \"\"hi\"\"; ok\"\r\n\r\nB;plain\r\n"
    #expect(try plant.load(.materials, text).outcome == .applied)
    let name = try Masters(plant.environment).material(code: "A", scope: plant.scope)
      .material.draft.name
    #expect(name == "say \"hi\"; ok")
  }

  @Test("Refuse a file that is cut off, even where the good rows would be kept")
  func cutOff() throws {
    let plant = try Plant()
    for keeps in [false, true] {
      let result = try plant.load(.materials, "code,name\nA,a\nB,\"cut", keepsGood: keeps)
      #expect(result.outcome == .refused)
      #expect(result.faults.last?.rule.contains("cut off") == true)
    }
    #expect(
      try Masters(plant.environment).materials(PageRequest(), scope: plant.scope).rows.isEmpty
    )
  }

  @Test("Say of bytes that are no UTF-8 where they stand")
  func encoding() throws {
    let plant = try Plant()
    let bytes = Array("code,name\nA,a\nB,".utf8) + [0xFC] + Array("ber\nC,c\n".utf8)
    let result = try plant.load(ImportRequest(kind: .materials, source: "x"), bytes)
    #expect(result.outcome == .refused)
    #expect(result.faults.map(\.row) == [3])
    #expect(result.faults[0].rule.contains("not UTF-8"))
    #expect(result.validRows == 2)
  }

  @Test(
    "Refuse what is no table",
    arguments: ["", "   \n", "code,name\n", "PK\u{3}\u{4}zip", "{\"code\":"]
  )
  func noTable(_ text: String) throws {
    let result = try Plant().load(.materials, text)
    #expect(result.outcome == .refused)
    #expect(result.faultCount > 0)
  }

  @Test("Map their names to ours, leave columns out, and fill in constants")
  func mapping() throws {
    let plant = try Plant()
    let result = try plant.load(
      .locations,
      "loc_id,pos_x,loc_width,loc_depth,loc_height,junk\nA1,0.0,160.0,600.0,130.0,x\n",
      map: [
        "loc_id": "code", "pos_x": "map_x_mm", "loc_width": "width_mm", "loc_depth": "depth_mm",
        "loc_height": "height_mm", "junk": "-",
      ],
      constants: ["zone": "MAIN", "aisle": "A1"]
    )
    #expect(result.outcome == .applied)
    let draft = try Masters(plant.environment).location(code: "A1", scope: plant.scope)
      .state.location.draft
    #expect(draft.zone == "MAIN")
    #expect(draft.inner == Dimensions(160, 600, 130))
    let unused = try plant.load(.materials, "code\nA\n", map: ["cod": "name"])
    #expect(unused.outcome == .refused)
    #expect(unused.faults[0].rule.contains("did you mean \"code\"?"))
  }

  @Test("A dry run says what would happen and writes nothing")
  func dryRun() throws {
    let plant = try Plant()
    let result = try plant.load(.materials, "code\nA\nB\n", isDryRun: true)
    #expect(result.outcome == .validated)
    #expect(result.validRows == 2)
    #expect(
      try Masters(plant.environment).materials(PageRequest(), scope: plant.scope).rows.isEmpty
    )
  }

  @Test("Keep the good rows, and give the others back with their reasons")
  func keepGood() throws {
    let plant = try Plant()
    var rejects: [UInt8] = []
    let result = try plant.load(
      .materials,
      "code,name,weight_kg\nA,one,1\nB,\"two, too\",-1\nC,three\nD,four,4\n",
      keepsGood: true,
      rejects: { rejects += $0 }
    )
    #expect(result.outcome == .partly)
    #expect(result.applied == 2)
    #expect(result.faultyRows == 2)
    let text = String(decoding: rejects, as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline)
    #expect(lines[0] == "code,name,weight_kg,rejected_because")
    #expect(lines[1] == "B,\"two, too\",-1,weight_kg: must not be negative")
    #expect(lines[2].hasPrefix("C,three,,"))
    #expect(lines.count == 3)
  }

  @Test("List the first faults and count the rest")
  func manyFaults() throws {
    let rows = (1...(Limits.importFaults + 50)).map { "M\($0),-1" }.joined(separator: "\n")
    let result = try Plant().load(.materials, "code,weight_kg\n" + rows)
    #expect(result.faults.count == Limits.importFaults)
    #expect(result.faultCount == Limits.importFaults + 50)
    #expect(result.failure?.hint?.contains("50 more") == true)
  }
}
