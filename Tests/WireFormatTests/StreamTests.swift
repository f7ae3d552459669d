import StowageTesting
import Testing

@testable import WireFormat

@Suite("Newline-delimited JSON")
struct NDJSONTests {
  @Test("Documents come one by one; blank lines and a byte order mark are passed over")
  func reading() throws {
    var reader = NDJSONReader(Array("\u{FEFF}{\"a\":1}\r\n\n  \n[2]\n\"x\"".utf8))
    #expect(try reader.next() == ["a": 1])
    #expect(try reader.next() == [2])
    #expect(reader.line == 4)
    #expect(try reader.next() == "x")
    #expect(try reader.next() == nil)
    #expect(try reader.next() == nil)
  }

  @Test("A bad line is named by its number, and the next one is read")
  func faults() throws {
    var reader = NDJSONReader(Array("1\n{\"a\":}\n3\n".utf8))
    #expect(try reader.next() == 1)
    let error = #expect(throws: WireFormatError.self) { _ = try reader.next() }
    #expect(error?.line == 2)
    #expect(error?.column == 6)
    #expect(error?.mayContinue == true)
    #expect(try reader.next() == 3)
  }

  @Test("A line has a limit")
  func limit() {
    let long = Array(("[" + String(repeating: "1,", count: 1_000)).utf8)
    var reader = NDJSONReader(long, maximumLineBytes: 100)
    let error = #expect(throws: WireFormatError.self) { _ = try reader.next() }
    #expect(error?.kind == .tooLarge)
  }

  @Test("What is written line by line reads back through any chunks")
  func roundTrip() throws {
    var writer = NDJSONWriter()
    for index in 0..<50 {
      writer.line { writer in
        writer.object { $0.member("n", index) }
      }
    }
    writer.line("é\n")
    let bytes = writer.take()
    for size in [1, 2, 3, 7, 64, 10_000] {
      var position = 0
      var reader = NDJSONReader({
        let end = min(position + size, bytes.count)
        defer { position = end }
        return Array(bytes[position..<end])
      })
      for index in 0..<50 { #expect(try reader.next()?["n"] == .integer(Int64(index))) }
      #expect(try reader.next() == "é\n")
      #expect(try reader.next() == nil)
    }
  }
}

@Suite("Gzip")
struct GzipTests {
  private func sample(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() % 11) }
  }

  @Test("What is packed unpacks to the same bytes", arguments: [0, 1, 100, 65_536, 300_000])
  func roundTrip(count: Int) throws {
    let bytes = sample(count, seed: 5)
    let packed = try Gzip.compress(bytes)
    #expect(Array(packed.prefix(2)) == [0x1F, 0x8B])
    #expect(try Gzip.compress(bytes) == packed)
    #expect(try Gzip.decompress(packed, maximumBytes: count) == bytes)
  }

  @Test("Packing piece by piece gives one stream, and members in a row unpack as one")
  func pieces() throws {
    let bytes = sample(500_000, seed: 6)
    let packer = try GzipCompressor(level: 1)
    var packed: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 33_333) {
      packed += try packer.append(Array(bytes[start..<min(start + 33_333, bytes.count)]))
    }
    packed += try packer.finish()
    #expect(try Gzip.decompress(packed, maximumBytes: 500_000) == bytes)
    let two = try Gzip.compress([1, 2]) + Gzip.compress([3])
    #expect(try Gzip.decompress(two, maximumBytes: 3) == [1, 2, 3])
  }

  @Test("A bomb stops at the limit")
  func bomb() throws {
    let packed = try Gzip.compress([UInt8](repeating: 0, count: 20_000_000))
    #expect(packed.count < 30_000)
    let error = #expect(throws: WireFormatError.self) {
      try Gzip.decompress(packed, maximumBytes: 1_000_000)
    }
    #expect(error?.kind == .tooLarge)
    #expect(throws: WireFormatError.self) {
      try Gzip.decompress(Gzip.compress([1, 2]), maximumBytes: 1)
    }
  }

  @Test("Cut, damaged and foreign bytes are refused")
  func damaged() throws {
    let packed = try Gzip.compress(sample(1_000, seed: 7))
    for length in 0..<packed.count {
      #expect(throws: WireFormatError.self) {
        try Gzip.decompress(Array(packed.prefix(length)), maximumBytes: 10_000)
      }
    }
    for place in [0, 1, 2, packed.count / 2, packed.count - 6, packed.count - 1] {
      var broken = packed
      broken[place] ^= 0x55
      #expect(throws: WireFormatError.self) {
        try Gzip.decompress(broken, maximumBytes: 10_000)
      }
    }
    #expect(throws: WireFormatError.self) {
      try Gzip.decompress(packed + [1, 2, 3], maximumBytes: 10_000)
    }
  }
}
