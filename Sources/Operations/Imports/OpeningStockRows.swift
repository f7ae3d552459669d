import Warehouse
import WireFormat

/// Reads what lies where on the day of go-live, and adds up what is to be signed.
///
/// A lot that the books know already is refused, so that the same file cannot be booked twice.
struct OpeningStockRows: RowReader {
  let references: ImportReferences
  /// The totals so far.
  private(set) var report = OpeningStockReport()
  private var seen = SeenKeys()
  private var materials: [MaterialID: MaterialDraft] = [:]
  private var lotOfNumber: [String: LotDraft] = [:]
  private var lotOfPlate: [String: String] = [:]
  private let hasLots: Bool
  private var pending: Pending?

  private struct Pending {
    var stock: OpeningStock
    var key: String
    var lotKey: String
    var row: Int
    var materialCode: String
    var locationCode: String
  }

  init(references: ImportReferences) throws {
    self.references = references
    let scope = references.scope
    hasLots = try !references.environment.store.read(scope) { transaction in
      try transaction.lots(PageRequest(limit: 1), material: nil).rows.isEmpty
    }
  }

  mutating func read(_ fields: inout FieldReader) throws {
    let material = references.material(&fields)
    let location = references.location(&fields)
    let quantity = fields.quantity("quantity", isPositive: true)
    let number = fields.code("lot")
    let locationCode = fields.code("location") ?? ""
    guard let material, let location, let quantity, let master = try master(material) else {
      return
    }
    if master.baseUnit.isWhole, quantity % 1_000 != 0 {
      fields.fault("quantity", "must be whole, since \(master.baseUnit.rawValue) is counted")
    }
    var lot = lot(&fields, material, master)
    lot.number = number ?? "OPENING-" + String(locationCode.prefix(Limits.codeLength - 8))
    let lotKey = "\(material.rawValue)\u{1F}\(lot.number)"
    try checkPlate(lot, lotKey, &fields)
    if let known = lotOfNumber[lotKey] {
      if known != lot { fields.fault("lot", "other rows of this lot say otherwise of it") }
    } else if try isBooked(lot) {
      fields.fault("lot", "lot \(lot.number) is in the books already; opening stock is booked once")
    }
    let key = "\(lotKey)\u{1F}\(location.rawValue)"
    seen.check(key, "location", &fields)
    pending = Pending(
      stock: OpeningStock(
        lot: lot,
        lotPublicID: references.environment.newID(),
        ledgerPublicID: references.environment.newID(),
        location: location,
        quantityMilli: quantity
      ),
      key: key,
      lotKey: lotKey,
      row: fields.record.row,
      materialCode: master.code,
      locationCode: locationCode
    )
  }

  mutating func finish() -> [ImportRow] {
    guard let row = pending else { return [] }
    seen.insert(row.key, row: row.row)
    if lotOfNumber[row.lotKey] == nil { report.lots += 1 }
    lotOfNumber[row.lotKey] = row.stock.lot
    if let plate = row.stock.lot.licensePlate { lotOfPlate[plate] = row.lotKey }
    pending = nil
    let units = row.stock.lot.handlingUnits(in: row.stock.quantityMilli)
    report.add(
      material: row.materialCode,
      location: row.locationCode,
      quantityMilli: row.stock.quantityMilli,
      handlingUnits: units
    )
    return [.openingStock(row.stock)]
  }

  mutating func drop() { pending = nil }

  /// The lot that a row describes, its handling unit from the master data where the row is silent.
  private func lot(
    _ fields: inout FieldReader,
    _ material: MaterialID,
    _ master: MaterialDraft
  ) -> LotDraft {
    let environment = references.environment
    let received = fields.day("received_on")
    let day = received ?? environment.localDay(references.startedAt)
    let at = received.map { environment.startOfDay($0) } ?? references.startedAt
    let plate = fields.code("sscc")
    if let plate, !Self.isLicensePlate(plate) {
      fields.fault("sscc", "must be 18 digits of which the last one is the check digit")
    }
    return LotDraft(
      material: material,
      number: "",
      licensePlate: plate,
      receivedAt: at,
      receivedDay: day,
      expiry: fields.day("expiry")
        ?? master.shelfLifeDays.map { day.adding(days: $0) },
      usableFrom: fields.day("usable_from"),
      fscClaim: fields.text("fsc"),
      handlingUnitMilli: fields.quantity("handling_unit_quantity", isPositive: true)
        ?? master.handlingUnitMilli,
      handlingUnitSize: fields.size("length", "width", "height", .up) ?? master.handlingUnitSize,
      handlingUnitWeightG: fields.weight("weight", .up, atLeast: 1) ?? master.handlingUnitWeightG
    )
  }

