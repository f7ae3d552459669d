/// The modules of a QR code while it is drawn.
struct QRCanvas {
  let layout: QRLayout
  private(set) var dark: [Bool]
  /// Modules of the fixed patterns, which no data and no mask touch.
  private var isFixed: [Bool]
  private var size: Int { layout.size }

  /// Draws the fixed patterns (ISO/IEC 18004, 6.3), and keeps the room of the information.
  init(_ layout: QRLayout) {
    self.layout = layout
    let count = layout.size * layout.size
    dark = [Bool](repeating: false, count: count)
    isFixed = [Bool](repeating: false, count: count)
    for at in 0..<layout.size {
      fix(6, at, at % 2 == 0)
      fix(at, 6, at % 2 == 0)
    }
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
    for row in layout.centres {
      for column in layout.centres where !isFinder(row, column) { drawAlignment(row, column) }
    }
    drawFormat(mask: 0)
    drawVersion()
  }

  private mutating func fix(_ row: Int, _ column: Int, _ isDark: Bool) {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return }
    dark[row * size + column] = isDark
    isFixed[row * size + column] = true
  }

  /// A finder with the light line around it.
  private mutating func drawFinder(_ row: Int, _ column: Int) {
    for down in -4...4 {
      for right in -4...4 {
        let ring = max(abs(down), abs(right))
        fix(row + down, column + right, ring != 2 && ring != 4)
      }
    }
  }

  /// Whether an alignment pattern would lie on a finder.
  private func isFinder(_ row: Int, _ column: Int) -> Bool {
    let last = size - 7
    return (row == 6 && column == 6) || (row == 6 && column == last) || (row == last && column == 6)
  }

  private mutating func drawAlignment(_ row: Int, _ column: Int) {
    for down in -2...2 {
      for right in -2...2 { fix(row + down, column + right, max(abs(down), abs(right)) != 1) }
    }
  }

  /// Level M and the mask, protected by a BCH code, twice (7.9).
  private mutating func drawFormat(mask: Int) {
    let data = 0b00 << 3 | mask
    var rest = data
    for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
    let bits = (data << 10 | rest) ^ 0x5412
    func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
    for place in 0...5 { fix(place, 8, bit(place)) }
    fix(7, 8, bit(6))
    fix(8, 8, bit(7))
    fix(8, 7, bit(8))
    for place in 9..<15 { fix(8, 14 - place, bit(place)) }
    for place in 0..<8 { fix(8, size - 1 - place, bit(place)) }
    for place in 8..<15 { fix(size - 15 + place, 8, bit(place)) }
    fix(size - 8, 8, true)
  }

  /// The version, protected by a BCH code, twice, from version 7 on (7.10).
  private mutating func drawVersion() {
    guard layout.version >= 7 else { return }
    var rest = layout.version
    for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
    let bits = layout.version << 12 | rest
    for place in 0..<18 {
      let isDark = bits >> place & 1 == 1
      let (far, near) = (size - 11 + place % 3, place / 3)
      fix(far, near, isDark)
      fix(near, far, isDark)
    }
  }

  /// Lays the words in their zigzag: pairs of columns from the right, up and down in turn (7.7.3).
  mutating func place(_ words: [UInt8]) {
    var index = 0
    var isUpward = true
    var right = size - 1
    while right >= 1 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        let row = isUpward ? size - 1 - step : step
        for column in [right, right - 1] where !isFixed[row * size + column] {
          // What is left over at the end stays light.
          guard index < words.count * 8 else { continue }
          dark[row * size + column] = words[index / 8] >> UInt8(7 - index % 8) & 1 == 1
          index += 1
        }
      }
      isUpward.toggle()
      right -= 2
    }
  }

  /// The same with a mask over its data, and the mask in its format information (7.8).
  func masked(_ mask: Int) -> QRCanvas {
    var copy = self
    for row in 0..<size {
      for column in 0..<size where !isFixed[row * size + column] {
        if Self.flips(mask, row, column) { copy.dark[row * size + column].toggle() }
      }
    }
    copy.drawFormat(mask: mask)
    return copy
  }

  private static func flips(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
    switch mask {
    case 0: (row + column) % 2 == 0
    case 1: row % 2 == 0
    case 2: column % 3 == 0
    case 3: (row + column) % 3 == 0
    case 4: (row / 2 + column / 3) % 2 == 0
    case 5: row * column % 2 + row * column % 3 == 0
    case 6: (row * column % 2 + row * column % 3) % 2 == 0
    default: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }

  /// How hard it would be to read (7.8.3): long runs, squares, look-alikes of finders, imbalance.
  var penalty: Int {
    var sum = 0
    for line in 0..<size {
      sum += Self.penalty(of: (0..<size).map { dark[line * size + $0] })
      sum += Self.penalty(of: (0..<size).map { dark[$0 * size + line] })
    }
    for row in 0..<size - 1 {
      for column in 0..<size - 1 {
        let at = row * size + column
        let isSquare =
          dark[at] == dark[at + 1] && dark[at] == dark[at + size]
          && dark[at] == dark[at + size + 1]
        if isSquare { sum += 3 }
      }
    }
    let darkShare = dark.count { $0 } * 100
    let steps = abs(darkShare - 50 * dark.count) / (5 * dark.count)
    return sum + 10 * steps
  }

  /// Runs of five and more, and the pattern of a finder with four light modules beside it.
  private static func penalty(of line: [Bool]) -> Int {
    let finder: [Bool] = [true, false, true, true, true, false, true]
    var sum = 0
    var run = 0
    for (place, module) in line.enumerated() {
      run = place > 0 && module == line[place - 1] ? run + 1 : 1
      if run == 5 { sum += 3 } else if run > 5 { sum += 1 }
    }
    for start in 0...max(0, line.count - 7) where Array(line[start..<start + 7]) == finder {
      func isLight(_ range: Range<Int>) -> Bool {
        range.allSatisfy { !line.indices.contains($0) || !line[$0] }
      }
      if isLight(start - 4..<start) { sum += 40 }
      if isLight(start + 7..<start + 11) { sum += 40 }
    }
    return sum
  }
}
