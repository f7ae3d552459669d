import Warehouse

extension RowCodec {
  static func write(_ terms: SupplyTerms, to bytes: inout RowBytesWriter) {
    bytes.put(terms.supplierCode)
    bytes.put(terms.material)
    bytes.put(terms.leadTimeDays)
    bytes.put(terms.leadTimeDeviationDays)
    bytes.put(terms.minimumOrderMilli)
    bytes.put(terms.multipleMilli)
    bytes.put(terms.unitCostMinor)
    bytes.put(terms.orderingCostMinor)
    bytes.put(terms.holdingCostPct)
    bytes.put(terms.isInWorkingDays)
    bytes.put(terms.rank ?? 0)
  }

  static func terms(_ reader: inout RowBytesReader) throws(Failure) -> SupplyTerms {
    var terms = SupplyTerms(
      supplierCode: try reader.text(),
      material: try reader.key(),
      leadTimeDays: try reader.double(),
      leadTimeDeviationDays: try reader.double(),
      minimumOrderMilli: try reader.integer(),
      multipleMilli: try reader.integer(),
      unitCostMinor: try reader.integer(),
      orderingCostMinor: try reader.integer(),
      holdingCostPct: try reader.double(),
      isInWorkingDays: try reader.flag()
    )
    let rank = try reader.int()
    terms.rank = rank == 0 ? nil : rank
    return terms
  }

  static func write(_ draft: PurchaseOrderDraft, to bytes: inout RowBytesWriter) {
    bytes.put(draft.number)
    bytes.put(draft.supplierCode)
    bytes.put(draft.orderedDay)
    bytes.put(draft.lines.count)
    for line in draft.lines {
      bytes.put(line.material)
      bytes.put(line.orderedMilli)
      bytes.put(line.receivedMilli)
      bytes.put(line.dueDay)
    }
  }

  static func purchaseOrder(
    _ reader: inout RowBytesReader
  ) throws(Failure) -> PurchaseOrderDraft {
    var draft = PurchaseOrderDraft(
      number: try reader.text(),
      supplierCode: try reader.text(),
      orderedDay: try reader.day(),
      lines: []
    )
    for _ in 0..<max(0, try reader.int()) {
      draft.lines.append(
        PurchaseOrderDraft.Line(
          material: try reader.key(),
          orderedMilli: try reader.integer(),
          receivedMilli: try reader.integer(),
          dueDay: try reader.day()
        )
      )
    }
    return draft
  }

  static func write(_ draft: OutboundOrderDraft, to bytes: inout RowBytesWriter) {
    bytes.put(draft.number)
    bytes.put(draft.dueAt.ms)
    bytes.put(draft.dueDay)
    bytes.put(draft.lines.count)
    for line in draft.lines {
      bytes.put(line.material)
      bytes.put(line.orderedMilli)
      bytes.put(line.shippedMilli)
    }
  }

  static func outboundOrder(
    _ reader: inout RowBytesReader
  ) throws(Failure) -> OutboundOrderDraft {
    var draft = OutboundOrderDraft(
      number: try reader.text(),
      dueAt: Instant(ms: try reader.integer()),
      dueDay: try reader.day(),
      lines: []
    )
    for _ in 0..<max(0, try reader.int()) {
      draft.lines.append(
        OutboundOrderDraft.Line(
          material: try reader.key(),
          orderedMilli: try reader.integer(),
          shippedMilli: try reader.integer()
        )
      )
    }
    return draft
  }

  static func write(_ stock: OpeningStock, to bytes: inout RowBytesWriter) {
    bytes.put(stock.lot.material)
    bytes.put(stock.lot.number)
    bytes.put(orNil: stock.lot.licensePlate) { $0.put($1) }
    bytes.put(stock.lot.receivedAt.ms)
    bytes.put(stock.lot.receivedDay)
    bytes.put(orNil: stock.lot.expiry) { $0.put($1) }
    bytes.put(orNil: stock.lot.usableFrom) { $0.put($1) }
    bytes.put(orNil: stock.lot.fscClaim) { $0.put($1) }
    bytes.put(stock.lot.handlingUnitMilli)
    bytes.put(orNil: stock.lot.handlingUnitSize) { $0.put($1) }
    bytes.put(orNil: stock.lot.handlingUnitWeightG) { $0.put($1) }
    bytes.put(stock.lotPublicID.text)
    bytes.put(stock.ledgerPublicID.text)
    bytes.put(stock.location)
    bytes.put(stock.quantityMilli)
  }

  static func openingStock(_ reader: inout RowBytesReader) throws(Failure) -> OpeningStock {
    let lot = LotDraft(
      material: try reader.key(),
      number: try reader.text(),
      licensePlate: try reader.orNil { (r) throws(Failure) in try r.text() },
      receivedAt: Instant(ms: try reader.integer()),
      receivedDay: try reader.day(),
      expiry: try reader.orNil { (r) throws(Failure) in try r.day() },
      usableFrom: try reader.orNil { (r) throws(Failure) in try r.day() },
      fscClaim: try reader.orNil { (r) throws(Failure) in try r.text() },
      handlingUnitMilli: try reader.integer(),
      handlingUnitSize: try reader.orNil { (r) throws(Failure) in try r.size() },
      handlingUnitWeightG: try reader.orNil { (r) throws(Failure) in try r.integer() }
    )
    return OpeningStock(
      lot: lot,
      lotPublicID: try reader.publicID(),
      ledgerPublicID: try reader.publicID(),
      location: try reader.key(),
      quantityMilli: try reader.integer()
    )
  }
}
