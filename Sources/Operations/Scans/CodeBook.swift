import Barcodes
import Warehouse

/// Finds out what a scanned code means in this warehouse.
///
/// The facility's own codes come first: a lot or a location of exactly that text is what was meant,
/// also where the text would make a GTIN by chance. Only then the text is read as a label. Where
/// two things answer to the same code, or a lost separator leaves two readings, none is chosen: a
/// person is asked.
struct CodeBook {
  let environment: OperationsEnvironment
  let transaction: any ReadTransaction
  /// The task in hand, whose place may be named by its check digits alone.
  let task: Recommendation?
  /// What the person was asked for, where it was said: decides between two readings.
  let expected: ScanKind?

  /// What the text means.
  func finding(_ text: String) throws -> ScanFinding {
    let settings = environment.settings.scanning
    let scan = BarcodeReader.read(
      text,
      settings: settings.reader(year: environment.today.civil.year)
    )
    var finding = ScanFinding(scan: scan)
    if let word = settings.commandPrefixes.lazy.compactMap({ Self.rest(scan.text, after: $0) })
      .first
    {
      if let command = ScanCommand(rawValue: word.uppercased()) {
        finding.meaning = .command(command)
      } else {
        finding.warnings.append(
          Warning("NO_SUCH_COMMAND", "there is no command \(word.prefix(40))")
        )
      }
      return finding
    }
    if let badge = settings.badgePrefixes.lazy.compactMap({ Self.rest(scan.text, after: $0) })
      .first,
      !badge.isEmpty
    {
      finding.meaning = .badge(badge)
      return finding
    }
    var meanings = try ownCodes(scan, text)
    if meanings.isEmpty, let place = try placeWithCheck(scan.text) { meanings = [place] }
    if !meanings.isEmpty {
      settle(&finding, meanings, text: scan.text)
      return finding
    }
    try readLabel(&finding)
    return finding
  }

  /// Chooses the one meaning, or asks.
  private func settle(_ finding: inout ScanFinding, _ meanings: [ScanMeaning], text: String) {
    let wanted = meanings.filter { $0.kind == expected }
    let choice = wanted.isEmpty ? meanings : wanted
    if choice.count == 1 {
      finding.meaning = choice[0]
    } else {
      finding.readings = choice.map { reading($0, text: text) }
    }
  }

  // MARK: Own codes

  /// Everything whose own code is exactly that text.
  private func ownCodes(_ scan: Scan, _ raw: String) throws -> [ScanMeaning] {
    var found: [ScanMeaning] = []
    var seen: Set<String> = []
    for code in [scan.location, scan.text, raw].compactMap({ $0 })
    where seen.insert(code).inserted && !code.isEmpty && code.utf8.count <= Limits.codeLength * 4 {
      if let location = try transaction.location(code: code) {
        found.append(.location(location, checkCode: nil))
      }
      // A label that says it is a location is nothing else.
      if code == scan.location { if found.isEmpty { continue } else { return found } }
      found += try things(code)
      if !found.isEmpty { break }
    }
    if let place = try placeOfTask(), place.draft.checkCode == scan.text {
      found.append(.checkCode(place, scan.text))
    }
    return found
  }

  /// Lots, documents, articles and people of that code.
  private func things(_ code: String) throws -> [ScanMeaning] {
    var found: [ScanMeaning] = []
    if let id = PublicID(code) {
      if let lot = try transaction.lot(publicID: id) { found.append(.lot(lot)) }
      if let receipt = try transaction.receipt(publicID: id) { found.append(.receipt(receipt)) }
    }
    found += try transaction.lots(number: code).map { .lot($0) }
    if let receipt = try transaction.receipt(number: code) { found.append(.receipt(receipt)) }
    if let order = try transaction.outboundOrder(number: code) { found.append(.order(order)) }
    if let order = try transaction.purchaseOrder(number: code) {
      found.append(.purchaseOrder(order))
    }
    if let material = try transaction.material(code: code) {
      found.append(.material(material, lotNumber: nil, packaging: nil))
    }
    if try transaction.hasBadge(code) { found.append(.badge(code)) }
    return found
  }

  private func placeOfTask() throws -> Location? {
    try task.flatMap { try environment.location($0.draft.to, in: transaction) }
  }

  /// A place with its check digits behind it, as some labels carry both: `A-12-03 47`.
  private func placeWithCheck(_ text: String) throws -> ScanMeaning? {
    guard let cut = text.lastIndex(where: { " #/*".contains($0) }) else { return nil }
    let digits = String(text[text.index(after: cut)...])
    guard (1...6).contains(digits.count), digits.allSatisfy(\.isNumber),
      let place = try transaction.location(code: String(text[..<cut])), place.draft.checkCode != nil
    else { return nil }
    return .location(place, checkCode: digits)
  }

  // MARK: Labels

