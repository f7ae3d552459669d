import Warehouse

/// A label as the commands of a ZPL printer: words for people, and one barcode.
///
/// The barcode is GS1 (with its FNC1) where the data are elements, plain otherwise. Data Matrix is
/// the default: it is small and is read from any side; the long Code 128 is for what is read from
/// a truck. The code is drawn as large as the label leaves room for, within what scanners want;
/// the words shrink to what is left. Everything that would be a command inside the data is escaped.
public struct ZPLLabel: Sendable, Equatable {
  /// How the data are printed.
  public enum Carrier: String, Sendable, CaseIterable {
    case dataMatrix = "DATA_MATRIX"
    case code128 = "CODE_128"
  }

  /// A line of words.
  public struct Line: Sendable, Equatable {
    /// The words.
    public var text: String
    /// How high the letters are where there is room, in millimetres.
    public var heightMM: Int

    /// Makes a line.
    public init(_ text: String, heightMM: Int) {
      self.text = text
      self.heightMM = heightMM
    }
  }

  /// The dots of an inch: 203, 300 or 600.
  public var dotsPerInch: Int
  /// How wide the label is.
  public var widthMM: Int
  /// How high it is.
  public var heightMM: Int
  /// The words, from the top.
  public var lines: [Line]
  /// The data of the barcode: separators as 0x1D.
  public var data: String
  /// Whether the data are elements of GS1.
  public var isElements: Bool
  /// How the data are printed.
  public var carrier: Carrier
  /// How many labels.
  public var copies: Int

  /// Makes a label; 100 by 60 millimetres where nothing else is said.
  public init(
    dotsPerInch: Int,
    widthMM: Int = 100,
    heightMM: Int = 60,
    lines: [Line],
    data: String,
    isElements: Bool,
    carrier: Carrier = .dataMatrix,
    copies: Int = 1
  ) {
    self.dotsPerInch = dotsPerInch
    self.widthMM = widthMM
    self.heightMM = heightMM
    self.lines = lines
    self.data = data
    self.isElements = isElements
    self.carrier = carrier
    self.copies = copies
  }

  /// Empty space along every edge, in millimetres.
  static let marginMM = 3
  /// The lowest letters that are printed, in millimetres; longer words are cut.
  private static let lowestTextMM = 2

  /// The commands.
  ///
  /// Fails with `invalid` where the data cannot be printed with that carrier, or not so large that
  /// a scanner could read them on a label of this size.
  public func commands() throws(Failure) -> String {
    let margin = dots(Self.marginMM)
    let width = dots(widthMM)
    let height = dots(heightMM)
    var text = "^XA^CI28^LH0,0^PW\(width)^LL\(height)\n"
    switch carrier {
    case .dataMatrix:
      let symbol = try matrixSymbol()
      let side = symbol.side * symbol.module
      text += words(width: width - 3 * margin - side, height: height - 2 * margin)
      text += "^FO\(width - margin - side),\(margin)"
      text += "^BXN,\(symbol.module),200,\(symbol.side),\(symbol.side),6,_^FD\(symbol.data)^FS\n"
    case .code128:
      let symbol = try linearSymbol()
      let bars = min(dots(32), (height - 2 * margin) / 2)
      text += words(width: width - 2 * margin, height: height - 3 * margin - bars)
      let left = (width - symbol.modules * symbol.module) / 2 + 10 * symbol.module
      text += "^FO\(left),\(height - margin - bars)^BY\(symbol.module)"
      text += "^BCN,\(bars),N,N,N,N^FD\(symbol.data)^FS\n"
    }
    return text + "^PQ\(copies)^XZ\n"
  }

  /// The lines, each as high as it asks for unless it or all of them would not fit.
  private func words(width: Int, height: Int) -> String {
    let gap = dots(1)
    let wanted = lines.reduce(0) { $0 + dots($1.heightMM) + gap }
    let room = max(1, height)
    var top = dots(Self.marginMM)
    var commands = ""
    for line in lines {
      // A letter of font 0 is about 0.6 times as wide as it is high.
      let count = max(1, line.text.count)
      var size = dots(line.heightMM)
      if wanted > room { size = size * room / wanted }
      size = max(min(size, width * 10 / (6 * count)), dots(Self.lowestTextMM))
      let shown = String(line.text.prefix(max(1, width * 10 / (6 * size))))
      guard top + size <= dots(Self.marginMM) + room else { break }
      commands += "^FO\(dots(Self.marginMM)),\(top)^A0N,\(size),0^FH^FD\(Self.escaped(shown))^FS\n"
      top += size + gap
    }
    return commands
  }

  /// Millimetres as dots.
  func dots(_ millimetres: Int) -> Int { millimetres * dotsPerInch * 10 / 254 }

  /// A length in hundredths of a millimetre as dots, rounded up: nothing gets smaller than said.
  func dots(atLeastHundredthsMM length: Int) -> Int { (length * dotsPerInch + 2_539) / 2_540 }

  /// Words for `^FH`: what are commands, and control characters, as `_` and two hex digits.
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x5E, 0x5F, 0x7E, 0x5C, 0x00...0x1F, 0x7F:
        escaped += [0x5F, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
