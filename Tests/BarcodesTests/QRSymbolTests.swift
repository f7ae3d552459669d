import Testing

@testable import Barcodes

@Suite("QR codes") struct QRSymbolTests {
  /// Reads a symbol as a reader does, without any of the encoder's code: format, mask, zigzag,
  /// blocks, Reed-Solomon syndromes, mode and length.
  private struct Reader {
    let symbol: QRSymbol

    private func bit(_ row: Int, _ column: Int) -> Int {
      symbol.isDark(row: row, column: column) ? 1 : 0
    }

    /// The fifteen format bits beside the first finder, the highest first.
    var format: Int {
      let places =
        [0, 1, 2, 3, 4, 5, 7, 8].map { (8, $0) } + [7, 5, 4, 3, 2, 1, 0].map { ($0, 8) }
      return places.reduce(0) { $0 << 1 | bit($1.0, $1.1) }
    }

    /// The same bits beside the two other finders.
    var secondFormat: Int {
      let size = symbol.size
      let places =
        (1...7).map { (size - $0, 8) } + (1...8).reversed().map { (8, size - $0) }
      return places.reduce(0) { $0 << 1 | bit($1.0, $1.1) }
    }

    private func isFixed(_ row: Int, _ column: Int) -> Bool {
      let size = symbol.size
      if row == 6 || column == 6 { return true }
      if row < 9 && (column < 9 || column >= size - 8) { return true }
      if row >= size - 8 && column < 9 { return true }
      if symbol.version >= 7 {
        if row < 6 && column >= size - 11 { return true }
        if column < 6 && row >= size - 11 { return true }
      }
      let centres = Self.centres[symbol.version - 1]
      for down in centres {
        for right in centres {
          let isCorner =
            (down == 6 && right == 6) || (down == 6 && right == size - 7)
            || (down == size - 7 && right == 6)
          if !isCorner, abs(row - down) <= 2, abs(column - right) <= 2 { return true }
        }
      }
      return false
    }

    private static let centres: [[Int]] = [
      [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46],
      [6, 28, 50],
    ]

    /// Total words, words of check and number of blocks of each version at level M (table 9).
    private static let totals = [
      (26, 10, 1), (44, 16, 1), (70, 26, 1), (100, 18, 2), (134, 24, 2), (172, 16, 4),
      (196, 18, 4), (242, 22, 4), (292, 22, 5), (346, 26, 5),
    ]

    private func isFlipped(_ row: Int, _ column: Int) -> Bool {
      let (i, j) = (row, column)
      let values = [
        (i + j) % 2, i % 2, j % 3, (i + j) % 3, (i / 2 + j / 3) % 2, (i * j) % 2 + (i * j) % 3,
        ((i * j) % 2 + (i * j) % 3) % 2, ((i * j) % 3 + (i + j) % 2) % 2,
      ]
      return values[symbol.mask] == 0
    }

    private var words: [Int] {
      var bits: [Int] = []
      var column = symbol.size - 1
      var rows = Array((0..<symbol.size).reversed())
      while column > 0 {
        if column == 6 { column -= 1 }
        for row in rows {
          for place in [column, column - 1] where !isFixed(row, place) {
            bits.append(bit(row, place) ^ (isFlipped(row, place) ? 1 : 0))
          }
        }
        rows.reverse()
        column -= 2
      }
      let count = Self.totals[symbol.version - 1].0
      return (0..<count).map { word in bits[word * 8..<word * 8 + 8].reduce(0) { $0 << 1 | $1 } }
    }

    /// Blocks with their words of check.
    var blocks: [[Int]] {
      let (total, check, count) = Self.totals[symbol.version - 1]
      let data = total - check * count
      var blocks = [[Int]](repeating: [], count: count)
      var rest = words[...]
      for place in 0..<(data + count - 1) / count {
        for block in 0..<count {
          let length = data / count + (block >= count - data % count ? 1 : 0)
          if place < length { blocks[block].append(rest.removeFirst()) }
        }
      }
      for _ in 0..<check { for block in 0..<count { blocks[block].append(rest.removeFirst()) } }
      return blocks
    }

    /// The text, where mode and length are those of bytes.
    func text() -> String? {
      let check = Self.totals[symbol.version - 1].1
      var bits = blocks.flatMap { block in
        block.dropLast(check).flatMap { word in (0..<8).map { word >> (7 - $0) & 1 } }
      }[...]
      func take(_ count: Int) -> Int {
        defer { bits = bits.dropFirst(count) }
        return bits.prefix(count).reduce(0) { $0 << 1 | $1 }
      }
      guard take(4) == 4 else { return nil }
      let count = take(symbol.version < 10 ? 8 : 16)
      return String(decoding: (0..<count).map { _ in UInt8(take(8)) }, as: UTF8.self)
    }
  }

  /// Powers and logarithms of the field, by their definition.
  private static let powers: [Int] = {
    var powers = [1]
    for _ in 1..<255 {
      let next = (powers.last ?? 1) * 2
      powers.append(next > 255 ? next ^ 0x11D : next)
    }
    return powers
  }()

  private static func product(_ left: Int, _ right: Int) -> Int {
    guard left > 0, right > 0, let a = powers.firstIndex(of: left),
      let b = powers.firstIndex(of: right)
    else { return 0 }
    return powers[(a + b) % 255]
  }

  @Test("Every length up to the last is read back, with clean syndromes and right format")
  func readBack() throws {
    let alphabet = Array("http://box:8480/pair#ABCD-EFGH 0123456789 äöü".utf8)
    for length in Array(stride(from: 0, through: 213, by: 7)) + [14, 15, 213] {
      let bytes = (0..<length).map { alphabet[($0 * 31 + length) % 30] }
      let text = String(decoding: bytes, as: UTF8.self)
      let symbol = try #require(QRSymbol(text), "\(length)")
      let reader = Reader(symbol: symbol)
      #expect(reader.text() == text, "\(length)")
      // Table C.1: the masked format words of level M, by mask.
      let words = [0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0]
      #expect(reader.format == words[symbol.mask], "\(length)")
      #expect(reader.secondFormat == words[symbol.mask], "\(length)")
      for block in reader.blocks {
        let check = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26][symbol.version - 1]
        for power in 0..<check {
          let syndrome = block.reduce(0) { Self.product($0, Self.powers[power]) ^ $1 }
          #expect(syndrome == 0, "\(length)")
        }
      }
    }
  }

  @Test("One byte more than the last is refused")
  func tooLong() {
    #expect(QRSymbol(String(repeating: "x", count: 213)) != nil)
    #expect(QRSymbol(String(repeating: "x", count: 214)) == nil)
  }

  @Test("The pictures have the quiet zone, and show what the modules say")
  func pictures() throws {
    let symbol = try #require(QRSymbol("http://box:8480/pair#7K2M-Q9XD"))
    #expect(symbol.svg.hasPrefix("<svg ") && symbol.svg.hasSuffix("</svg>"))
    #expect(symbol.svg.contains("viewBox=\"0 0 \(symbol.size + 8) \(symbol.size + 8)\""))
    for word in ["style", "script", "href", "on"] where word != "on" {
      #expect(!symbol.svg.contains(word))
    }
    let lines = symbol.blocks
    #expect(lines.count == (symbol.size + 9) / 2)
    for line in lines { #expect(line.count == symbol.size + 8) }
    #expect(lines[0].allSatisfy { $0 == "\u{2588}" } && lines[1].allSatisfy { $0 == "\u{2588}" })
  }
}
