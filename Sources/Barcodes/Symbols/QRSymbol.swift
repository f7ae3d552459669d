/// A QR code (ISO/IEC 18004) of a short text: versions 1 to 10, byte mode, error correction M.
///
/// Made for links and codes that a handheld reads from a screen or a label, up to 213 bytes, with
/// 15 % of the symbol allowed to be dirty. Built in the order of the standard: bits, blocks with
/// their Reed-Solomon words, interleaving, the fixed patterns, the data in its zigzag, the mask
/// with the least penalty, format and version information.
public struct QRSymbol: Sendable, Equatable {
  /// The version, 1 to 10.
  public let version: Int
  /// Which of the eight masks is on it.
  public let mask: Int
  /// Modules along an edge, without the quiet zone of four that must stay free around it.
  public let size: Int
  /// The modules row by row; true is dark.
  public let modules: [Bool]

  /// Encodes a text in UTF-8; nil where it has more than 213 bytes.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let layout = QRLayout.smallest(for: bytes.count) else { return nil }
    let words = QRWords.interleaved(bytes, layout)
    var canvas = QRCanvas(layout)
    canvas.place(words)
    let masked = (0..<8).map { canvas.masked($0) }
    let penalties = masked.map(\.penalty)
    let best = penalties.indices.min { penalties[$0] < penalties[$1] } ?? 0
    version = layout.version
    mask = best
    size = layout.size
    modules = masked[best].dark
  }

  /// Whether the module in a row and a column is dark; what lies outside is light.
  public func isDark(row: Int, column: Int) -> Bool {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return false }
    return modules[row * size + column]
  }

  /// The symbol with its quiet zone as an SVG document without scripts or styles.
  public var svg: String {
    let edge = size + 8
    var path = ""
    for row in 0..<size {
      var column = 0
      while column < size {
        var run = 0
        while isDark(row: row, column: column + run) { run += 1 }
        if run > 0 { path += "M\(column + 4) \(row + 4)h\(run)v1h-\(run)z" }
        column += run + 1
      }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(edge) \(edge)\""
      + " role=\"img\" aria-label=\"QR code\" shape-rendering=\"crispEdges\">"
      + "<path fill=\"#fff\" d=\"M0 0h\(edge)v\(edge)H0z\"/>"
      + "<path fill=\"#000\" d=\"\(path)\"/></svg>"
  }

  /// The symbol with its quiet zone in half-block characters, two rows to a line, for terminals
  /// with light text on a dark ground.
  public var blocks: [String] {
    stride(from: -4, to: size + 4, by: 2).map { row in
      (-4..<size + 4).map { column -> String in
        switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
        case (true, true): " "
        case (true, false): "\u{2584}"
        case (false, true): "\u{2580}"
        case (false, false): "\u{2588}"
        }
      }
      .joined()
    }
  }
}

/// How the words of a version are divided into blocks, for error correction M (tables 7 and 9).
struct QRLayout: Sendable {
  let version: Int
  /// Words of error correction in each block.
  let check: Int
  /// Data words of each block; shorter blocks stand first.
  let blocks: [Int]
  /// Rows and columns of the centres of alignment patterns (annex E).
  let centres: [Int]

  var size: Int { 17 + 4 * version }
  var dataWords: Int { blocks.reduce(0, +) }
  /// Bits of the length that stands before the bytes.
  var lengthBits: Int { version < 10 ? 8 : 16 }

  private static let all: [QRLayout] = [
    QRLayout(version: 1, check: 10, blocks: [16], centres: []),
    QRLayout(version: 2, check: 16, blocks: [28], centres: [6, 18]),
    QRLayout(version: 3, check: 26, blocks: [44], centres: [6, 22]),
    QRLayout(version: 4, check: 18, blocks: [32, 32], centres: [6, 26]),
    QRLayout(version: 5, check: 24, blocks: [43, 43], centres: [6, 30]),
    QRLayout(version: 6, check: 16, blocks: [27, 27, 27, 27], centres: [6, 34]),
    QRLayout(version: 7, check: 18, blocks: [31, 31, 31, 31], centres: [6, 22, 38]),
    QRLayout(version: 8, check: 22, blocks: [38, 38, 39, 39], centres: [6, 24, 42]),
    QRLayout(version: 9, check: 22, blocks: [36, 36, 36, 37, 37], centres: [6, 26, 46]),
    QRLayout(version: 10, check: 26, blocks: [43, 43, 43, 43, 44], centres: [6, 28, 50]),
  ]

  /// The smallest version that holds so many bytes; nil where none does.
  static func smallest(for count: Int) -> QRLayout? {
    all.first { 4 + $0.lengthBits + 8 * count <= 8 * $0.dataWords }
  }
}
