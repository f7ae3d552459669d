import Barcodes
import Warehouse

/// What sort of thing a scanned code is.
public enum ScanKind: String, Sendable, CaseIterable {
  case location = "LOCATION"
  case checkCode = "CHECK_CODE"
  case lot = "LOT"
  case material = "MATERIAL"
  case unit = "UNIT"
  case receipt = "RECEIPT"
  case order = "ORDER"
  case purchaseOrder = "PURCHASE_ORDER"
  case badge = "BADGE"
  case command = "COMMAND"
  case ambiguous = "AMBIGUOUS"
  case unknown = "UNKNOWN"
}

/// A control barcode from the sheet that hangs at the station.
public enum ScanCommand: String, Sendable, CaseIterable {
  case confirm = "CONFIRM"
  case full = "FULL"
  case blocked = "BLOCKED"
  case notFound = "NOT_FOUND"
  case damaged = "DAMAGED_LOCATION"
  case undo = "UNDO"
  case skip = "SKIP"
  case count = "COUNT"
  case help = "HELP"
  case logout = "LOGOUT"

  /// Why the place is turned down, for commands that do that.
  var reason: OverrideReason? {
    switch self {
    case .full: .full
    case .blocked: .blocked
    case .notFound: .notFound
    case .damaged: .damagedLocation
    case .confirm, .undo, .skip, .count, .help, .logout: nil
    }
  }
}

/// One thing that a code may mean.
enum ScanMeaning: Sendable {
  /// A place; with the check digits that came with it.
  case location(Location, checkCode: String?)
  /// The check digits of the place that the task in hand names.
  case checkCode(Location, String)
  /// Goods that are in the books.
  case lot(Lot)
  /// An article; with the lot number on the label, where that lot is new here.
  case material(Material, lotNumber: String?, packaging: PackagingMatch?)
  /// A logistic unit that is not in the books; with its content where the label names it.
  case unit(String, Material?)
  /// A delivery.
  case receipt(Receipt)
  /// An order of goods that leave.
  case order(OutboundOrder)
  /// An order of goods that come.
  case purchaseOrder(PurchaseOrder)
  /// A person's badge; who it is, is told to nobody without the PIN.
  case badge(String)
  /// A control barcode.
  case command(ScanCommand)

  /// What sort of thing it is.
  var kind: ScanKind {
    switch self {
    case .location: .location
    case .checkCode: .checkCode
    case .lot: .lot
    case .material: .material
    case .unit: .unit
    case .receipt: .receipt
    case .order: .order
    case .purchaseOrder: .purchaseOrder
    case .badge: .badge
    case .command: .command
    }
  }
}

/// One way to read a code that can be read in several, for a person to choose.
struct ScanReading: Sendable, Equatable {
  /// What sort of thing it would be.
  var kind: ScanKind
  /// What to send as `text` (with `expect`, where that is needed) to choose this reading.
  var text: String
  /// The reading in words.
  var words: String
  /// Whether the books know what it names.
  var isKnown: Bool
}

/// What was found out about one code.
struct ScanFinding: Sendable {
  /// What the reader made of the characters.
  var scan: Scan
  /// The one thing it is; nil where it is unknown, or where a person must choose.
  var meaning: ScanMeaning?
  /// The readings to choose from; empty unless a person must choose.
  var readings: [ScanReading] = []
  /// What a person must know.
  var warnings: [Warning] = []

  /// What sort of thing it is.
  var kind: ScanKind { meaning?.kind ?? (readings.isEmpty ? .unknown : .ambiguous) }
}
