import Foundation
import StowageTesting
import Testing
import WireFormat

/// Receiving labels as they come from the floor, through the call: each must mean the right thing.
@Suite("Receiving labels through the call") struct ScanVectorTests {
  /// What each vector is in a house that has the article BOX-1, its lot LOT9, a unit with a plate
  /// and the place A-12-03-2: the kind, and what must stand in the answer.
  private static let meanings: [String: (kind: String, holds: [String])] = [
    "sscc_only": ("LOT", [#""lot":"UNIT-1""#]),
    "sscc_content_count_lot_exp": ("UNIT", [#""count":24"#, #""code":"BOX-1""#, "2027-05-31"]),
    "gtin_lot_exp_serial_dm": ("MATERIAL", [#""lot_number":"AB12""#, #""expiry":"2027-05-31""#]),
    "lot_last_noGS": ("LOT", [#""lot":"LOT9""#, #""expiry":"2027-12-31""#]),
    "lot_not_last_GS_missing": ("AMBIGUOUS", ["SEPARATOR_LOST", "(10)LOT9(15)271231"]),
    "GS_after_fixed_length_tolerated": ("LOT", [#""lot":"LOT9""#]),
    "trailing_GS": ("LOT", [#""lot":"LOT9""#]),
    "double_GS": ("LOT", [#""lot":"LOT9""#, "doubledSeparator", #""count":12"#]),
    "leading_GS_dm": ("LOT", [#""lot":"LOT9""#, "leadingSeparator"]),
    "day00": ("MATERIAL", [#""expiry":"2027-02-28""#]),
    "bad_month": ("MATERIAL", ["badValue", #""expiry":null"#]),
    "bad_feb29": ("MATERIAL", ["badValue", #""expiry":null"#]),
    "bad_check": ("UNKNOWN", ["badValue", "check digit"]),
    "weight_3102": ("MATERIAL", [#""lot_number":"L1""#]),
    "weight_3103": ("MATERIAL", [#""id":"3103","value":"001250""#]),
    "qty30_var": ("MATERIAL", [#""count":45"#, #""lot_number":"L1""#]),
    "37_without_02": ("MATERIAL", [#""count":12"#, "association"]),
    "02_without_37": ("LOT", [#""lot":"UNIT-1""#, "association"]),
    "lot_alone": ("LOT", [#""lot":"LOT9""#, "association"]),
    "gln414_ext254": ("LOCATION", [#""location":"A-12-03-2""#]),
    "gln410_ship": ("UNKNOWN", [#""id":"410""#]),
    "internal91_location": ("LOCATION", [#""location":"A-12-03-2""#]),
    "ai240": ("MATERIAL", ["CUST-77"]),
    "lot_21chars": ("MATERIAL", ["badValue"]),
    "lot_lower_case": ("MATERIAL", [#""lot_number":"ab-cd""#]),
    "lot_space_illegal": ("MATERIAL", ["badValue"]),
    "lot_caret_illegal": ("MATERIAL", ["badValue"]),
    "unknown_ai": ("UNKNOWN", ["unknownIdentifier"]),
    "brackets_in_scan": ("LOT", [#""lot":"LOT9""#, "brackets"]),
    "qr_dl": ("LOT", [#""lot":"LOT9""#, #""expiry":"2027-05-31""#]),
    "qr_dl_sscc": ("LOT", [#""lot":"UNIT-1""#]),
    "qr_dl_custom_stem": ("MATERIAL", [#""id":"21","value":"X/1""#]),
    "qr_dl_unpadded_gtin13": ("LOT", [#""lot":"LOT9""#, "paddedGTIN"]),
    "qr_dl_bad_order": ("MATERIAL", ["wrongOrder", #""lot_number":"L1""#]),
    "qr_plain": ("LOCATION", [#""location":"A-12-03-2""#]),
    "code128_plain_C0": ("LOCATION", [#""location":"A-12-03-2""#]),
    "code39_A0": ("LOCATION", [#""location":"A-12-03-2""#]),
    "itf14_I1": ("MATERIAL", [#""code":"BOX-1""#]),
    "ean13_E0": ("MATERIAL", [#""code":"BOX-1""#]),
    "ean8_E4": ("MATERIAL", [#""code":"EAN-8""#]),
    "no_symid": ("LOT", [#""lot":"LOT9""#, "noSymbology"]),
    "repeat_same": ("MATERIAL", [#""lot_number":"L1""#]),
    "repeat_diff": ("AMBIGUOUS", ["conflictingRepeat", "(10)L1", "(10)L2"]),
    "sscc_extra": ("LOT", [#""lot":"UNIT-1""#, "badValue"]),
    "yy_window": ("MATERIAL", [#""id":"11","value":"760101""#]),
  ]

  @Test(
    "All 45 mean what they should",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func vectors() throws {
    let plant = try Plant()
    var scenario = try Scenario(MemoryDriver(router: plant.router), watching: plant)
    try scenario.walk([
      .post(
        "places",
        "/api/v1/imports/locations",
        "code,kind,zone,aisle,bay\nDOCK-1,DOCK,DOCK,D,1\nA-12-03-2,STORAGE,A,12,3\n",
        type: "text/csv"
      ),
      .post(
        "articles",
        "/api/v1/imports/materials",
        "code,name,gtin\nBOX-1,Boxes,09521234543213\nEAN-8,Small boxes,02345673\n",
        type: "text/csv"
      ),
      .post(
        "goods",
        "/api/v1/receipts",
        #"{"number":"R-1","lines":[{"material":"BOX-1","quantity":1,"lot":"LOT9"},"#
          + #"{"material":"BOX-1","quantity":1,"lot":"UNIT-1","sscc":"009521234000000017"}]}"#,
        201
      ),
    ])
    let file = try #require(SharedData.file("scan/receiving-vectors.jsonl"))
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 45)
    for line in lines {
      let vector = try JSONReader.parse(String(line))
      let name = try #require(vector["name"]?.string)
      let text = try #require(vector["scan"])
      let (kind, holds) = try #require(Self.meanings[name], "\(name)")
      try scenario.walk([
        .post(
          name,
          "/api/v1/scans",
          #"{"text":\#(text.text),"device":"dock"}"#,
          holds: holds,
          members: [("/kind", .string(kind))]
        )
      ])
    }
  }
}
