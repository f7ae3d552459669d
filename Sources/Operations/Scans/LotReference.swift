import Barcodes
import Warehouse

/// How a person or a program names a lot: by its UUID, its number, its license plate, or by
/// whatever stands on the label.
public struct LotReference: Sendable, Hashable {
  /// The text, as it was typed or scanned.
  public var text: String
  /// The material's code, where the lot number alone may be shared.
  public var material: String?

  /// Names a lot.
  public init(text: String, material: String? = nil) {
    self.text = text
    self.material = material
  }

  /// Names a lot by its UUID.
  public init(_ publicID: PublicID) {
    self.init(text: publicID.text)
  }

  /// The lot; fails with `notFound`, or with `conflict` where several lots share the number.
  func resolve(in transaction: any ReadTransaction, settings: ScanSettings, year: Int) throws -> Lot
  {
    if let id = PublicID(text), let lot = try transaction.lot(publicID: id) { return lot }
    if let lot = try byNumber(text, material, in: transaction) { return lot }
    let scan = BarcodeReader.read(text, settings: settings.reader(year: year))
    if scan.isAmbiguous { throw Self.ambiguous(scan) }
    if let plate = scan.sscc, let lot = try transaction.lot(licensePlate: plate.text) { return lot }
    if let number = scan.lot {
      let article = try (scan.gtin ?? scan.contentGTIN).flatMap {
        try transaction.material(gtin: $0.text)
      }
      if let lot = try byNumber(number, material ?? article?.code, in: transaction) { return lot }
    }
    if scan.text != text, let lot = try byNumber(scan.text, material, in: transaction) {
      return lot
    }
    throw Failure(
      .notFound,
      "No lot answers to \"\(text.prefix(60))\".",
      hint: "Scan the lot's label or its license plate, or book its receipt first.",
      context: ["lot": text]
    )
  }

  private func byNumber(
    _ number: String,
    _ code: String?,
    in transaction: any ReadTransaction
  ) throws -> Lot? {
    var lots = try transaction.lots(number: number)
    if let code {
      let material = try transaction.material(code: code)
      lots = lots.filter { $0.draft.material == material?.id }
    }
    guard lots.count > 1 else { return lots.first }
    let codes = try transaction.materials(lots.map(\.draft.material)).values.map(\.code).sorted()
    throw Failure(
      .conflict,
      "Lot \(number) exists for \(lots.count) materials: \(codes.joined(separator: ", ")).",
      hint: "Name the material as well.",
      context: ["lot": number]
    )
  }

  static func ambiguous(_ scan: Scan) -> Failure {
    let readings = ([scan.elements] + scan.alternatives).map { elements in
      elements.map(\.text).joined()
    }
    return Failure(
      .conflict,
      "The label can be read in \(readings.count) ways; a separator may have been lost.",
      hint: "Scan it again with a scanner that sends separators, or choose: "
        + readings.joined(separator: " or "),
      context: ["scan": scan.raw]
    )
  }
}

/// How the scanners of the site are set up.
public struct ScanSettings: Sendable, Equatable {
  /// What scanners send in place of the group separator.
  public var separatorTokens = BarcodeSettings.usualTokens
  /// What scanners put before the data.
  public var prefixes: [String] = []
  /// What scanners put after the data.
  public var suffixes: [String] = []
  /// How labels of the site's own locations begin.
  public var locationPrefixes: [String] = ["LOC:"]
  /// Internal identifiers that carry a location's code.
  public var locationIdentifiers: [String] = ["91"]
  /// How control barcodes begin.
  public var commandPrefixes: [String] = ["CMD:"]
  /// How people's badges begin.
  public var badgePrefixes: [String] = ["BADGE:"]
  /// Whether the scanners send separators at all; nil where nobody knows.
  public var sendsSeparators: Bool?

  /// The defaults.
  public init() {}

  /// The same as the reader takes it.
  func reader(year: Int) -> BarcodeSettings {
    BarcodeSettings(
      currentYear: year,
      separatorTokens: separatorTokens,
      prefixes: prefixes,
      suffixes: suffixes,
      locationPrefixes: locationPrefixes,
      locationIdentifiers: locationIdentifiers,
      sendsSeparators: sendsSeparators
    )
  }
}

extension OperationsEnvironment {
  /// The lot that a text names.
  func lot(_ reference: LotReference, in transaction: any ReadTransaction) throws -> Lot {
    try reference.resolve(in: transaction, settings: settings.scanning, year: today.civil.year)
  }

  /// The location that a text names: its code, or what stands on its label.
  func location(_ text: String, in transaction: any ReadTransaction) throws -> Location {
    if let location = try transaction.location(code: text) { return location }
    let reader = settings.scanning.reader(year: today.civil.year)
    let scan = BarcodeReader.read(text, settings: reader)
    for code in [scan.location, scan.text].compactMap({ $0 }) {
      if let location = try transaction.location(code: code) { return location }
    }
    throw Failure(
      .notFound,
      "No location answers to \"\(text.prefix(60))\".",
      hint: "Scan the label of the location, or type its code as it stands there.",
      context: ["location": text]
    )
  }

  /// The material that a text names: its code, or its GTIN.
  func material(_ text: String, in transaction: any ReadTransaction) throws -> Material {
    if let material = try transaction.material(code: text) { return material }
    if let gtin = GTIN(text), let material = try transaction.material(gtin: gtin.text) {
      return material
    }
    throw Failure(
      .notFound,
      "No material answers to \"\(text.prefix(60))\".",
      hint: "Use its code or its GTIN, or import it first.",
      context: ["material": text]
    )
  }
}
