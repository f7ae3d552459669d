import Warehouse

/// Reads the elements of a GS1 Digital Link, a web address that names a thing.
///
/// The path ends with a key and its qualifiers (`/01/09521234543213/10/LOT9`), behind whatever the
/// owner of the domain puts before; the query may carry further elements, and parameters of its
/// own, which are passed over (GS1 Digital Link: URI Syntax).
struct DigitalLink {
  /// The qualifiers of each key, in the order in which they may follow it; some keys have two sets.
  static let qualifiers: [String: [[String]]] = [
    "00": [[]], "01": [["22", "10", "21"], ["235"]], "253": [[]], "255": [[]], "401": [[]],
    "402": [[]], "414": [["254"], ["7040"]], "415": [["8020"]], "417": [["7040"]], "8003": [[]],
    "8004": [["7040"]], "8006": [["22", "10", "21"]], "8010": [["8011"]], "8013": [[]],
    "8017": [["8019"]], "8018": [["8019"]],
  ]

  private(set) var elements: [Element] = []
  private(set) var faults: [Scan.Finding] = []
  private(set) var repairs: [Scan.Finding] = []

  /// Whether a text is a web address.
  static func isWebAddress(_ text: String) -> Bool {
    let start = text.prefix(8).lowercased()
    return start.hasPrefix("https://") || start.hasPrefix("http://")
  }

  /// Reads an address; nil where its path names no GS1 key.
  init?(_ address: String, currentYear: Int) {
    guard let colon = address.firstIndex(of: ":") else { return nil }
    let withoutFragment = address[colon...].dropFirst(3).prefix { $0 != "#" }
    let pieces = withoutFragment.split(separator: "?", maxSplits: 1)
    guard let path = pieces.first else { return nil }
    var segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    while segments.last?.isEmpty == true { segments.removeLast() }
    guard let start = Self.keyStart(Array(segments)) else { return nil }
    readPath(Array(segments.suffix(start)), currentYear: currentYear)
    if pieces.count == 2 { readQuery(pieces[1], currentYear: currentYear) }
  }

  /// How many segments from the end the key begins: the last place where a key, and then pairs of
  /// identifier and value, fill the rest of the path.
  private static func keyStart(_ segments: [Substring]) -> Int? {
    var count = 2
    while count <= segments.count {
      let head = String(segments[segments.count - count])
      if qualifiers[head] != nil { return count }
      guard ElementFormat.of(head) != nil else { return nil }
      count += 2
    }
    return nil
  }

  private mutating func readPath(_ segments: [Substring], currentYear: Int) {
    let identifiers = stride(from: 0, to: segments.count, by: 2).map { String(segments[$0]) }
    for (place, identifier) in identifiers.enumerated() {
      guard let value = decoded(segments[place * 2 + 1], identifier, plusIsSpace: false) else {
        continue
      }
      take(identifier, value, currentYear: currentYear)
    }
    let sets = Self.qualifiers[identifiers[0]] ?? [[]]
    let isOrdered = sets.contains { Self.isSubsequence(identifiers.dropFirst(), of: $0) }
    if !isOrdered {
      faults.append(
        Scan.Finding(
          .wrongOrder,
          identifiers[0],
          "is followed by \(identifiers.dropFirst().map { "(\($0))" }.joined()), which is not "
            + "the order of its qualifiers"
        )
      )
    }
  }

  private mutating func readQuery(_ query: Substring, currentYear: Int) {
    for parameter in query.split(whereSeparator: { $0 == "&" || $0 == ";" }) {
      let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(pair[0])
      guard pair.count == 2, !name.isEmpty, name.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { continue }
      guard let format = ElementFormat.of(name) else {
        faults.append(Scan.Finding(.unknownIdentifier, name, "is no application identifier"))
        continue
      }
      if !format.isLinkAttribute {
        faults.append(Scan.Finding(.notInLink, name, "belongs into the path, not into the query"))
      }
      guard let value = decoded(pair[1], name, plusIsSpace: true) else { continue }
      take(name, value, currentYear: currentYear)
    }
  }

  private mutating func decoded(
    _ text: Substring,
    _ identifier: String,
    plusIsSpace: Bool
  ) -> String? {
    if let value = PercentText.decoded(text, plusIsSpace: plusIsSpace) { return value }
    faults.append(Scan.Finding(.badEscape, identifier, "holds a broken percent escape"))
    return nil
  }

  /// Keeps an element; a GTIN may come shorter than 14 digits, which is noted.
  private mutating func take(_ identifier: String, _ given: String, currentYear: Int) {
    var value = given
    if ["01", "02", "03"].contains(identifier), given.utf8.count < 14, let gtin = GTIN(given) {
      value = gtin.text
      repairs.append(
        Scan.Finding(.paddedGTIN, identifier, "has \(given.utf8.count) digits where 14 are due")
      )
    }
    let element = Element(identifier, value)
    if let earlier = elements.first(where: { $0.identifier == identifier }) {
      if earlier == element { return }
      faults.append(
        Scan.Finding(
          .conflictingRepeat,
          identifier,
          "stands twice, as \(earlier.value) and as \(value)"
        )
      )
    }
    elements.append(element)
    if let fault = ElementFormat.of(identifier)?.fault(in: value, currentYear: currentYear) {
      faults.append(Scan.Finding(.badValue, identifier, fault))
    }
  }

  private static func isSubsequence(_ part: ArraySlice<String>, of whole: [String]) -> Bool {
    var rest = whole[...]
    for item in part {
      guard let place = rest.firstIndex(of: item) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }
}
