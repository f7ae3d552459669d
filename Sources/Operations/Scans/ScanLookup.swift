import Barcodes
import Warehouse
import WireFormat

/// What a scanned code is in this warehouse.
public enum ScanMeaning: Sendable {
  /// A location.
  case location(Location)
  /// A lot.
  case lot(LotView)
  /// A material, by its code or its GTIN; with the lot number on the label where it has one.
  case material(MaterialView, lotNumber: String?)
  /// The label can be read in several ways: the readings, for a person to choose.
  case ambiguous([String])
  /// Nothing that the warehouse knows; what the label says, as far as it can be read.
  case unknown(String)
}

/// Finds out what a scanned code is: one beep, one answer.
///
/// The facility's own codes win over a chance GTIN: a location or a lot of that very text is what
/// was meant. Only then the text is read as a label.
public struct ScanLookup: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// What the text is.
  public func callAsFunction(_ text: String, scope: TenantScope) throws -> ScanMeaning {
    let settings = environment.settings.scanning.reader(year: environment.today.civil.year)
    let scan = BarcodeReader.read(text, settings: settings)
    return try environment.store.read(scope) { transaction in
      for code in [scan.location, scan.text, text].compactMap({ $0 }) {
        if let location = try transaction.location(code: code) { return .location(location) }
      }
      if let lot = try? environment.lot(LotReference(text: text), in: transaction) {
        return .lot(try LotView(lot, in: transaction))
      }
      if scan.isAmbiguous {
        let readings = ([scan.elements] + scan.alternatives).map { elements in
          elements.map(\.text).joined()
        }
        return .ambiguous(readings)
      }
      let gtin = scan.gtin ?? scan.contentGTIN
      let article = try gtin.flatMap { try transaction.material(gtin: $0.text) }
      if let material = try article ?? transaction.material(code: scan.text) {
        let view = try MaterialView(material, in: transaction)
        return .material(view, lotNumber: scan.lot)
      }
      return .unknown(scan.elements.isEmpty ? scan.text : scan.humanReadable)
    }
  }
}

extension ScanMeaning: JSONDocument {
  /// Writes `kind` and what was found.
  public func write(to writer: inout JSONWriter) {
    writer.object { answer in
      switch self {
      case .location(let location):
        answer.member("kind", "LOCATION")
        answer.member("location", location.code)
      case .lot(let lot):
        answer.member("kind", "LOT")
        answer.member("lot", document: lot)
      case .material(let material, let number):
        answer.member("kind", "MATERIAL")
        answer.member("material", document: material)
        answer.member("lot_number", number)
      case .ambiguous(let readings):
        answer.member("kind", "AMBIGUOUS")
        answer.member("readings", readings)
      case .unknown(let text):
        answer.member("kind", "UNKNOWN")
        answer.member("text", text)
      }
    }
  }
}
