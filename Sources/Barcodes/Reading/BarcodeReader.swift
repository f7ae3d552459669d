/// Reads what a scanner sent: tolerant in front, with a strict verdict behind.
///
/// The order of questions: which carrier, does it claim GS1 elements or an article number; if it
/// claims nothing, is the text a web link, one of the site's locations, an article number, a unit
/// number, or elements that prove themselves; else it is an own code and stays plain text.
public enum BarcodeReader {
  /// Reads one scan; there is always an answer, also for nonsense.
  public static func read(_ raw: String, settings: BarcodeSettings) -> Scan {
    let normal = Normaliser(raw, settings: settings)
    var scan = Scan(raw: raw, text: normal.text, currentYear: settings.currentYear)
    scan.symbology = normal.symbology
    scan.repairs = normal.repairs
    switch normal.symbology?.claim {
    case .elements: scan.readElements(settings)
    case .article: scan.readArticle(settings)
    case .carton: scan.readCarton(settings)
    case .nothing, nil: scan.readUnclaimed(settings)
    }
    scan.finish(settings)
    return scan
  }

  /// Reads one scan with the usual settings.
  public static func read(_ raw: String, currentYear: Int) -> Scan {
    read(raw, settings: BarcodeSettings(currentYear: currentYear))
  }
}

extension Scan {
  /// Reads element strings of a carrier that claims them.
  mutating func readElements(_ settings: BarcodeSettings) {
    if DigitalLink.isWebAddress(text), readLink(settings) {
      faults.append(
        Finding(.wrongCarrier, nil, "a web link stands in a carrier made for element strings")
      )
      return
    }
    if readBrackets(settings) { return }
    adopt(ElementReader(text, currentYear: currentYear), settings)
  }

  /// Takes over what the element reader found.
  private mutating func adopt(_ reader: ElementReader, _ settings: BarcodeSettings) {
    kind = .elementString
    elements += reader.elements
    faults += reader.faults
    repairs += reader.repairs
    alternatives = reader.alternatives(sendsSeparators: settings.sendsSeparators)
    text = String(text.drop { $0 == "\u{1D}" })
    if elements.isEmpty, faults.isEmpty {
      faults.append(Finding(.badValue, nil, "nothing follows the symbology identifier"))
    }
  }

  /// Reads EAN and UPC, with the elements of a composite part where there is one.
  mutating func readArticle(_ settings: BarcodeSettings) {
    let pieces = text.split(separator: "|", maxSplits: 1)
    let number = pieces.first.map(String.init) ?? ""
    guard let gtin = GTIN(number) else {
      faults.append(
        Finding(.badValue, "01", "\"\(number.prefix(20))\" is no article number; scan it again")
      )
      return
    }
    kind = .gtin(gtin)
    elements = [Element("01", gtin.text)]
    guard pieces.count == 2 else { return }
    let composite = pieces[1].hasPrefix("]e0") ? pieces[1].dropFirst(3) : pieces[1]
    adopt(ElementReader(String(composite), currentYear: currentYear), settings)
  }

  /// Reads ITF: a GTIN of 14 digits, or an own number.
  mutating func readCarton(_ settings: BarcodeSettings) {
    if text.utf8.count == 14, let gtin = GTIN(text) {
      kind = .gtin(gtin)
      elements = [Element("01", gtin.text)]
    } else {
      readUnclaimed(settings)
    }
  }

  /// Reads a text whose carrier claims nothing, or that came without a carrier.
  mutating func readUnclaimed(_ settings: BarcodeSettings) {
    if DigitalLink.isWebAddress(text) {
      if readLink(settings) { noteMissingCarrier() }
      return
    }
    for prefix in settings.locationPrefixes where !prefix.isEmpty && text.hasPrefix(prefix) {
      location = String(text.dropFirst(prefix.count))
      return
    }
    if readKey(text) || readBrackets(settings) {
      noteMissingCarrier()
      return
    }
    let reader = ElementReader(text, currentYear: currentYear)
    if let first = reader.elements.first {
      let isProven =
        first.hasCheckDigit && !reader.faults.contains { $0.identifier == first.identifier }
      if isProven || (reader.hasSeparator && reader.faults.isEmpty) {
        adopt(reader, settings)
        noteMissingCarrier()
        return
      }
    }
    if let half = Normaliser.half(text, joinedBy: nil), readKey(half) {
      text = half
      repairs.append(Normaliser.doubled)
      noteMissingCarrier()
      return
    }
    if reader.faults.isEmpty { possibleElements = reader.elements }
  }

  /// Reads a bare GTIN or SSCC, or an SSCC behind its identifier.
  private mutating func readKey(_ digits: String) -> Bool {
    if let gtin = GTIN(digits) {
      kind = .gtin(gtin)
      elements = [Element("01", gtin.text)]
      return true
    }
    if let sscc = SSCC(digits) {
      kind = .sscc(sscc)
      elements = [Element("00", sscc.text)]
      return true
    }
    return false
  }

  private mutating func readLink(_ settings: BarcodeSettings) -> Bool {
    guard let link = DigitalLink(text, currentYear: currentYear) else { return false }
    kind = .digitalLink
    elements = link.elements
    faults += link.faults
    repairs += link.repairs
    return true
  }

  /// Reads the form for people, `(01)09521234543213(10)LOT9`, which belongs under the bars.
  ///
  /// Brackets are legal characters of a value, so only those around a known identifier count.
  private mutating func readBrackets(_ settings: BarcodeSettings) -> Bool {
    var found: [Element] = []
    for piece in text.split(separator: "(", omittingEmptySubsequences: false).dropFirst() {
      let parts = piece.split(separator: ")", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, ElementFormat.of(parts[0]) != nil {
        found.append(Element(String(parts[0]), String(parts[1])))
      } else if found.isEmpty {
        return false
      } else {
        found[found.count - 1].value += "(" + piece
      }
    }
    guard text.hasPrefix("("), !found.isEmpty else { return false }
    kind = .elementString
    for element in found {
      let fault = ElementFormat.of(element.identifier)?
        .fault(in: element.value, currentYear: currentYear)
      if let fault { faults.append(Finding(.badValue, element.identifier, fault)) }
    }
    elements = found
    repairs.append(
      Finding(.brackets, nil, "the brackets of the form for people were encoded as data")
    )
    return true
  }

  private mutating func noteMissingCarrier() {
    guard symbology == nil else {
      if case .nothing = symbology?.claim, kind == .elementString {
        let name = symbology?.name ?? ""
        faults.append(
          Finding(.wrongCarrier, nil, "GS1 elements stand in plain \(name), without FNC1 in front")
        )
      }
      return
    }
    repairs.append(
      Finding(.noSymbology, nil, "the scanner names no symbology; turn on its AIM identifier")
    )
  }

  /// Judges the elements together, and finds the location.
  mutating func finish(_ settings: BarcodeSettings) {
    guard kind == .elementString || kind == .digitalLink else { return }
    warnings = Associations.faults(among: elements.map(\.identifier)).map { fault in
      Finding(.association, fault.identifier, fault.message)
    }
    let own = elements.first { settings.locationIdentifiers.contains($0.identifier) }
    location = self["254"] ?? own?.value
  }
}

extension Element {
  /// Whether the value ends with a check digit.
  var hasCheckDigit: Bool {
    ElementFormat.of(identifier)?.parts.first?.rules.contains(.check) == true
  }
}
