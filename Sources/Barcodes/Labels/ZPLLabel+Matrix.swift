import Warehouse

extension ZPLLabel {
  /// A Data Matrix as it will be drawn.
  struct MatrixSymbol {
    /// The data for `^BX`, escaped.
    var data: String
    /// Modules along an edge.
    var side: Int
    /// Dots of a module.
    var module: Int
  }

  /// The square symbols of ECC 200: modules along an edge, and the code words that they hold
  /// (ISO/IEC 16022, table 7).
  private static let squares = [
    (10, 3), (12, 5), (14, 8), (16, 12), (18, 18), (20, 22), (22, 30), (24, 36), (26, 44),
    (32, 62), (36, 86), (40, 114), (44, 144), (48, 174), (52, 204), (64, 280), (72, 368),
    (80, 456), (88, 576), (96, 696), (104, 816), (120, 1_050), (132, 1_304), (144, 1_558),
  ]

  /// The smallest symbol that holds the data, with modules as large as half of the label allows.
  ///
  /// Modules are 0.25 mm (what a scanner in the hand reads) to 0.8 mm, since nobody needs more.
  /// The size is counted for the plain ASCII encodation; printers find shorter ones, never longer.
  func matrixSymbol() throws(Failure) -> MatrixSymbol {
    let words = codeWords
    guard let (side, _) = Self.squares.first(where: { $0.1 >= words }) else {
      throw Failure(
        .invalid,
        "\(data.utf8.count) bytes are more than a Data Matrix holds.",
        hint: "Put less into the barcode of the label."
      )
    }
    let margin = dots(Self.marginMM)
    let room = min(dots(heightMM) - 2 * margin, (dots(widthMM) - 3 * margin) / 2)
    let least = dots(atLeastHundredthsMM: 25)
    let module = min(room / side, dots(atLeastHundredthsMM: 80))
    guard module >= least else {
      throw Failure(
        .invalid,
        "A Data Matrix of \(side) modules does not fit on a label of \(widthMM) x \(heightMM) mm.",
        hint: "Use larger labels, or a printer with more dots per inch."
      )
    }
    return MatrixSymbol(data: matrixText, side: side, module: module)
  }

  /// Code words of the plain encodation: a pair of digits is one, a byte above 127 is two.
  private var codeWords: Int {
    let bytes = Array(data.utf8)
    func isDigit(_ index: Int) -> Bool {
      bytes.indices.contains(index) && (0x30...0x39).contains(bytes[index])
    }
    var count = isElements ? 1 : 0
    var index = 0
    while index < bytes.count {
      if isDigit(index), isDigit(index + 1) { index += 1 }
      count += bytes[index] > 127 ? 2 : 1
      index += 1
    }
    return count
  }

  /// The data for `^BX` with `_` as its escape: `_1` is FNC1, `_dNNN` any character.
  private var matrixText: String {
    var text = isElements ? "_1" : ""
    for byte in data.utf8 {
      switch byte {
      case 0x1D: text += "_1"
      case 0x20...0x7E where ![0x5F, 0x5E, 0x7E].contains(byte):
        text += String(Unicode.Scalar(byte))
      default:
        let digits = String(byte)
        text += "_d" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return text
  }
}
