import Testing
import Warehouse

@testable import Barcodes

/// ZPL labels: sizes, escapes, and what cannot be printed.
@Suite("Labels") struct LabelTests {
  private static func label(
    _ data: String,
    elements: Bool = false,
    carrier: ZPLLabel.Carrier = .dataMatrix,
    dots: Int = 203,
    width: Int = 100,
    height: Int = 60
  ) -> ZPLLabel {
    ZPLLabel(
      dotsPerInch: dots,
      widthMM: width,
      heightMM: height,
      lines: [.init("A-01-02", heightMM: 16), .init("Check 47", heightMM: 10)],
      data: data,
      isElements: elements,
      carrier: carrier
    )
  }

  @Test("A plain label is these commands")
  func golden() throws {
    // 100 x 60 mm at 203 dpi are 799 x 479 dots; 7 characters need 5 code words with the pairs of
    // digits, so 12 modules, which stop growing at 0.8 mm (7 dots).
    let text = try Self.label("A-01-02").commands()
    #expect(
      text == """
        ^XA^CI28^LH0,0^PW799^LL479
        ^FO23,23^A0N,127,0^FH^FDA-01-02^FS
        ^FO23,157^A0N,79,0^FH^FDCheck 47^FS
        ^FO692,23^BXN,7,200,12,12,6,_^FDA-01-02^FS
        ^PQ1^XZ

        """
    )
  }

  @Test(
    "Symbols are the smallest that hold the data; the table's edges",
    arguments: [
      (6, 10), (7, 12), (10, 12), (11, 14), (24, 16), (88, 26), (90, 32), (3_116, 144),
    ]
  )
  func matrixSizes(digits: Int, side: Int) throws {
    let label = Self.label(
      String(repeating: "1", count: digits),
      dots: 600,
      width: 200,
      height: 200
    )
    #expect(try label.matrixSymbol().side == side)
  }

  @Test("Escapes: commands in the data stay data")
  func escapes() throws {
    let matrix = try Self.label("a^b~c_d\u{1D}é", elements: true).commands()
    #expect(matrix.contains("^FD_1a_d094b_d126c_d095d_1_d195_d169^FS"))
    let linear = try Self.label("a^b~c>d\u{1D}e", elements: true, carrier: .code128).commands()
    #expect(linear.contains("^FD>:>8a><b>=c>0d>8e^FS"))
    var words = Self.label("x")
    words.lines = [.init("^XZ~_\\", heightMM: 5)]
    #expect(try words.commands().contains("^FD_5EXZ_7E_5F_5C^FS"))
  }

  @Test("Digits go in pairs, and an SSCC as GS1-128 is as wide as the standard counts")
  func subsets() throws {
    let plate = Self.label("00340123450000000018", elements: true, carrier: .code128)
    let symbol = try plate.linearSymbol()
    #expect(symbol.data == ">;>800340123450000000018")
    // Start, FNC1, ten pairs, check digit, stop, and twice ten modules of quiet.
    #expect(symbol.modules == 11 * 13 + 13 + 20)
    // 0.5 mm at 203 dpi on 100 mm: what the standard wants of a logistic label.
    #expect(symbol.module == 4)
    func text(_ data: String) -> String {
      ZPLLabel.linear(Array(data.utf8), isElements: false).text
    }
    #expect(text("AB1234") == ">:AB>51234")
    #expect(text("AB12345C") == ">:AB1>52345>6C")
    #expect(text("12345") == ">;1234>65")
    #expect(text("123") == ">:123")
    #expect(ZPLLabel.linear(Array("AB1234".utf8), isElements: false).symbols == 5)
  }

  @Test("Every label of random data keeps inside its edges")
  func edges() throws {
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var printed = 0
    for _ in 0..<500 {
      let data = String(decoding: (0...next(40)).map { _ in UInt8(33 + next(90)) }, as: UTF8.self)
      var label = Self.label(
        data,
        carrier: next(2) == 0 ? .dataMatrix : .code128,
        dots: [203, 300, 600][next(3)],
        width: 30 + next(100),
        height: 15 + next(100)
      )
      label.lines = (0...next(6)).map { _ in
        .init(String(repeating: "W", count: 1 + next(60)), heightMM: 2 + next(16))
      }
      guard let commands = try? label.commands() else { continue }
      printed += 1
      let width = label.dots(label.widthMM)
      for line in commands.split(separator: "\n") where line.hasPrefix("^FO") {
        let numbers = line.dropFirst(3).prefix { $0 != "^" }.split(separator: ",")
          .compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers[0] > 0 && numbers[0] < width, "\(data): \(line)")
        #expect(numbers[1] > 0 && numbers[1] < label.dots(label.heightMM), "\(data): \(line)")
      }
      if label.carrier == .code128 {
        let symbol = try label.linearSymbol()
        #expect(symbol.modules * symbol.module <= width, "\(data)")
      } else {
        let symbol = try label.matrixSymbol()
        #expect(symbol.side * symbol.module * 2 < width, "\(data)")
      }
    }
    #expect(printed > 200)
  }

  @Test("What a scanner could not read is refused")
  func refused() {
    #expect(throws: Failure.self) {
      try Self.label(String(repeating: "x", count: 1_559), dots: 600, width: 300, height: 300)
        .commands()
    }
    #expect(throws: Failure.self) {
      try Self.label(String(repeating: "x", count: 300), width: 30, height: 20).commands()
    }
    #expect(throws: Failure.self) {
      try Self.label(String(repeating: "x", count: 60), carrier: .code128, width: 60).commands()
    }
    #expect(throws: Failure.self) { try Self.label("é", carrier: .code128).commands() }
  }
}
