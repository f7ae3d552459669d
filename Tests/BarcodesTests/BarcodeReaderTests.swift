import StowageTesting
import Testing
import Warehouse

@testable import Barcodes

@Suite("Reading scans")
struct BarcodeReaderTests {
  private func read(_ text: String) -> Scan { BarcodeReader.read(text, currentYear: 2026) }

  @Test(
    "Check digits of published examples are right",
    arguments: [
      // GS1's own worked examples come first, then numbers of goods in the shops.
      "6291041500213", "376104250021234569", "04006381333931", "96385074", "036000291452",
      "9521234000013", "09521234543213",
    ]
  )
  func checkDigits(key: String) {
    #expect(CheckDigit.isRight(key))
    let wrong = key.dropLast() + "\((key.last?.wholeNumberValue ?? 0) == 0 ? 1 : 0)"
    #expect(!CheckDigit.isRight(wrong))
    #expect(CheckDigit.of("12a4") == nil)
    #expect(CheckDigit.of("") == nil)
  }

  @Test("GTINs of all lengths become 14 digits, as text")
  func gtins() {
    #expect(GTIN("96385074")?.text == "00000096385074")
    #expect(GTIN("036000291452")?.text == "00036000291452")
    #expect(GTIN("6291041500213")?.text == "06291041500213")
    #expect(GTIN("96385074")?.shortest == "96385074")
    #expect(GTIN("036000291452")?.shortest == "036000291452")
    #expect(GTIN("6291041500213")?.shortest == "6291041500213")
    #expect(GTIN("96385075") == nil)
    #expect(GTIN("0000000000000") == nil)
    #expect(GTIN("629104150021") == nil)
    #expect(GTIN("６291041500213") == nil)
  }

  @Test("A new SSCC gets its check digit and never outgrows its serial")
  func newSSCC() {
    let sscc = SSCC(extensionDigit: 3, companyPrefix: "7610425", serial: 2_123_456)
    #expect(sscc?.text == "376104250021234569")
    #expect(SSCC(extensionDigit: 0, companyPrefix: "7610425", serial: 999_999_999) != nil)
    #expect(SSCC(extensionDigit: 0, companyPrefix: "7610425", serial: 1_000_000_000) == nil)
    #expect(SSCC(extensionDigit: 10, companyPrefix: "7610425", serial: 1) == nil)
    #expect(SSCC(extensionDigit: 1, companyPrefix: "76X0425", serial: 1) == nil)
    #expect(SSCC(extensionDigit: 1, companyPrefix: "123", serial: 1) == nil)
  }

  @Test(
    "The century is the nearest, and day 00 ends the month",
    arguments: [
      ("760101", 2025, "1976-01-01"), ("760101", 2026, "2076-01-01"),
      ("000101", 2050, "2100-01-01"),
      ("000101", 2049, "2000-01-01"), ("991231", 2001, "1999-12-31"),
      ("270200", 2026, "2027-02-28"),
      ("280200", 2026, "2028-02-29"), ("271200", 2026, "2027-12-31"),
    ]
  )
  func dates(text: String, year: Int, day: String) {
    #expect(CompactDate.day(text, currentYear: year)?.description == day)
  }

  @Test("A pallet label gives unit, content, count, lot and expiry")
  func palletLabel() {
    let scan = read("]C1003952123400000000210209521234543213172705313724\u{1D}10LOT-7/A\r\n")
    #expect(scan.kind == .elementString)
    #expect(scan.symbology?.name == "GS1-128")
    #expect(scan.sscc?.text == "395212340000000021")
    #expect(scan.contentGTIN?.text == "09521234543213")
    #expect(scan.gtin == nil)
    #expect(scan.expiry?.description == "2027-05-31")
    #expect(scan.count == 24)
    #expect(scan.lot == "LOT-7/A")
    #expect(scan.isConformant)
    #expect(scan.isUsable)
  }

  @Test(
    "Separators typed as text are restored",
    arguments: [
      "{GS}", "<GS>", "<gs>", "\u{241D}", "^]", "{Ctrl-]}", "\\x1D",
    ]
  )
  func tokens(token: String) {
    let scan = read("]C10109521234543213" + "10AB12" + token + "21SN1")
    #expect(scan.lot == "AB12")
    #expect(scan.serial == "SN1")
    #expect(scan.repairs.map(\.code) == [.separatorToken])
    #expect(scan.isUsable)
    #expect(!scan.isConformant)
  }

