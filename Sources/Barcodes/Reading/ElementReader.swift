/// Cuts an element string into elements (GS1 General Specifications, section 7.8).
///
/// One after another: an identifier, then its value. Where the first two digits of the identifier
/// settle the length, the value has that length; every other value runs to the next separator or
/// to the end. A separator that nobody needs is passed over.
struct ElementReader {
  /// The group separator: how a scanner sends the FNC1 between two elements.
  static let separator: UInt8 = 0x1D

  let currentYear: Int
  private(set) var elements: [Element] = []
  private(set) var faults: [Scan.Finding] = []
  private(set) var repairs: [Scan.Finding] = []
  /// Whether a separator stood anywhere.
  private(set) var hasSeparator = false
  /// Whether the last value ran to the end because no separator closed it.
  private(set) var endsOpen = false

  init(_ text: String, currentYear: Int) {
    self.currentYear = currentYear
    read(Array(text.utf8)[...])
  }

  private mutating func read(_ text: ArraySlice<UInt8>) {
    var rest = text
    hasSeparator = text.contains(Self.separator)
    if rest.first == Self.separator {
      repairs.append(Scan.Finding(.leadingSeparator, nil, "a separator stood before the data"))
      rest = rest.drop { $0 == Self.separator }
    }
    while !rest.isEmpty {
      guard let format = ElementFormat.leading(rest) else {
        let shown = String(decoding: rest.prefix(8), as: UTF8.self)
        faults.append(
          Scan.Finding(.unknownIdentifier, nil, "no application identifier begins \"\(shown)\"")
        )
        return
      }
      rest = rest.dropFirst(format.identifier.utf8.count)
      let field = rest.prefix { $0 != Self.separator }
      let value = format.needsNoSeparator ? field.prefix(format.maximumLength) : field
      rest = rest.dropFirst(value.count)
      endsOpen = rest.isEmpty && !format.needsNoSeparator
      take(format, String(decoding: value, as: UTF8.self))
      guard rest.first == Self.separator else { continue }
      rest = rest.dropFirst()
      if rest.first == Self.separator {
        repairs.append(Scan.Finding(.doubledSeparator, nil, "a separator stood twice"))
        rest = rest.drop { $0 == Self.separator }
      }
    }
  }

  /// Keeps an element, and says what is wrong with it.
  ///
  /// The same element twice is one element; the same identifier with another value is a fault, and
  /// both are kept for the person who must look.
  private mutating func take(_ format: ElementFormat, _ value: String) {
    let element = Element(format.identifier, value)
    if let earlier = elements.first(where: { $0.identifier == element.identifier }) {
      if earlier == element { return }
      faults.append(
        Scan.Finding(
          .conflictingRepeat,
          element.identifier,
          "stands twice, as \(earlier.value) and as \(value)"
        )
      )
    }
    elements.append(element)
    if let fault = format.fault(in: value, currentYear: currentYear) {
      faults.append(Scan.Finding(.badValue, element.identifier, fault))
    }
  }

  /// Whether an element proves itself: a date, or a value with a check digit.
  static func provesItself(_ element: Element) -> Bool {
    guard let rules = ElementFormat.of(element.identifier)?.parts.first?.rules else { return false }
    return rules.contains(.check) || rules.contains(.date)
  }

  /// Other readings of a label whose last value may have swallowed what a lost separator cut off.
  ///
  /// Only where no separator came at all and the last value is of variable length. The tail must
  /// be whole elements without a fault; and unless the scanner is known to lose separators, or the
  /// value is wrong as it stands, the tail must begin with an element that proves itself, because
  /// almost any digits look like a count or a serial number.
  func alternatives(sendsSeparators: Bool?) -> [[Element]] {
    guard sendsSeparators != true, !hasSeparator, endsOpen, let last = elements.last,
      let format = ElementFormat.of(last.identifier)
    else { return [] }
    let isSuspect =
      sendsSeparators == false || format.fault(in: last.value, currentYear: currentYear) != nil
    let value = Array(last.value.utf8)
    let known = Set(elements.map(\.identifier))
    var found: [[Element]] = []
    for cut in 1..<max(1, value.count) {
      let head = String(decoding: value[..<cut], as: UTF8.self)
      guard format.fault(in: head, currentYear: currentYear) == nil else { continue }
      let tail = ElementReader(
        String(decoding: value[cut...], as: UTF8.self),
        currentYear: currentYear
      )
      guard tail.faults.isEmpty, let first = tail.elements.first,
        isSuspect || Self.provesItself(first),
        tail.elements.allSatisfy({ !known.contains($0.identifier) })
      else { continue }
      found.append(elements.dropLast() + [Element(last.identifier, head)] + tail.elements)
    }
    return Array(found.prefix(5))
  }
}
