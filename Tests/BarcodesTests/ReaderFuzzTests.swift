import Barcodes
import Testing

/// Nonsense for the reader, from a seed: it must answer, the same each time, and invent nothing.
@Suite("The reader on nonsense") struct ReaderFuzzTests {
  /// A generator of its own (SplitMix64), so that a seed means the same everywhere.
  struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let seeds = [
    "]C100009521234000000017", "]C1003952123400000000210209521234543213172705313724\u{1D}10LOT-7/A",
    "]d201095212345432131727053110AB12\u{1D}21SN0001", "]C1010952123454321310LOT915271231",
    "https://id.gs1.org/01/09521234543213/10/LOT9?17=270531", "(01)09521234543213(10)LOT9",
    "LOC:A-12-03-2", "09521234543213", "02345673", "]E09521234543213|]e010LOT9",
    "{GS}10LOT9<GS>21S", "]Q1https://example.com/some/path/01/09521234543213/21/X%2F1",
    "BADGE:4711", "CMD:UNDO", "]C14149521234000013254A-12-03-2",
  ]

  private static let pieces = [
    "\u{1D}", "]C1", "]d2", "]Q3", "(", ")", "01", "10", "17", "37", "00", "%", "%2", "%FF",
    "\u{0}",
    "\u{7F}", "é", "\u{1F600}", "{GS}", "<GS>", "https://", "/", "?", "&", "=", "#", " ", "\r\n",
    "|",
    "]", "310", "8008", "7040", "99", "9999999999999999999", "-", "\u{2028}", "\u{301}",
  ]

  static func nonsense(_ dice: inout Dice) -> String {
    var scalars = Array((seeds.randomElement(using: &dice) ?? "").unicodeScalars)
    for _ in 0..<Int.random(in: 0...6, using: &dice) {
      let at = Int.random(in: 0...scalars.count, using: &dice)
      switch Int.random(in: 0..<7, using: &dice) {
      case 0 where at < scalars.count: scalars.remove(at: at)
      case 1:
        scalars.insert(
          contentsOf: (pieces.randomElement(using: &dice) ?? "").unicodeScalars,
          at: at
        )
      case 2 where at < scalars.count:
        scalars[at] = Unicode.Scalar(UInt8.random(in: 0...127, using: &dice))
      case 3: scalars = Array(scalars.prefix(at))
      case 4: scalars += scalars.prefix(200)
      case 5:
        scalars.insert(contentsOf: (seeds.randomElement(using: &dice) ?? "").unicodeScalars, at: at)
      default:
        let count = Int.random(in: 1...120, using: &dice)
        scalars.insert(
          contentsOf: repeatElement(Unicode.Scalar(UInt8(0x30 + count % 10)), count: count),
          at: at
        )
      }
    }
    return String(String.UnicodeScalarView(scalars.prefix(4_096)))
  }

  @Test("Twenty thousand texts: an answer for each, twice the same, and nothing invented")
  func reads() {
    let seed: UInt64 = 20_260_302
    var dice = Dice(state: seed)
    for round in 0..<20_000 {
      let text = Self.nonsense(&dice)
      var settings = BarcodeSettings(currentYear: 2026, locationPrefixes: ["LOC:"])
      settings.sendsSeparators = [nil, true, false][round % 3]
      let scan = BarcodeReader.read(text, settings: settings)
      let told = Comment(rawValue: "seed \(seed), round \(round): \(text.debugDescription)")
      #expect(scan == BarcodeReader.read(text, settings: settings), told)
      #expect(scan.raw == text, told)
      #expect(!(scan.isConformant && scan.isAmbiguous && settings.sendsSeparators == true), told)
      for elements in [scan.elements] + scan.alternatives {
        for element in elements {
          #expect((2...4).contains(element.identifier.utf8.count), told)
          #expect(element.identifier.utf8.allSatisfy { (0x30...0x39).contains($0) }, told)
        }
      }
      // A GTIN and an SSCC that are offered always have their check digit.
      if let gtin = scan.gtin { #expect(GTIN(gtin.text) == gtin, told) }
      if let sscc = scan.sscc { #expect(SSCC(sscc.text) == sscc, told) }
      if scan.isAmbiguous { #expect(!scan.isUsable, told) }
      guard scan.kind == .elementString, scan.isUsable, !scan.elements.isEmpty else { continue }
      // What can be worked with survives being printed and read again.
      guard let data = try? ElementString.data(scan.elements, currentYear: 2026) else { continue }
      settings.sendsSeparators = true
      let again = BarcodeReader.read("]C1" + data, settings: settings)
      #expect(Set(again.elements) == Set(scan.elements), told)
    }
  }
}
