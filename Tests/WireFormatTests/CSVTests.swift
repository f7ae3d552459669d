import StowageTesting
import Testing

@testable import WireFormat

@Suite("CSV")
struct CSVTests {
  private func rows(_ text: String, separator: CSVSeparator = .detected) throws -> [[String]] {
    try rows(Array(text.utf8), separator: separator)
  }

  private func rows(_ bytes: [UInt8], separator: CSVSeparator = .detected) throws -> [[String]] {
    var reader = CSVReader(bytes, separator: separator, hasEqualWidths: false)
    var rows: [[String]] = []
    while let row = try reader.next() { rows.append(row.fields) }
    return rows
  }

  @Test(
    "Files are read as RFC 4180 writes them",
    arguments: [
      ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
      ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
      ("\u{FEFF}a,b\n1,2\n\n\n", [["a", "b"], ["1", "2"]]),
      ("\"a\",\"b \"\"c\"\"\"\n\"x\ny\",\r\n", [["a", "b \"c\""], ["x\ny", ""]]),
      (",,\n", [["", "", ""]]),
      ("\"\"\n", [[""]]),
      ("a;b,c\n1;2\n", [["a", "b,c"], ["1", "2"]]),
      ("a\tb\n", [["a", "b"]]),
      ("sep=;\na,b;c\n", [["a,b", "c"]]),
      ("\"x;y;z\",b\n", [["x;y;z", "b"]]),
      (" a , b \n", [[" a ", " b "]]),
      ("é,漢\n", [["é", "漢"]]),
      ("", []),
      ("\n\r\n", []),
    ]
  )
  func reading(text: String, expected: [[String]]) throws {
    let separator: CSVSeparator = text.hasPrefix("a;b,c") ? .semicolon : .detected
    #expect(try rows(text, separator: separator) == expected)
  }

