import Foundation
import StowageTesting
import Testing
import WireFormat

/// Readers of foreign bytes, fed with what is nearly right: none may crash, hang, or read one input
/// in two ways.
@Suite("Fuzzed readers") struct FuzzTests {
  private static func rounds(_ count: Int) -> Int {
    Fuzzer.rounds(count, factor: ProcessInfo.processInfo.environment["STOWAGE_FUZZ"])
  }

  private static func show(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(400), as: UTF8.self).debugDescription
  }

  @Test("JSON that is taken is written back to the same value, and Foundation takes it too")
  func json() throws {
    let seed: UInt64 = 20_260_301
    var fuzzer = Fuzzer(
      seed: seed,
      seeds: [
        #"{"number":"R-1","lines":[{"material":"M","quantity":12.5,"lot":null}],"ok":true}"#,
        #"[1,-0,0.5,1e3,-2.25E-3,"a\u00e9\n\"\\\/","\ud83d\ude00",[],{}]"#,
        #""text""#, "  [ ]  ", "-12", #"{"a":{"b":{"c":[[[[1]]]]}}}"#,
      ],
      words: [
        "\"", "\\", "\\u", "\\ud800", "\\u0000", "e", "E+", "-", ".", "null", "true", "[", "]", "{",
        "}", ",", ":", "\u{FEFF}", "\u{00}", "00", "1e999", "9223372036854775808", " ",
      ]
    )
    var taken = 0
    for round in 0..<Self.rounds(30_000) {
      let bytes = fuzzer.next()
      guard let value = try? JSONReader.parse(bytes, maximumDepth: 32, maximumBytes: 10_000)
      else { continue }
      taken += 1
      var writer = JSONWriter()
      writer.value(value)
      let again = try? JSONReader.parse(writer.bytes, maximumDepth: 32, maximumBytes: 100_000)
      #expect(again == value, "seed \(seed) round \(round): \(Self.show(bytes))")
      // Numbers beyond a double are judged by each reader in its own way.
      if !bytes.contains(where: { $0 == 0x65 || $0 == 0x45 }) {
        let other = try? JSONSerialization.jsonObject(
          with: Data(bytes),
          options: [.fragmentsAllowed]
        )
        #expect(other != nil, "seed \(seed) round \(round): \(Self.show(bytes))")
      }
    }
    #expect(taken > 1_000)
  }

  @Test("CSV gives the same rows or the same fault, in whatever pieces it comes")
  func csv() throws {
    let seed: UInt64 = 20_260_302
    var fuzzer = Fuzzer(
      seed: seed,
      seeds: [
        "code,name,weight_kg\nM1,\"a, b\",3\r\nM2,\"say \"\"x\"\"\",4\n",
        "\u{FEFF}code;name\r\nM1;é\r\n\r\nM2;\"line\nbreak\"\r\n", "a\tb\n1\t2\n", "a,b\n1,2",
      ],
      words: ["\"", "\"\"", ",", ";", "\t", "\r", "\n", "\r\n", "\u{FEFF}", "\u{00}", "é", "\n\n"]
    )
    for round in 0..<Self.rounds(10_000) {
      let bytes = fuzzer.next()
      let whole = Self.rows(CSVReader(bytes, maximumRowBytes: 4_000))
      var rest = bytes[...]
      let sizes = (0..<16).map { _ in fuzzer.number(in: 1...7) }
      var turn = 0
      let pieces = CSVReader(
        {
          turn += 1
          let piece = rest.prefix(sizes[turn % sizes.count])
          rest = rest.dropFirst(piece.count)
          return Array(piece)
        },
        maximumRowBytes: 4_000
      )
      let found = Self.rows(pieces)
      #expect(found == whole, "seed \(seed) round \(round): \(Self.show(bytes))")
    }
  }

  /// The rows up to the end or the first fault, and the fault.
  private static func rows(_ reader: CSVReader) -> [[String]] {
    var reader = reader
    var rows: [[String]] = []
    do {
      while let row = try reader.next() { rows.append(row.fields) }
    } catch {
      rows.append(["fault", "\(error)"])
    }
    return rows
  }

  @Test("Gzip that is spoiled gives a fault or the bytes, and never more than it may")
  func gzip() throws {
    let seed: UInt64 = 20_260_303
    var random = SeededGenerator(seed: seed)
    var intact = 0
    for round in 0..<Self.rounds(2_000) {
      let size = Int.random(in: 0...3_000, using: &random)
      let bytes = (0..<size).map { _ in UInt8.random(in: 0...7, using: &random) }
      var packed = try Gzip.compress(bytes, level: Int.random(in: 1...9, using: &random))
      #expect(try Gzip.decompress(packed, maximumBytes: size) == bytes)
      if size > 0 {
        #expect(throws: WireFormatError.self) {
          try Gzip.decompress(packed, maximumBytes: size - 1)
        }
      }
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<packed.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: packed[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 1: packed.removeSubrange(place...)
        case 2: packed.insert(contentsOf: packed[place...].prefix(50), at: place)
        default: packed.append(UInt8.random(in: 0...255, using: &random))
        }
        if packed.isEmpty { break }
      }
      if let out = try? Gzip.decompress(packed, maximumBytes: 2 * size) {
        // What is taken must be what its checksum says: the same, or the same twice.
        #expect(out.starts(with: bytes), "seed \(seed) round \(round)")
        #expect(out.count <= 2 * size)
        intact += 1
      }
    }
    #expect(intact < Self.rounds(2_000) / 2)
  }
}
