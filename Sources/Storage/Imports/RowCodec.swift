import Warehouse

/// Import rows as bytes in a staging file.
///
/// The format lives as long as one import and is read by the program that wrote it, or, after a
/// crash and an upgrade, by the next one: a kind byte first, then the fields in the order of the
/// drafts. A change of a draft needs a new kind byte.
enum RowCodec {
  /// Writes one row.
  static func write(_ row: ImportRow, to bytes: inout RowBytesWriter) {
    switch row {
    case .material(let draft):
      bytes.put(1)
      write(draft, to: &bytes)
    case .location(let draft):
      bytes.put(2)
      write(draft, to: &bytes)
    case .supplier(let draft):
      bytes.put(3)
      bytes.put(draft.code)
      bytes.put(draft.name)
    case .supplyTerms(let terms):
      bytes.put(4)
      write(terms, to: &bytes)
    case .purchaseOrder(let draft):
      bytes.put(5)
      write(draft, to: &bytes)
    case .outboundOrder(let draft):
      bytes.put(6)
      write(draft, to: &bytes)
    case .demand(let day):
      bytes.put(7)
      bytes.put(day.material)
      bytes.put(day.day)
      bytes.put(day.quantityMilli)
      bytes.put(day.isStockOut)
    case .openingStock(let stock):
      bytes.put(8)
      write(stock, to: &bytes)
    }
  }

  /// Reads one row that fills all of `bytes`.
  static func read(_ bytes: [UInt8]) throws(Failure) -> ImportRow {
    var reader = RowBytesReader(bytes)
    let row: ImportRow
    switch try reader.int() {
    case 1: row = .material(try material(&reader))
    case 2: row = .location(try location(&reader))
    case 3: row = .supplier(SupplierDraft(code: try reader.text(), name: try reader.text()))
    case 4: row = .supplyTerms(try terms(&reader))
    case 5: row = .purchaseOrder(try purchaseOrder(&reader))
    case 6: row = .outboundOrder(try outboundOrder(&reader))
    case 7:
      row = .demand(
        DemandDay(
          material: try reader.key(),
          day: try reader.day(),
          quantityMilli: try reader.integer(),
          isStockOut: try reader.flag()
        )
      )
    case 8: row = .openingStock(try openingStock(&reader))
    default: throw RowBytesReader.damaged
    }
    guard reader.isAtEnd else { throw RowBytesReader.damaged }
    return row
  }

  /// How much work a row is, measured in plain rows; a slice holds `Limits.sliceRows` of them.
  static func weight(_ row: ImportRow) -> Int {
    switch row {
    case .material, .location, .supplier, .supplyTerms, .demand: 1
    case .purchaseOrder(let draft): 1 + draft.lines.count
    case .outboundOrder(let draft): 1 + draft.lines.count
    case .openingStock: 4
    }
  }
}