  /// A license plate belongs to one lot, in the file and in the books.
  private func checkPlate(_ lot: LotDraft, _ key: String, _ fields: inout FieldReader) throws {
    guard let plate = lot.licensePlate else { return }
    if let other = lotOfPlate[plate], other != key {
      fields.fault("sscc", "stands on another lot of this file already")
      return
    }
    guard hasLots else { return }
    let booked = try references.environment.store.read(references.scope) { transaction in
      try transaction.lot(licensePlate: plate) != nil
    }
    if booked { fields.fault("sscc", "belongs to a lot in the books already") }
  }

  private mutating func master(_ id: MaterialID) throws -> MaterialDraft? {
    if let known = materials[id] { return known }
    let draft = try references.environment.store.read(references.scope) { transaction in
      try transaction.material(id)?.draft
    }
    materials[id] = draft
    return draft
  }

  private func isBooked(_ lot: LotDraft) throws -> Bool {
    guard hasLots else { return false }
    return try references.environment.store.read(references.scope) { transaction in
      try transaction.lots(number: lot.number).contains { $0.draft.material == lot.material }
    }
  }

  /// Whether a text is an SSCC: 18 digits, the last one the check digit.
  static func isLicensePlate(_ text: String) -> Bool {
    let digits = Array(text.utf8)
    guard digits.count == 18, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return false
    }
    let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
      sum + Int(digit.element - 0x30) * (digit.offset % 2 == 0 ? 1 : 3)
    }
    return sum % 10 == 0
  }
}

/// The totals of opening stock, by material and by location: printed, counted and signed.
public struct OpeningStockReport: Sendable, Equatable {
  /// A sum.
  public struct Total: Sendable, Equatable {
    /// The quantity in milli base units; 0 by location, where units differ.
    public var quantityMilli: Int64 = 0
    /// Handling units.
    public var handlingUnits: Int64 = 0
    /// Rows of the file.
    public var rows = 0
  }

  /// By material code.
  public private(set) var byMaterial: [String: Total] = [:]
  /// By location code.
  public private(set) var byLocation: [String: Total] = [:]
  /// How many lots.
  public internal(set) var lots = 0

  mutating func add(
    material: String,
    location: String,
    quantityMilli: Int64,
    handlingUnits: Int64
  ) {
    var total = byMaterial[material] ?? Total()
    total.quantityMilli += quantityMilli
    total.handlingUnits += handlingUnits
    total.rows += 1
    byMaterial[material] = total
    total = byLocation[location] ?? Total()
    total.handlingUnits += handlingUnits
    total.rows += 1
    byLocation[location] = total
  }
}

extension OpeningStockReport: JSONDocument {
  /// Writes the totals in the order of their codes.
  public func write(to writer: inout JSONWriter) {
    writer.object { report in
      report.member("lots", lots)
      report.array("materials") { list in
        for (code, total) in byMaterial.sorted(by: { $0.key < $1.key }) {
          list.object {
            $0.member("material", code)
            $0.member("quantity", milli: total.quantityMilli)
            $0.member("handling_units", total.handlingUnits)
            $0.member("rows", total.rows)
          }
        }
      }
      report.array("locations") { list in
        for (code, total) in byLocation.sorted(by: { $0.key < $1.key }) {
          list.object {
            $0.member("location", code)
            $0.member("handling_units", total.handlingUnits)
            $0.member("rows", total.rows)
          }
        }
      }
    }
  }
}
