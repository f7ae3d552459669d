import Warehouse
import WireFormat

/// Reads suppliers.
struct SupplierRows: RowReader {
  private var seen = SeenKeys()
  private var pending: (draft: SupplierDraft, row: Int)?

  mutating func read(_ fields: inout FieldReader) {
    let name = fields.text("name")
    guard let code = fields.code("code") else { return }
    seen.check(code, "code", &fields)
    pending = (SupplierDraft(code: code, name: name ?? code), fields.record.row)
  }

  mutating func finish() -> [ImportRow] {
    guard let (draft, row) = pending else { return [] }
    seen.insert(draft.code, row: row)
    pending = nil
    return [.supplier(draft)]
  }

  mutating func drop() { pending = nil }
}

/// Reads terms of supply.
struct SupplyTermsRows: RowReader {
  let references: ImportReferences
  private var seen = SeenKeys()
  private var suppliers: [String: Bool] = [:]
  private var pending: (terms: SupplyTerms, key: String, row: Int)?

  init(references: ImportReferences) {
    self.references = references
  }

  mutating func read(_ fields: inout FieldReader) throws {
    let supplier = try references.supplier(&fields, known: &suppliers)
    let material = references.material(&fields)
    let terms = Self.terms(&fields, supplier: supplier, material: material)
    guard let supplier, let material, let terms else { return }
    let key = "\(supplier)\u{1F}\(material.rawValue)"
    seen.check(key, "material", &fields)
    pending = (terms, key, fields.record.row)
  }

  /// Terms from one record; nil where supplier, material or lead time cannot be read.
  static func terms(
    _ fields: inout FieldReader,
    supplier: String?,
    material: MaterialID?
  ) -> SupplyTerms? {
    let lead = fields.decimal("lead_time_days", atMost: 3_650)
    var terms = SupplyTerms(
      supplierCode: supplier ?? "",
      material: material ?? MaterialID(0),
      leadTimeDays: lead ?? 0
    )
    terms.leadTimeDeviationDays = fields.decimal("lead_time_deviation_days", atMost: 3_650) ?? 0
    terms.minimumOrderMilli = fields.quantity("minimum_order") ?? 0
    terms.multipleMilli = fields.quantity("multiple", isPositive: true) ?? 1
    terms.unitCostMinor = fields.money("unit_cost") ?? 0
    terms.orderingCostMinor = fields.money("ordering_cost") ?? 0
    terms.holdingCostPct = fields.decimal("holding_cost_pct", atMost: 1_000) ?? 20
    terms.isInWorkingDays = fields.flag("working_days") ?? false
    terms.rank = fields.whole("rank", 1...1_000).map { Int($0) }
    return supplier == nil || material == nil || lead == nil ? nil : terms
  }

  mutating func finish() -> [ImportRow] {
    guard let (terms, key, row) = pending else { return [] }
    seen.insert(key, row: row)
    pending = nil
    return [.supplyTerms(terms)]
  }

  mutating func drop() { pending = nil }
}

/// Reads purchase orders: a row a line; the rows of an order stand together.
struct PurchaseOrderRows: RowReader {
  let references: ImportReferences
  private var seen = SeenKeys()
  private var suppliers: [String: Bool] = [:]
  private var order: (draft: PurchaseOrderDraft, row: Int)?

  init(references: ImportReferences) {
    self.references = references
  }

  func group(of fields: FieldReader) -> String? {
    fields.binding.slots["number"].flatMap { fields.record.values[$0] }
  }

  mutating func read(_ fields: inout FieldReader) throws {
    let number = fields.code("number")
    let supplier = try references.supplier(&fields, known: &suppliers)
    let ordered = fields.day("ordered_on")
    let material = references.material(&fields)
    let quantity = fields.quantity("ordered", isPositive: true)
    let received = fields.quantity("received") ?? 0
    let due = fields.day("due_on")
    guard let number, let supplier, let ordered, let material, let quantity, let due else { return }
    if order == nil {
      seen.check(number, "number", &fields)
      let draft = PurchaseOrderDraft(
        number: number,
        supplierCode: supplier,
        orderedDay: ordered,
        lines: []
      )
      order = (draft, fields.record.row)
    }
    if order?.draft.supplierCode != supplier {
      fields.fault("supplier", "must be the same in all rows of order \(number)")
    }
    if order?.draft.orderedDay != ordered {
      fields.fault("ordered_on", "must be the same in all rows of order \(number)")
    }
    order?.draft.lines.append(
      .init(material: material, orderedMilli: quantity, receivedMilli: received, dueDay: due)
    )
  }

  mutating func finish() -> [ImportRow] {
    guard let (draft, row) = order else { return [] }
    seen.insert(draft.number, row: row)
    order = nil
    return [.purchaseOrder(draft)]
  }

  mutating func drop() { order = nil }
}

/// Reads outbound orders: a row a line; the rows of an order stand together.
struct OutboundOrderRows: RowReader {
  let references: ImportReferences
  private var seen = SeenKeys()
  private var order: (draft: OutboundOrderDraft, row: Int)?

  init(references: ImportReferences) {
    self.references = references
  }

  func group(of fields: FieldReader) -> String? {
    fields.binding.slots["number"].flatMap { fields.record.values[$0] }
  }

  mutating func read(_ fields: inout FieldReader) {
    let number = fields.code("number")
    let due = due(&fields)
    let material = references.material(&fields)
    let ordered = fields.quantity("ordered", isPositive: true)
    let shipped = fields.quantity("shipped") ?? 0
    if let ordered, shipped > ordered {
      fields.fault("shipped", "must not be more than was ordered")
    }
    guard let number, let due, let material, let ordered else { return }
    if order == nil {
      seen.check(number, "number", &fields)
      let draft = OutboundOrderDraft(number: number, dueAt: due.at, dueDay: due.day, lines: [])
      order = (draft, fields.record.row)
    }
    if order?.draft.dueAt != due.at {
      fields.fault("due", "must be the same in all rows of order \(number)")
    }
    order?.draft.lines.append(
      .init(material: material, orderedMilli: ordered, shippedMilli: min(shipped, ordered))
    )
  }

  mutating func finish() -> [ImportRow] {
    guard let (draft, row) = order else { return [] }
    seen.insert(draft.number, row: row)
    order = nil
    return [.outboundOrder(draft)]
  }

  mutating func drop() { order = nil }

  /// A day means its last second: goods that are due on a day may leave until it ends.
  private func due(_ fields: inout FieldReader) -> (at: Instant, day: LocalDay)? {
    guard let text = fields.raw("due") else { return nil }
    let environment = references.environment
    if let day = LocalDay(text) {
      return (environment.startOfDay(day.adding(days: 1)).adding(seconds: -1), day)
    }
    if let ms = try? Timestamp.ms(text) {
      let moment = Instant(ms: ms)
      return (moment, environment.localDay(moment))
    }
    fields.fault("due", "must be a day like 2026-03-29 or a moment like 2026-03-29T14:05:00Z")
    return nil
  }
}
