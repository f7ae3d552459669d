import Foundation
import StowageTesting
import Testing

@testable import Barcodes

@Suite("Receiving scans against GS1's engine")
struct ReceivingVectorTests {
  struct Vector: Decodable {
    var name: String
    var scan: String
    var gs1_engine_ok: Bool
    var ai: String?
    var biip_ai: String?
    var biip_gtin: String?
  }

  private static func vectors() throws -> [Vector] {
    guard let file = SharedData.file("scan/receiving-vectors.jsonl") else { return [] }
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Vector.self, from: Data($0.utf8))
    }
  }

  /// Scans whose carrier the engine does not know, though they are right.
  static let beyondEngine = ["code128_plain_C0", "code39_A0", "itf14_I1"]

  /// What the reader makes of the scans that the engine refuses: kind, elements, first reason.
  static let refused: [String: (elements: String, code: Scan.Finding.Code)] = [
    "double_GS": ("(01)09521234543213(10)LOT9(30)12", .doubledSeparator),
    "leading_GS_dm": ("(01)09521234543213(10)LOT9", .leadingSeparator),
    "bad_month": ("(01)09521234543213(17)271300", .badValue),
    "bad_feb29": ("(01)09521234543213(17)270229", .badValue),
    "bad_check": ("(01)09521234543214(10)L", .badValue),
    "37_without_02": ("(01)09521234543213(37)12", .association),
    "02_without_37": ("(00)009521234000000017(02)09521234543213", .association),
    "lot_alone": ("(10)LOT9", .association),
    "lot_21chars": ("(01)09521234543213(10)AAAAAAAAAAAAAAAAAAAAA", .badValue),
    "lot_space_illegal": ("(01)09521234543213(10)AB CD", .badValue),
    "lot_caret_illegal": ("(01)09521234543213(10)AB^CD", .badValue),
    "unknown_ai": ("", .unknownIdentifier),
    "brackets_in_scan": ("(01)09521234543213(10)LOT9", .brackets),
    "qr_dl_unpadded_gtin13": ("(01)09521234543213(10)LOT9", .paddedGTIN),
    "qr_dl_bad_order": ("(01)09521234543213(21)S1(10)L1", .wrongOrder),
    "no_symid": ("(01)09521234543213(10)LOT9", .noSymbology),
    "repeat_diff": ("(01)09521234543213(10)L1(10)L2", .conflictingRepeat),
    "sscc_extra": ("(00)009521234000000017(401)ABC", .badValue),
  ]

  @Test(
    "All vectors are read with the right meaning, and the strict verdict is the engine's",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func vectors() throws {
    let vectors = try Self.vectors()
    #expect(vectors.count == 45)
    for vector in vectors {
      let scan = BarcodeReader.read(vector.scan, currentYear: 2026)
      let name = vector.name
      if Self.beyondEngine.contains(name) {
        #expect(scan.isConformant, "\(name)")
      } else {
        #expect(scan.isConformant == vector.gs1_engine_ok, "\(name): \(scan.strictReasons)")
      }
      if let expected = Self.refused[name] {
        #expect(scan.humanReadable == expected.elements, "\(name)")
        let codes = (scan.faults + scan.warnings + scan.repairs).map(\.code)
        #expect(codes.contains(expected.code), "\(name): \(codes)")
      } else if name == "repeat_same" {
        #expect(scan.humanReadable == "(01)09521234543213(10)L1")
      } else if let elements = vector.ai {
        #expect(scan.humanReadable == elements, "\(name)")
        #expect(scan.isAmbiguous == (name == "lot_not_last_GS_missing"), "\(name)")
      } else if let gtin = vector.biip_gtin {
        #expect(scan.kind == GTIN(gtin).map(Scan.Kind.gtin), "\(name)")
      } else {
        #expect(scan.kind == .plain, "\(name)")
        #expect(scan.text == "A-12-03-2", "\(name)")
      }
    }
  }

  @Test(
    "Pairing rules are warnings: such labels can be worked with",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func pairing() throws {
    let names = ["37_without_02", "02_without_37", "lot_alone"]
    for vector in try Self.vectors() where names.contains(vector.name) {
      let scan = BarcodeReader.read(vector.scan, currentYear: 2026)
      #expect(scan.isUsable)
      #expect(!scan.warnings.isEmpty)
    }
  }
}