  private func readLabel(_ finding: inout ScanFinding) throws {
    let scan = finding.scan
    if let doubtful = try doubtful(scan) {
      finding.readings = doubtful
      return
    }
    if let code = scan.location {
      finding.warnings.append(
        Warning("NO_SUCH_LOCATION", "the label names location \(code), which is not in the books")
      )
      return
    }
    let meanings = try meanings(of: scan.elements)
    if !meanings.isEmpty { return settle(&finding, meanings, text: scan.humanReadable) }
    // An own code that nobody knows could also be read as elements: that is asked, not decided.
    let possible = try self.meanings(of: scan.possibleElements)
    guard !possible.isEmpty else { return }
    let text = scan.possibleElements.map(\.text).joined()
    finding.readings = [
      ScanReading(
        kind: .unknown,
        text: scan.text,
        words: "a code of its own, which is not in the books",
        isKnown: false
      )
    ]
    finding.readings += possible.map { reading($0, text: text) }
  }

  /// The readings of a label that may have lost a separator, or that says two things at once.
  private func doubtful(_ scan: Scan) throws -> [ScanReading]? {
    var ways = scan.isAmbiguous ? [scan.elements] + scan.alternatives : []
    for key in ["00", "01", "02", "10", "21"] where ways.isEmpty {
      let values = scan.elements.filter { $0.identifier == key }
      guard Set(values).count > 1 else { continue }
      let rest = scan.elements.filter { $0.identifier != key }
      ways = values.map { value in
        scan.elements.firstIndex(of: value) == 0 ? [value] + rest : rest + [value]
      }
    }
    guard !ways.isEmpty else { return nil }
    return try ways.map { elements in
      let meanings = try meanings(of: elements)
      let text = elements.map(\.text).joined()
      let known = meanings.first { $0.kind == .lot } ?? meanings.first
      let choice = known.map { reading($0, text: text) }
      if let choice {
        return ScanReading(
          kind: choice.kind,
          text: text,
          words: choice.words,
          isKnown: choice.isKnown
        )
      }
      return ScanReading(kind: .unknown, text: text, words: text, isKnown: false)
    }
  }

  /// What the elements of a label name together.
  private func meanings(of elements: [Element]) throws -> [ScanMeaning] {
    func value(_ identifier: String) -> String? {
      elements.first { $0.identifier == identifier }?.value
    }
    let content = try value("02").flatMap { GTIN($0) }.map {
      try transaction.materials(gtin: $0.text)
    }
    // A key that breaks its own check digit names nothing, and what hangs on it neither.
    if let plate = value("00"), SSCC(plate) == nil { return [] }
    if let gtin = value("01"), GTIN(gtin) == nil { return [] }
    if let plate = value("00").flatMap({ SSCC($0) }) {
      if let lot = try transaction.lot(licensePlate: plate.text) { return [.lot(lot)] }
      return [.unit(plate.text, content?.first)]
    }
    if let gtin = value("01").flatMap({ GTIN($0) }) {
      return try articles(gtin.text, lot: value("10"))
    }
    if let number = value("10") {
      let found = try transaction.lots(number: number)
      let among = content.map { known in
        found.filter { lot in known.contains { $0.id == lot.draft.material } }
      }
      return (among ?? found).map { .lot($0) }
    }
    if let number = value("400"), let order = try transaction.purchaseOrder(number: number) {
      return [.purchaseOrder(order)]
    }
    return (content ?? []).map { .material($0, lotNumber: nil, packaging: nil) }
  }

  /// The lots of an article, or the article itself where the label's lot is new.
  private func articles(_ gtin: String, lot number: String?) throws -> [ScanMeaning] {
    var goods: [(material: Material, packaging: PackagingMatch?)] =
      try transaction.materials(gtin: gtin).map { ($0, nil) }
    for packaging in try transaction.packagings(gtin: gtin)
    where !goods.contains(where: { $0.material.id == packaging.material }) {
      if let material = try transaction.material(packaging.material) {
        goods.append((material, packaging))
      }
    }
    if let number {
      let lots = try transaction.lots(number: number).filter { lot in
        goods.contains { $0.material.id == lot.draft.material }
      }
      if !lots.isEmpty { return lots.map { .lot($0) } }
    }
    return goods.map { .material($0.material, lotNumber: number, packaging: $0.packaging) }
  }

  // MARK: Words

  private func reading(_ meaning: ScanMeaning, text: String) -> ScanReading {
    let (text, words): (String, String) =
      switch meaning {
      case .location(let place, _): (text, "location \(place.code)")
      case .checkCode(let place, _): (text, "the check digits of \(place.code)")
      case .lot(let lot): (lot.publicID.text, "lot \(lot.draft.number) of \(material(of: lot))")
      case .material(let material, let number, _):
        (text, "\(material.code), \(material.draft.name)" + (number.map { ", lot \($0)" } ?? ""))
      case .unit(let plate, _): (text, "unit \(plate), which is not in the books")
      case .receipt(let receipt): (receipt.publicID.text, "receipt \(receipt.number)")
      case .order(let order): (text, "order \(order.draft.number)")
      case .purchaseOrder(let order): (text, "purchase order \(order.draft.number)")
      case .badge: (text, "a badge")
      case .command(let command): (text, "command \(command.rawValue)")
      }
    return ScanReading(kind: meaning.kind, text: text, words: words, isKnown: meaning.kind != .unit)
  }

  private func material(of lot: Lot) -> String {
    (try? transaction.material(lot.draft.material))?.code ?? ""
  }

  private static func rest(_ text: String, after prefix: String) -> String? {
    guard !prefix.isEmpty, text.hasPrefix(prefix) else { return nil }
    return String(text.dropFirst(prefix.count))
  }
}
