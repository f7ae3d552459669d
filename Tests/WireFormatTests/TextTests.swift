import Foundation
import StowageTesting
import Testing

@testable import WireFormat

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "Known moments are read",
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("1985-04-12T23:20:50.52Z", 482_196_050_520),
      ("1996-12-19T16:39:57-08:00", 851_042_397_000),
      ("1990-12-31T23:59:60Z", 662_688_000_000),
      ("1990-12-31T15:59:60-08:00", 662_688_000_000),
      ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
      ("2024-02-29t12:00:00z", 1_709_208_000_000),
      ("2024-02-29 12:00:00.1239999-00:00", 1_709_208_000_123),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ] as [(String, Int64)]
  )
  func reading(text: String, ms: Int64) throws {
    // The first eight are RFC 3339, section 5.8, and the epoch.
    #expect(try Timestamp.ms(text) == ms)
  }

  @Test(
    "Other text is refused",
    arguments: [
      "", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
      "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z",
      "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T12:00:60Z",
      "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z", "2024-01-01T00:00Z", "2024-01-01",
      "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+0100", "2024-01-01T00:00:00Zx",
      "24-01-01T00:00:00Z", "２024-01-01T00:00:00Z", "-024-01-01T00:00:00Z", "1709208000000",
    ]
  )
  func refused(text: String) {
    #expect(throws: WireFormatError.self) { try Timestamp.ms(text) }
  }

  @Test("Every moment reads back from its text, and agrees with Foundation's calendar")
  func roundTrip() throws {
    let seed: UInt64 = 3_339
    print("timestamps, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for _ in 0..<5_000 {
      let ms = Int64.random(in: Timestamp.minimumMS...Timestamp.maximumMS, using: &random)
      #expect(try Timestamp.ms(Timestamp.text(ms: ms)) == ms)
      // Foundation switches to the Julian calendar before 1582.
      let modern = Int64.random(in: -12_000_000_000_000...250_000_000_000_000, using: &random)
      let whole = (modern / 1_000) * 1_000
      let date = Date(timeIntervalSince1970: Double(whole / 1_000))
      #expect(Timestamp.text(ms: whole) == style.format(date))
    }
  }

  @Test("Moments beyond four-digit years are held at the ends")
  func ends() {
    #expect(Timestamp.text(ms: .max) == "9999-12-31T23:59:59.999Z")
    #expect(Timestamp.text(ms: .min) == "0000-01-01T00:00:00.000Z")
  }
}

@Suite("Decimal text")
struct DecimalTextTests {
  @Test(
    "Text is scaled exactly",
    arguments: [
      ("12.345", 3, 12_345), ("12", 3, 12_000), ("-12.5", 3, -12_500), ("+3", 0, 3), (".5", 1, 5),
      ("0.1", 3, 100), ("1e3", 0, 1_000), ("1.25E-2", 4, 125), ("12.3400", 2, 1_234),
      ("120e-1", 0, 12), ("000012", 0, 12), ("0", 3, 0), ("-0.000", 2, 0), ("0e999999999", 3, 0),
      ("0.000000000000000000000000000000", 3, 0), ("9223372036854775.807", 3, .max),
      ("-9223372036854775.808", 3, .min), ("1e-3", 3, 1), ("1000e-6", 3, 1),
    ] as [(String, Int, Int64)]
  )
  func reading(text: String, decimals: Int, scaled: Int64) throws {
    #expect(try DecimalText.scaled(text, decimals: decimals) == scaled)
  }

  @Test(
    "What is no number is malformed",
    arguments: [
      "", " ", "-", "+", ".", "5.", "NaN", "nan", "inf", "-Infinity", "0x10", "1,5", "1 000",
      "1_000",
      "١٢", "1e", "1e+", "--1", "1.2.3", "1e1.5", "12a", " 1", "1 ",
    ]
  )
  func malformed(text: String) {
    let error = #expect(throws: WireFormatError.self) {
      try DecimalText.scaled(text, decimals: 3)
    }
    #expect(error?.kind == .malformed)
  }

  @Test(
    "What cannot be held exactly is out of range",
    arguments: [
      "1e400", "1e18", "9223372036854775.808", "-9223372036854775.809", "0.0001", "1e-4", "1e-400",
      "1e99999999999999999999", "99999999999999999999999",
    ]
  )
  func outOfRange(text: String) {
    let error = #expect(throws: WireFormatError.self) {
      try DecimalText.scaled(text, decimals: 3)
    }
    #expect(error?.kind == .outOfRange)
  }

  @Test("A decimal comma is read where it is asked for")
  func comma() throws {
    #expect(try DecimalText.scaled("1,5", decimals: 3, decimalPoint: 0x2C) == 1_500)
    #expect(throws: WireFormatError.self) {
      try DecimalText.scaled("1.5", decimals: 3, decimalPoint: 0x2C)
    }
  }

  @Test("Every integer reads back from its text at every scale")
  func roundTrip() throws {
    let seed: UInt64 = 12
    print("decimals, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for decimals in 0...20 {
      for _ in 0..<200 {
        let value = Int64(bitPattern: random.next()) >> Int64(random.next() % 64)
        let text = DecimalText.text(value, decimals: decimals)
        #expect(try DecimalText.scaled(text, decimals: decimals) == value)
      }
      #expect(
        try DecimalText.scaled(DecimalText.text(.min, decimals: decimals), decimals: decimals)
          == .min
      )
    }
    #expect(DecimalText.text(12_000, decimals: 3) == "12")
    #expect(DecimalText.text(-5, decimals: 3) == "-0.005")
    #expect(DecimalText.text(0, decimals: 3) == "0")
  }
}
