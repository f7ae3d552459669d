import Warehouse
import WireFormat

/// Ledger rows as events of EPCIS 2.0, in its JSON form (GS1, EPCIS and CBV 2.0, section 10).
///
/// A row becomes one ObjectEvent: which goods (class and quantity), what was done (business step
/// and disposition of the CBV), where it was read and where the goods are now. EPCIS keeps no
/// balances and knows no reservations, so this is a view for partners, never the books. Places are
/// the facility's GLN with the location as its extension; a facility without a GLN has names of
/// its own.
public struct EpcisDocument: Sendable, JSONDocument {
  private let rows: [LedgerView]
  private let facility: Facility
  private let materials: [MaterialID: Material]
  private let createdAt: Instant
  private let offsetS: @Sendable (Instant) -> Int
  /// The cursor of the next page.
  public let next: String?

  init(
    _ page: Page<LedgerView>,
    _ facility: Facility,
    _ materials: [MaterialID: Material],
    at moment: Instant,
    offsetS: @escaping @Sendable (Instant) -> Int
  ) {
    rows = page.rows
    next = page.next
    self.facility = facility
    self.materials = materials
    createdAt = moment
    self.offsetS = offsetS
  }

  /// Writes the document with its events, the oldest first as the page has them.
  public func write(to writer: inout JSONWriter) {
    writer.object { document in
      document.array("@context") { list in
        list.value("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld")
        list.object { $0.member("stowage", "urn:stowage:epcis:") }
      }
      document.member("type", "EPCISDocument")
      document.member("schemaVersion", "2.0")
      document.member("creationDate", ms: createdAt.ms)
      document.object("epcisBody") { body in
        body.array("eventList") { list in for row in rows { write(row, to: &list) } }
      }
    }
  }

  private func write(_ row: LedgerView, to list: inout JSONWriter) {
    let draft = row.entry.draft
    let (step, disposition) = Self.meaning(draft)
    list.object { event in
      event.member("type", "ObjectEvent")
      event.member("eventID", "urn:uuid:\(draft.publicID)")
      event.member("eventTime", ms: draft.occurredAt.ms)
      event.member("eventTimeZoneOffset", Self.offset(seconds: offsetS(draft.occurredAt)))
      event.member("recordTime", ms: draft.recordedAt.ms)
      event.member("action", draft.kind == .scrap ? "DELETE" : "OBSERVE")
      event.member("bizStep", step)
      event.member("disposition", disposition)
      event.object("readPoint") { $0.member("id", place(row.fromCode ?? row.toCode)) }
      if let to = row.toCode { event.object("bizLocation") { $0.member("id", place(to)) } }
      event.array("quantityList") { goods in goods.object { write(row, goods: &$0) } }
      event.member("stowage:kind", draft.kind.rawValue)
      event.member("stowage:number", String(row.entry.id.rawValue))
      if let reason = draft.reason { event.member("stowage:reason", reason) }
      if let corrected = draft.corrects {
        event.member("stowage:corrects", String(corrected.rawValue))
      }
      if let counted = draft.countedMilli {
        event.member("stowage:counted", DecimalText.text(counted, decimals: 3))
      }
    }
  }

  /// The offset of a zone as the standard writes it: what the clock on the wall showed.
  static func offset(seconds: Int) -> String {
    let minutes = abs(seconds) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(seconds < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }

  private func write(_ row: LedgerView, goods: inout JSONWriter) {
    let material = materials[row.entry.material]?.draft
    let lot = PercentText.encoded(row.lotNumber)
    let name =
      material?.gtin.map { "https://id.gs1.org/01/\($0)/10/\(lot)" }
      ?? "urn:stowage:\(PercentText.encoded(facility.code)):lot:"
      + "\(PercentText.encoded(row.materialCode)):\(lot)"
    goods.member("epcClass", name)
    // A hold moves nothing: the class alone says what it is about.
    guard row.entry.draft.quantityMilli > 0 else { return }
    goods.member("quantity", decimal: row.entry.draft.quantityMilli, decimals: 3)
    if let unit = material?.baseUnit.rec20 { goods.member("uom", unit) }
  }

  private func place(_ code: String?) -> String {
    let own = "urn:stowage:\(PercentText.encoded(facility.code)):location"
    guard let code else {
      return facility.gln.map { "https://id.gs1.org/414/\($0)" } ?? "\(own):all"
    }
    let text = PercentText.encoded(code)
    return facility.gln.map { "https://id.gs1.org/414/\($0)/254/\(text)" } ?? "\(own):\(text)"
  }

  /// Business step and disposition of a row, by the names of the CBV; what it has no name for gets
  /// one of our own.
  static func meaning(_ draft: LedgerDraft) -> (step: String, disposition: String) {
    switch draft.kind {
    case .receipt: ("receiving", "in_progress")
    case .putaway, .move: ("storing", "sellable_not_accessible")
    case .pick: ("picking", "in_progress")
    case .crossDock: ("shipping", "in_transit")
    case .count: ("cycle_counting", "sellable_not_accessible")
    case .adjust: ("urn:stowage:epcis:adjusting", "sellable_not_accessible")
    case .hold: ("holding", "non_sellable_other")
    case .release: ("storing", "sellable_not_accessible")
    case .scrap: ("destroying", "destroyed")
    case .return: ("receiving", "returned")
    }
  }
}

extension BaseUnit {
  /// The code of UN/ECE Recommendation 20; nil for what is counted.
  fileprivate var rec20: String? {
    switch rawValue {
    case "KG": "KGM"
    case "M": "MTR"
    case "L": "LTR"
    default: nil
    }
  }
}

extension Masters {
  /// A page of the ledger as EPCIS events.
  public func epcis(
    _ query: StockQuery,
    kind: LedgerKind? = nil,
    from: LocalDay? = nil,
    through: LocalDay? = nil,
    _ page: PageRequest,
    scope: TenantScope
  ) throws -> EpcisDocument {
    let rows = try transactions(
      query,
      kind: kind,
      from: from,
      through: through,
      page,
      scope: scope
    )
    return try environment.store.read(scope) { transaction in
      EpcisDocument(
        rows,
        try transaction.facility(),
        try transaction.materials(Set(rows.rows.map(\.entry.material))),
        at: environment.now(),
        offsetS: environment.offsetS
      )
    }
  }
}
