import Warehouse

/// Reads demand, a row a day and material.
struct DemandRows: RowReader {
  let references: ImportReferences
  private var seen = SeenDays()
  private var pending: DemandDay?
  /// The units that the materials are counted in, as far as a row has named one.
  private var units: [MaterialID: BaseUnit] = [:]

  init(references: ImportReferences) {
    self.references = references
  }

  mutating func read(_ fields: inout FieldReader) {
    let material = references.material(&fields)
    let day = fields.day("day")
    let quantity = fields.quantity("quantity")
    let returned = fields.quantity("returned") ?? 0
    let isStockOut = fields.flag("stock_out") ?? false
    check(fields.word("unit", as: BaseUnit.self), of: material, &fields)
    guard let material, let day, let quantity else { return }
    if let rule = references.fault(ofDemandOn: day) { fields.fault("day", rule) }
    if seen.contains(material, day) {
      fields.fault("day", "this material has a row for this day already; keep one of them")
    }
    pending = DemandDay(
      material: material,
      day: day,
      quantityMilli: quantity - returned,
      isStockOut: isStockOut
    )
  }

  /// A row that names its unit must name the one that its material is counted in: a file that mixes
  /// cartons and pieces would be worse than none.
  private mutating func check(
    _ unit: BaseUnit?,
    of material: MaterialID?,
    _ fields: inout FieldReader
  ) {
    guard let unit, let material else { return }
    if units[material] == nil {
      units[material] = references.baseUnit(of: material)
    }
    guard let known = units[material], known != unit else { return }
    fields.fault(
      "unit",
      "this material is counted in \(known.rawValue); give its demand in \(known.rawValue)"
    )
  }

  mutating func finish() -> [ImportRow] {
    guard let row = pending else { return [] }
    seen.insert(row.material, row.day)
    pending = nil
    return [.demand(row)]
  }

  mutating func drop() { pending = nil }
}

/// The days seen of each material: a bit a day, so that millions of rows need little memory.
struct SeenDays {
  private struct Block: Hashable {
    let material: MaterialID
    let number: Int32
  }

  private var blocks: [Block: UInt64] = [:]

  private func place(_ material: MaterialID, _ day: LocalDay) -> (Block, UInt64) {
    (Block(material: material, number: day.rawValue >> 6), 1 << UInt64(day.rawValue & 63))
  }

  func contains(_ material: MaterialID, _ day: LocalDay) -> Bool {
    let (block, bit) = place(material, day)
    return blocks[block, default: 0] & bit != 0
  }

  mutating func insert(_ material: MaterialID, _ day: LocalDay) {
    let (block, bit) = place(material, day)
    blocks[block, default: 0] |= bit
  }
}
