/// Brings what a scanner or a keyboard wedge sent into one form, and notes what it changed.
struct Normaliser {
  private(set) var text: String
  private(set) var symbology: Symbology?
  private(set) var repairs: [Scan.Finding] = []

  init(_ raw: String, settings: BarcodeSettings) {
    text = raw
    trim(settings)
    restoreSeparators(settings.separatorTokens)
    takeSymbology()
    if symbology != nil, let half = Self.half(text, joinedBy: symbology) {
      repairs.append(Self.doubled)
      text = half
    }
  }

  static let doubled = Scan.Finding(
    .doubledScan,
    nil,
    "the scanner sent everything twice; turn off one of its two outputs"
  )

  /// Drops frame characters, line ends and the site's own prefix and suffix.
  private mutating func trim(_ settings: BarcodeSettings) {
    let frame: Set<Unicode.Scalar> = ["\r", "\n", "\t", "\u{2}", "\u{3}", "\u{4}"]
    var scalars = text.unicodeScalars[...]
    while let first = scalars.first, frame.contains(first) { scalars.removeFirst() }
    while let last = scalars.last, frame.contains(last) { scalars.removeLast() }
    text = String(String.UnicodeScalarView(scalars))
    for prefix in settings.prefixes where !prefix.isEmpty && text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
      break
    }
    for suffix in settings.suffixes where !suffix.isEmpty && text.hasSuffix(suffix) {
      text.removeLast(suffix.count)
      break
    }
    let inner = text.drop { $0 == " " }
    let end = inner.lastIndex { $0 != " " }.map { inner.index(after: $0) } ?? inner.startIndex
    let trimmed = String(inner[..<end])
    if trimmed != text {
      repairs.append(Scan.Finding(.trimmed, nil, "spaces stood before or after the data"))
      text = trimmed
    }
  }

  /// Puts the group separator where a wedge typed a stand-in for it.
  private mutating func restoreSeparators(_ tokens: [String]) {
    let source = Array(text.utf8)
    let patterns = tokens.map { Array($0.utf8).map(Self.folded) }.filter { !$0.isEmpty }
    var restored: [UInt8] = []
    var index = 0
    var count = 0
    while index < source.count {
      let match = patterns.first { pattern in
        index + pattern.count <= source.count
          && zip(source[index...], pattern).allSatisfy { Self.folded($0) == $1 }
      }
      if let match {
        restored.append(ElementReader.separator)
        index += match.count
        count += 1
      } else {
        restored.append(source[index])
        index += 1
      }
    }
    guard count > 0 else { return }
    text = String(decoding: restored, as: UTF8.self)
    repairs.append(
      Scan.Finding(.separatorToken, nil, "\(count) separators came as text and were restored")
    )
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
  }

  /// Takes `]`, a letter and a letter or digit off the front.
  private mutating func takeSymbology() {
    let head = Array(text.utf8.prefix(3))
    guard head.count == 3, head[0] == 0x5D, (0x61...0x7A).contains(Self.folded(head[1])),
      (0x30...0x39).contains(head[2]) || (0x61...0x7A).contains(Self.folded(head[2]))
    else { return }
    let found = Symbology(code: String(decoding: head[1...], as: UTF8.self))
    text = String(decoding: text.utf8.dropFirst(3), as: UTF8.self)
    symbology = found
    guard !found.isKnown, let swapped = Self.swapped(found), swapped.isKnown else { return }
    symbology = swapped
    repairs.append(
      Scan.Finding(
        .capsLock,
        nil,
        "capitals and small letters are swapped; turn off caps lock and scan again"
      )
    )
  }

  /// The symbology with its letter in the other case.
  private static func swapped(_ symbology: Symbology) -> Symbology? {
    guard let letter = symbology.code.utf8.first else { return nil }
    let other = Character(Unicode.Scalar(letter ^ 0x20))
    return Symbology(code: String(other) + symbology.code.dropFirst())
  }

  /// One half of a text that stands twice, or nil; the second may repeat the symbology.
  static func half(_ text: String, joinedBy symbology: Symbology?) -> String? {
    let bytes = Array(text.utf8)
    let joint = Array((symbology.map { "]\($0.code)" } ?? "").utf8)
    let rest = bytes.count - joint.count
    guard rest >= 2, rest % 2 == 0, !joint.isEmpty || symbology == nil else { return nil }
    let half = rest / 2
    guard bytes[half..<half + joint.count].elementsEqual(joint),
      bytes[..<half].elementsEqual(bytes[(half + joint.count)...])
    else { return nil }
    return String(decoding: bytes[..<half], as: UTF8.self)
  }
}
