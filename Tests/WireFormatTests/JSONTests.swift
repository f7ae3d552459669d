import StowageTesting
import Testing

@testable import WireFormat

@Suite("JSON")
struct JSONTests {
  @Test("A document keeps order, exact decimals and 64-bit integers")
  func document() throws {
    let text = #"{"b":1,"a":[true,false,null,-0.10,1e2,9223372036854775807,-9223372036854775808]}"#
    let value = try JSONReader.parse(text)
    #expect(value.object?.keys == ["b", "a"])
    #expect(value["a"]?[3]?.double == -0.1)
    #expect(try value["a"]?[3]?.scaled(decimals: 3) == -100)
    #expect(value["a"]?[4]?.integer == 100)
    #expect(value["a"]?[5] == .integer(.max))
    #expect(value["a"]?[6] == .integer(.min))
    #expect(value.text == text)
  }

  @Test(
    "Escapes of all kinds are read",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u00e9\u20AC\ud83d\ude00""#, "é€😀"),
      (#""\u0000""#, "\u{0}"),
      ("\"plain é€😀\"", "plain é€😀"),
    ]
  )
  func escapes(json: String, text: String) throws {
    #expect(try JSONReader.parse(json).string == text)
    #expect(try JSONReader.parse(JSONValue.string(text).bytes).string == text)
  }

  @Test(
    "What the standard forbids is refused",
    arguments: [
      "", " ", "nul", "tru", "NaN", "Infinity", "-Infinity", "+1", "01", "-01", "1.", ".5", "1e",
      "1e+", "-", "0x10", "1e400", "-1e999", "'a'", "\"a", "\"a\nb\"", "\"\\x\"", "\"\\u12\"",
      "\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "[1,]", "[1 2]", "[", "]",
      "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{} {}",
      "1 1", "[1]x", "// x\n1", "\u{FEFF}1", "{\"a\":}", "[,1]", "{,}", "\"a\u{0}\"", "\u{C}1",
    ]
  )
  func refused(json: String) {
    #expect(throws: WireFormatError.self) { try JSONReader.parse(json) }
  }