  @Test("A lost separator is called ambiguous, with the other reading, and nothing is chosen")
  func lostSeparator() {
    let scan = read("]C1010952123454321310LOT915271231")
    #expect(scan.lot == "LOT915271231")
    #expect(scan.isAmbiguous)
    #expect(
      scan.alternatives == [
        [Element("01", "09521234543213"), Element("10", "LOT9"), Element("15", "271231")]
      ]
    )
    #expect(!scan.isUsable)
    var settings = BarcodeSettings(currentYear: 2026, sendsSeparators: true)
    #expect(
      !BarcodeReader.read("]C1010952123454321310LOT915271231", settings: settings).isAmbiguous
    )
    #expect(!read("]C1010952123454321310AB1221SN0001").isAmbiguous)
    settings.sendsSeparators = false
    #expect(BarcodeReader.read("]C1010952123454321310AB1221SN0001", settings: settings).isAmbiguous)
    // The count cannot hold letters, so a separator was lost for certain.
    let count = read("]C10039521234000000002102095212345432133724" + "10LOT-7/A")
    #expect(count.faults.map(\.identifier) == ["37"])
    #expect(count.alternatives.contains { $0.last == Element("10", "LOT-7/A") })
    // A scan in which a separator arrived has none to lose.
    #expect(!read("]C1010952123454321310L1\u{1D}21S915271231").isAmbiguous)
  }

  @Test("Bare numbers are known by length and check digit")
  func bareNumbers() {
    #expect(GTIN("6291041500213").map { read("6291041500213").kind == .gtin($0) } == true)
    #expect(SSCC("376104250021234569").map { read("376104250021234569").kind == .sscc($0) } == true)
    #expect(read("00376104250021234569").sscc?.text == "376104250021234569")
    #expect(read("6291041500214").kind == .plain)
    #expect(read("6291041500213").gtin?.text == "06291041500213")
  }

  @Test("Own codes stay plain, also where they look like elements")
  func ownCodes() {
    for code in ["A-12-03-2", "10045", "21-A-03", "P-4711", "", "]", "]C", "漢字", "0", "("] {
      #expect(read(code).kind == .plain, "\(code)")
      #expect(read(code).faults.isEmpty)
    }
    #expect(read("10045").possibleElements == [Element("10", "045")])
    var settings = BarcodeSettings(currentYear: 2026, locationPrefixes: ["LOC:"])
    #expect(BarcodeReader.read("LOC:A-12-03-2", settings: settings).location == "A-12-03-2")
    settings.prefixes = ["#"]
    settings.suffixes = ["$"]
    #expect(BarcodeReader.read("#LOC:A-1$\r", settings: settings).location == "A-1")
    #expect(read("]C191A-12-03-2").location == "A-12-03-2")
    #expect(read("]C14149521234000013254A-12-03-2").location == "A-12-03-2")
  }

  @Test(
    "A doubled scan is read once and noted",
    arguments: [
      ("62910415002136291041500213", "06291041500213"),
      ("]E06291041500213]E06291041500213", "06291041500213"),
    ]
  )
  func doubled(text: String, gtin: String) {
    let scan = read(text)
    #expect(scan.gtin?.text == gtin)
    #expect(scan.repairs.contains { $0.code == .doubledScan })
  }

  @Test("Caps lock is noticed by the symbology identifier")
  func capsLock() {
    let scan = read("]c1010952123454321310lot9")
    #expect(scan.kind == .elementString)
    #expect(scan.repairs.map(\.code) == [.capsLock])
  }

  @Test("Measures are exact integers with their decimals")
  func measures() {
    let scan = read("]C101095212345432133103001250" + "3302000125")
    #expect(scan.measures.map(\.quantity) == [.netWeight, .grossWeight])
    #expect(scan.measures[0].unit == .kg)
    #expect(scan.measures[0].scaled(places: 3) == 1_250)
    #expect(scan.measures[1].scaled(places: 3) == 1_250)
    #expect(scan.measures[0].scaled(places: 2) == 125)
    #expect(scan.measures[0].scaled(places: 1) == nil)
    #expect(scan.measures[0].scaled(places: 30) == nil)
    #expect(read("]C101095212345432133109001250").faults.map(\.code) == [.unknownIdentifier])
  }

  @Test("A composite label joins the article with its elements")
  func composite() {
    let scan = read("]E06291041500213|]e01727053110L1")
    #expect(scan.gtin?.text == "06291041500213")
    #expect(scan.lot == "L1")
    #expect(scan.isConformant)
  }

  @Test("Values with brackets in them are kept whole in the form for people")
  func brackets() {
    let scan = read("(01)09521234543213(10)A(B)C")
    #expect(scan.lot == "A(B)C")
    #expect(scan.isUsable)
  }

  @Test("Nonsense never crashes the reader, and every scan has an answer")
  func fuzz() {
    let seed: UInt64 = 91
    print("scans, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "]C1", "]d2", "]Q1", "]E0", "]I1", "]c1", "]", "01", "09521234543213", "10", "17", "270531",
      "\u{1D}", "{GS}", "(", ")", "https://x.y/", "/01/", "?", "&", "=", "%2F", "%", "A", "é", "0",
      "3103", "001250", " ", "\n", "|", "\u{1}", "\u{301}", "00", "9", "]\u{1}1",
    ]
    for _ in 0..<10_000 {
      let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      let scan = read(text)
      #expect(scan.raw == text)
      if scan.isConformant, scan.kind == .elementString { #expect(!scan.elements.isEmpty) }
    }
  }

  @Test("Labels that are made read back as the same elements")
  func labels() throws {
    let seed: UInt64 = 92
    print("labels, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let letters = Array("ABCabc0123456789-/.,(%)")
    for _ in 0..<1_000 {
      let lot = String(
        (0..<Int.random(in: 1...20, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? "A"
        }
      )
      var elements = [
        Element("10", lot), Element("01", "09521234543213"), Element("17", "270531"),
        Element("21", String(lot.reversed())), Element("3103", "001250"),
      ]
      elements.shuffle(using: &random)
      let data = try ElementString.data(elements, currentYear: 2026)
      let scan = read("]C1" + data)
      #expect(scan.isConformant, "\(scan.strictReasons)")
      #expect(Set(scan.elements) == Set(elements))
      let link = try ElementString.link(elements, stem: "https://example.com/x", currentYear: 2026)
      let linked = read("]Q1" + link)
      #expect(linked.isConformant, "\(link) \(linked.strictReasons)")
      #expect(Set(linked.elements) == Set(elements))
    }
    #expect(throws: Failure.self) {
      try ElementString.data([Element("01", "09521234543214")], currentYear: 2026)
    }
    #expect(throws: Failure.self) {
      try ElementString.link([Element("10", "A")], stem: "https://a.b", currentYear: 2026)
    }
  }
}