  @Test("Any cutting of the input into chunks gives the same rows")
  func chunks() throws {
    let text = "\u{FEFF}id,note\r\n1,\"a\r\n\"\"b\"\"\"\r\n2,é\r\n\r\n3,\"\"\r\n"
    let whole = try rows(text)
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      var position = 0
      var reader = CSVReader({
        let end = min(position + size, bytes.count)
        defer { position = end }
        return Array(bytes[position..<end])
      })
      var found: [[String]] = []
      while let row = try reader.next() { found.append(row.fields) }
      #expect(found == whole, "chunks of \(size)")
    }
  }

  @Test(
    "Faults name line and column",
    arguments: [
      ("a,b\n1,\"x", 2, 3, false),
      ("a,b\n1,x\"y\n", 2, 4, true),
      ("a,b\n1,\"x\"y\n", 2, 3, true),
      ("a,b\n\"1\n2\",x,3\n", 2, nil, true),
      ("a,b\n1\n", 2, nil, true),
    ] as [(String, Int, Int?, Bool)]
  )
  func faults(text: String, line: Int, column: Int?, mayContinue: Bool) throws {
    var reader = CSVReader(Array(text.utf8))
    _ = try reader.next()
    let error = #expect(throws: WireFormatError.self) { _ = try reader.next() }
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.mayContinue == mayContinue)
  }

  @Test("Bytes that are not UTF-8 are named by line and character; the next row can be read")
  func encoding() throws {
    let bytes = Array("a,b\né,\"x\"\"\ny".utf8) + [0xE9] + Array("\"\n3,4\n".utf8)
    var reader = CSVReader(bytes)
    _ = try reader.next()
    let error = #expect(throws: WireFormatError.self) { _ = try reader.next() }
    #expect(error?.line == 3)
    #expect(error?.column == 2)
    #expect(error?.message.contains("field 2 of row 2") == true)
    #expect(try reader.next()?.fields == ["3", "4"])
    #expect(try reader.next() == nil)
  }

  @Test(
    "Files of another kind are called by their name",
    arguments: [
      ([0xFF, 0xFE, 0x61, 0x00], "UTF-16"), ([0x50, 0x4B, 0x03, 0x04], "workbook"),
      ([0x1F, 0x8B, 0x08], "gzip"), ([0xD0, 0xCF, 0x11, 0xE0], "workbook"),
    ] as [([UInt8], String)]
  )
  func foreign(bytes: [UInt8], word: String) {
    let error = #expect(throws: WireFormatError.self) { try rows(bytes) }
    #expect(error?.message.contains(word) == true)
  }

  @Test("A row has a limit, so that a lost quote cannot swallow a file")
  func rowLimit() throws {
    let text = "a,b\n1,\"" + String(repeating: "x\n", count: 1_000)
    var reader = CSVReader(Array(text.utf8), maximumRowBytes: 500)
    _ = try reader.next()
    let error = #expect(throws: WireFormatError.self) { _ = try reader.next() }
    #expect(error?.kind == .tooLarge)
    #expect(error?.line == 2)
  }

  @Test("A row that is filled again holds only its own fields, and numbers are read in place")
  func reuse() throws {
    var reader = CSVReader(Array("id,qty\nA,12.5\nBB,-3\n".utf8))
    var row = CSVRow()
    #expect(try reader.next(into: &row))
    #expect(try reader.next(into: &row))
    #expect(row.number == 2)
    #expect(row.line == 2)
    #expect(try DecimalText.scaled(row.bytes(1), decimals: 3) == 12_500)
    #expect(try reader.next(into: &row))
    #expect(row.fields == ["BB", "-3"])
    #expect(try !reader.next(into: &row))
  }

  @Test("The writer quotes what must be quoted and disarms formulas")
  func writing() {
    var writer = CSVWriter()
    writer.row(["a", "b,c", "d\"e", "f\ng", ""])
    writer.row(["=1+1", "+44 (0)", "-x", "@SUM", "-12.5"])
    writer.field(Int64(-5))
    writer.field(0.5)
    writer.field(Double.nan)
    writer.field(decimal: 1_500, decimals: 3)
    writer.field(ms: 1_000)
    writer.endRow()
    writer.row([""])
    writer.field("=\"x\"")
    writer.endRow()
    let expected =
      "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n'=1+1,'+44 (0),'-x,'@SUM,-12.5\r\n"
      + "-5,0.5,,1.5,1970-01-01T00:00:01.000Z\r\n\"\"\r\n\"'=\"\"x\"\"\"\r\n"
    #expect(String(decoding: writer.take(), as: UTF8.self) == expected)
    #expect(writer.bytes.isEmpty)
  }

  @Test("What is written without the guard reads back the same")
  func roundTrip() throws {
    let seed: UInt64 = 404
    print("CSV round trip, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let pool: [Character] = ["a", ",", ";", "\"", "\n", "\r", "\t", "é", "=", " ", "😀"]
    for _ in 0..<500 {
      let width = Int.random(in: 1...4, using: &random)
      let table = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        (0..<width).map { _ in
          String(
            (0..<Int.random(in: 0...5, using: &random)).map { _ in
              pool.randomElement(using: &random) ?? " "
            }
          )
        }
      }
      var writer = CSVWriter(guardsFormulas: false)
      for row in table { writer.row(row) }
      #expect(try rows(writer.bytes, separator: .comma) == table)
    }
  }

  @Test("Random bytes never crash the reader")
  func fuzz() {
    let seed: UInt64 = 405
    print("CSV fuzz, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let alphabet: [UInt8] = [
      0x22, 0x22, 0x2C, 0x3B, 0x0A, 0x0D, 0x61, 0xC3, 0xA9, 0xFF, 0x00, 0xEF,
    ]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      var reader = CSVReader(bytes)
      var faults = 0
      while faults < 50 {
        do {
          guard let row = try reader.next() else { break }
          #expect(!row.fields.isEmpty)
        } catch let error as WireFormatError where error.mayContinue {
          faults += 1
        } catch { break }
      }
      #expect(faults < 50)
    }
  }
}