  @Test(
    "Bytes that are not UTF-8 are refused at their place",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]]
  )
  func invalidUTF8(bad: [UInt8]) throws {
    for (before, after) in [("[\n \"é", "\"]"), ("{\"a\\n", "\":1}")] {
      let bytes = Array(before.utf8) + bad + Array(after.utf8)
      let error = #expect(throws: WireFormatError.self) { try JSONReader.parse(bytes) }
      #expect(error?.offset == before.utf8.count)
      if before.hasPrefix("[") {
        #expect(error?.line == 2)
        #expect(error?.column == 4)
      }
    }
  }

  @Test("Errors name line, column and what to do")
  func places() {
    let error = #expect(throws: WireFormatError.self) {
      try JSONReader.parse("{\n  \"ä\": 1,\n  \"b\": 01\n}")
    }
    #expect(error?.line == 3)
    #expect(error?.column == 8)
    #expect(error?.message.contains("leading zeros") == true)
    #expect(error?.description.hasPrefix("line 3, column 8: ") == true)
  }

  @Test("Size and depth have limits")
  func limits() throws {
    let error = #expect(throws: WireFormatError.self) {
      try JSONReader.parse("[1234567]", maximumBytes: 8)
    }
    #expect(error?.kind == .tooLarge)
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONReader.parse(nested(32))
    #expect(throws: WireFormatError.self) { try JSONReader.parse(nested(33)) }
    _ = try JSONReader.parse(nested(64), maximumDepth: 1_000)
    #expect(throws: WireFormatError.self) {
      try JSONReader.parse(nested(65), maximumDepth: 1_000)
    }
    #expect(throws: WireFormatError.self) {
      try JSONReader.parse(nested(100_000), maximumDepth: .max)
    }
    #expect(throws: WireFormatError.self) {
      try JSONReader.parse(String(repeating: "{\"a\":", count: 100_000))
    }
  }

  @Test("Objects with many members find their keys and refuse a second one")
  func manyMembers() throws {
    var object = JSONObject()
    for index in 0..<500 {
      let isNew = object.append("key \(index)", .integer(Int64(index)))
      #expect(isNew)
    }
    let isNew = object.append("key 499", nil)
    #expect(!isNew)
    let read = try JSONReader.parse(JSONValue.object(object).bytes)
    for index in 0..<500 { #expect(read["key \(index)"] == .integer(Int64(index))) }
    #expect(read["key 500"] == nil)
    object["key 3"] = "three"
    #expect(object["key 3"]?.string == "three")
    #expect(object.count == 500)
  }

  @Test("Doubles are read as the standard library reads them")
  func doubles() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let number = try #require(JSONNumber(value))
      #expect(try JSONReader.parse(number.text).double == value)
      let short =
        "\(Int64.random(in: -99_999_999...99_999_999, using: &random)).\(random.next() % 1000)"
      #expect(try JSONReader.parse(short).double == Double(short))
    }
    #expect(JSONNumber(.nan) == nil)
    #expect(JSONValue.double(.infinity) == .null)
  }

  @Test("The writer puts commas, escapes and nulls")
  func writer() throws {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("text", "a\"b\\c\u{1}\u{1F}\n")
      writer.member("none", nil as String?)
      writer.member("int", Int64.min)
      writer.member("unsigned", UInt64.max)
      writer.member("double", 0.1)
      writer.member("nan", Double.nan)
      writer.member("flag", true)
      writer.member("weight", decimal: 12_345, decimals: 3)
      writer.member("at", ms: 0)
      writer.object("empty") { _ in }
      writer.array("list") { writer in
        writer.array { _ in }
        writer.value(1)
        writer.object { $0.member("x", ["a", "b"]) }
        writer.null()
      }
      writer.member("json", [1, 2.5, "x", nil, ["k": true]])
    }
    let expected =
      #"{"text":"a\"b\\c\u0001\u001f\n","none":null,"int":-9223372036854775808,"#
      + #""unsigned":18446744073709551615,"double":0.1,"nan":null,"flag":true,"weight":12.345,"#
      + #""at":"1970-01-01T00:00:00.000Z","empty":{},"list":[[],1,{"x":["a","b"]},null],"#
      + #""json":[1,2.5,"x",null,{"k":true}]}"#
    #expect(writer.text == expected)
    #expect(try JSONReader.parse(writer.bytes)["unsigned"]?.double == 18_446_744_073_709_551_616)
  }

  @Test("parse(write(x)) is x for random documents")
  func roundTrip() throws {
    let seed: UInt64 = 20_261
    print("JSON round trip, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let value = randomValue(depth: 5, using: &random)
      #expect(try JSONReader.parse(value.bytes) == value)
    }
  }

  @Test("Broken bytes never crash the reader, and what it accepts it can write again")
  func fuzz() throws {
    let seed: UInt64 = 77
    print("JSON fuzz, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]\",:\\u0019e+-.tfnrd8 \n".utf8) + [0xC3, 0xA9, 0xFF, 0x00]
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes: [UInt8]
      if Bool.random(using: &random) {
        bytes = randomValue(depth: 3, using: &random).bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch random.next() % 3 {
          case 0: bytes.remove(at: place)
          case 1: bytes[place] = alphabet.randomElement(using: &random) ?? 0
          default: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
          }
        }
      } else {
        bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
          alphabet.randomElement(using: &random) ?? 0
        }
      }
      if let value = try? JSONReader.parse(bytes) {
        accepted += 1
        #expect(try JSONReader.parse(value.bytes) == value)
      }
    }
    #expect(accepted > 100)
  }

  private func randomValue(depth: Int, using random: inout SeededGenerator) -> JSONValue {
    switch random.next() % (depth > 0 ? 8 : 6) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
    case 3: return .double(Double.random(in: -1e6...1e6, using: &random))
    case 4, 5: return .string(randomText(using: &random))
    case 6:
      return .array(
        (0..<Int.random(in: 0...5, using: &random)).map { _ in
          randomValue(depth: depth - 1, using: &random)
        }
      )
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0...16, using: &random) {
        object[randomText(using: &random)] = randomValue(depth: depth - 1, using: &random)
      }
      return .object(object)
    }
  }

  private func randomText(using random: inout SeededGenerator) -> String {
    let pool: [Character] = ["a", "Z", "\"", "\\", "\n", "\u{0}", "\u{1F}", "é", "漢", "😀", "/"]
    return String(
      (0..<Int.random(in: 0...8, using: &random)).map { _ in
        pool.randomElement(using: &random) ?? " "
      }
    )
  }
}
