/// A label as the commands of a ZPL printer: words for people, and one barcode.
///
/// The barcode is GS1 (with its FNC1) where the data are elements, plain otherwise. Data Matrix is
/// the default: it is small and is read from any side; the long Code 128 is for what is read from
/// a truck. Everything that would be a command inside the data is escaped.
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
    /// How high the letters are, in millimetres.
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

  /// The commands.
  public var text: String {
    var commands = "^XA^CI28^PW\(dots(widthMM))^LL\(dots(heightMM))\n"
    var top = dots(4)
    for line in lines {
      let height = dots(line.heightMM)
      commands += "^FO\(dots(4)),\(top)^A0N,\(height),0^FH^FD\(Self.words(line.text))^FS\n"
      top += height + dots(2)
    }
    switch carrier {
    case .dataMatrix:
      let module = max(2, dotsPerInch / 40)
      commands += "^FO\(dots(widthMM - 34)),\(dots(4))^BXN,\(module),200,,,,_^FD\(matrix)^FS\n"
    case .code128:
      let height = dots(18)
      commands += "^FO\(dots(4)),\(top)^BY\(max(2, dotsPerInch / 100))^BCN,\(height),N,N,N,N"
      commands += "^FD\(linear)^FS\n"
    }
    return commands + "^PQ\(copies)^XZ\n"
  }

  /// The data for `^BX` with `_` as its escape: `_1` is FNC1, `_dNNN` any character.
  private var matrix: String {
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

  /// The data for `^BC` in subset B: `>8` is FNC1, `><` and its like stand for what are commands.
  private var linear: String {
    var text = isElements ? ">:>8" : ">:"
    for byte in data.utf8 {
      switch byte {
      case 0x1D: text += ">8"
      case 0x3E: text += ">0"
      case 0x5E: text += "><"
      case 0x7E: text += ">="
      case 0x20...0x7E: text += String(Unicode.Scalar(byte))
      default: text += "?"
      }
    }
    return text
  }

  private func dots(_ millimetres: Int) -> Int { millimetres * dotsPerInch * 10 / 254 }

  /// Words for `^FH`: what are commands, and control characters, as `_` and two hex digits.
  private static func words(_ text: String) -> String {
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
