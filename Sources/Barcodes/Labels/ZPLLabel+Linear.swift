import Warehouse

extension ZPLLabel {
  /// A Code 128 as it will be drawn.
  struct LinearSymbol {
    /// The data for `^BC`, with its changes of subset.
    var data: String
    /// Modules from edge to edge, the quiet zones of ten included.
    var modules: Int
    /// Dots of a module.
    var module: Int
  }

  /// The data in the subsets B and C, with modules as large as the label allows.
  ///
  /// Four digits and more go into C, two of them in a symbol, which makes an SSCC a third shorter
  /// (GS1 General Specifications, 5.4.3.3 and 5.4.7). Modules are 0.25 mm to 0.94 mm.
  func linearSymbol() throws(Failure) -> LinearSymbol {
    let bytes = Array(data.utf8)
    if let byte = bytes.first(where: { !(0x20...0x7E).contains($0) && $0 != 0x1D }) {
      throw Failure(
        .invalid,
        "Code 128 cannot print the byte \(byte) of the data.",
        hint: "Print a DATA_MATRIX instead."
      )
    }
    let (text, symbols) = Self.linear(bytes, isElements: isElements)
    // Each symbol has 11 modules, as have the start and the check digit; the stop has 13.
    let modules = 11 * (symbols + 2) + 13 + 20
    let room = dots(widthMM) - 2
    let module = min(room / modules, dots(atLeastHundredthsMM: 94), 10)
    guard module >= dots(atLeastHundredthsMM: 25) else {
      throw Failure(
        .invalid,
        "A Code 128 of \(bytes.count) characters does not fit on a label of \(widthMM) mm.",
        hint: "Print a DATA_MATRIX instead, or use wider labels."
      )
    }
    return LinearSymbol(data: text, modules: modules, module: module)
  }

  /// The data for `^BC`, and how many symbols they take behind the start.
  ///
  /// `>;` and `>:` start in C and B, `>5` and `>6` change to them, `>8` is FNC1; `>0`, `><` and
  /// `>=` stand for `>`, `^` and `~`.
  static func linear(_ bytes: [UInt8], isElements: Bool) -> (text: String, symbols: Int) {
    func digits(from index: Int) -> Int {
      bytes[index...].prefix { (0x30...0x39).contains($0) }.count
    }
    var isInC = digits(from: 0) >= 4 || (bytes.count == 2 && digits(from: 0) == 2)
    var text = isInC ? ">;" : ">:"
    var symbols = 0
    if isElements {
      text += ">8"
      symbols += 1
    }
    var index = 0
    while index < bytes.count {
      let run = digits(from: index)
      if isInC, run >= 2 {
        text += String(decoding: bytes[index..<index + 2], as: UTF8.self)
        index += 2
      } else if bytes[index] == 0x1D {
        text += ">8"
        index += 1
      } else if isInC {
        text += ">6"
        isInC = false
      } else if run >= 4, run % 2 == 0 {
        text += ">5"
        isInC = true
      } else {
        switch bytes[index] {
        case 0x3E: text += ">0"
        case 0x5E: text += "><"
        case 0x7E: text += ">="
        case let byte: text += String(Unicode.Scalar(byte))
        }
        index += 1
      }
      symbols += 1
    }
    return (text, symbols)
  }
}
