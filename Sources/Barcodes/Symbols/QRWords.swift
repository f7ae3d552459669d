/// The words of a QR code: data, padding, error correction, in the order of the symbol.
enum QRWords {
  /// Encodes bytes in byte mode and interleaves the blocks (ISO/IEC 18004, 7.4 to 7.6).
  static func interleaved(_ bytes: [UInt8], _ layout: QRLayout) -> [UInt8] {
    let data = padded(bytes, layout)
    var blocks: [[UInt8]] = []
    var start = 0
    for length in layout.blocks {
      blocks.append(Array(data[start..<start + length]))
      start += length
    }
    let checks = blocks.map { ReedSolomon.check($0, words: layout.check) }
    var words: [UInt8] = []
    for place in 0..<(layout.blocks.max() ?? 0) {
      for block in blocks where place < block.count { words.append(block[place]) }
    }
    for place in 0..<layout.check {
      for check in checks { words.append(check[place]) }
    }
    return words
  }

  /// Mode, length, bytes, the end mark and the padding words.
  private static func padded(_ bytes: [UInt8], _ layout: QRLayout) -> [UInt8] {
    var bits: [Bool] = []
    func append(_ value: Int, _ count: Int) {
      for shift in stride(from: count - 1, through: 0, by: -1) {
        bits.append(value >> shift & 1 == 1)
      }
    }
    append(0b0100, 4)
    append(bytes.count, layout.lengthBits)
    for byte in bytes { append(Int(byte), 8) }
    append(0, min(4, 8 * layout.dataWords - bits.count))
    append(0, (8 - bits.count % 8) % 8)
    var words = stride(from: 0, to: bits.count, by: 8).map { at in
      bits[at..<at + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    var isEven = true
    while words.count < layout.dataWords {
      words.append(isEven ? 0xEC : 0x11)
      isEven.toggle()
    }
    return words
  }
}

/// Reed-Solomon words over the field of 256 elements with the polynomial x8+x4+x3+x2+1.
enum ReedSolomon {
  /// The remainder of the data, shifted, by the generator whose roots are the first powers of 2.
  static func check(_ data: [UInt8], words: Int) -> [UInt8] {
    let generator = self.generator(words)
    var rest = [UInt8](repeating: 0, count: words)
    for word in data {
      let factor = word ^ rest[0]
      rest.removeFirst()
      rest.append(0)
      for place in 0..<words { rest[place] ^= product(generator[place], factor) }
    }
    return rest
  }

  /// The generator's coefficients below the leading one, the highest first.
  private static func generator(_ words: Int) -> [UInt8] {
    var polynomial = [UInt8](repeating: 0, count: words)
    polynomial[words - 1] = 1
    var root: UInt8 = 1
    for _ in 0..<words {
      for place in 0..<words {
        polynomial[place] = product(polynomial[place], root)
        if place + 1 < words { polynomial[place] ^= polynomial[place + 1] }
      }
      root = product(root, 2)
    }
    return polynomial
  }

  /// The product of two elements of the field.
  static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var sum: UInt8 = 0
    var left = left
    var right = right
    while right > 0 {
      if right & 1 == 1 { sum ^= left }
      left = left << 1 ^ (left & 0x80 == 0 ? 0 : 0x1D)
      right >>= 1
    }
    return sum
  }
}
