import Warehouse

/// Turns records of one kind into rows for the books.
///
/// Most records are a row each. Those of an order stand together, and are one row together: the
/// reader says which records belong together, collects them, and gives the row when told to.
protocol RowReader {
  /// What the record belongs to; nil where it stands alone.
  func group(of fields: FieldReader) -> String?
  /// Reads a record, noting faults in `fields`.
  mutating func read(_ fields: inout FieldReader) throws
  /// Hands over what was read since the last time, and begins afresh.
  mutating func finish() -> [ImportRow]
  /// Forgets what was read since the last time.
  mutating func drop()
}

extension RowReader {
  func group(of fields: FieldReader) -> String? { nil }
}

/// What records may refer to: read once, before the first record.
struct ImportReferences {
  let environment: OperationsEnvironment
  let scope: TenantScope
  /// The facility's currency.
  let currency: String
  /// Materials by code.
  let materials: [String: MaterialID]
  /// Locations by code.
  let locations: [String: LocationID]
  /// Tenants by code.
  let tenants: [String: TenantID]
  /// When the import began.
  let startedAt: Instant
  /// The site's day at that moment.
  let today: LocalDay

  init(
    _ environment: OperationsEnvironment,
    kind: ImportKind,
    scope: TenantScope
  ) throws {
    self.environment = environment
    self.scope = scope
    startedAt = environment.now()
    today = environment.localDay(startedAt)
    let needsMaterials = kind != .materials && kind != .locations && kind != .suppliers
    (currency, materials, locations, tenants) = try environment.store.read(scope) { transaction in
      (
        try transaction.facility().currency,
        needsMaterials ? try transaction.materialKeys() : [:],
        kind == .openingStock ? try transaction.locationKeys() : [:],
        kind == .locations ? try transaction.tenants() : [:]
      )
    }
  }

  /// What is wrong with a day of demand; nil where nothing is.
  ///
  /// Demand is what was asked for. A mistyped year would else lie in wait until its day comes. The
  /// sender may live in a zone where it is tomorrow already.
  func fault(ofDemandOn day: LocalDay) -> String? {
    guard today.days(to: day) > 1 else { return nil }
    return "lies in the future; demand is what was asked for, up to \(today)"
  }

  /// The unit that a material is counted in; nil where it cannot be read.
  func baseUnit(of material: MaterialID) -> BaseUnit? {
    try? environment.store.read(scope) { try $0.materials([material])[material]?.draft.baseUnit }
  }

  /// The reader of a kind.
  func reader(of kind: ImportKind) throws -> any RowReader {
    switch kind {
    case .materials: MaterialRows()
    case .locations: LocationRows(tenants: tenants)
    case .suppliers: SupplierRows()
    case .supplyTerms: SupplyTermsRows(references: self)
    case .purchaseOrders: PurchaseOrderRows(references: self)
    case .outboundOrders: OutboundOrderRows(references: self)
    case .demand: DemandRows(references: self)
    case .openingStock: try OpeningStockRows(references: self)
    }
  }

  /// The material of a code, or a fault that names the nearest one.
  func material(_ fields: inout FieldReader) -> MaterialID? {
    guard let code = fields.code("material") else { return nil }
    if let id = materials[code] { return id }
    fields.fault("material", Self.unknown("material", code, in: materials.keys))
    return nil
  }

  /// The supplier of a code, or a fault.
  func supplier(_ fields: inout FieldReader, known: inout [String: Bool]) throws -> String? {
    guard let code = fields.code("supplier") else { return nil }
    let isKnown = try known[code] ?? knows(supplier: code)
    known[code] = isKnown
    if isKnown { return code }
    fields.fault("supplier", "no supplier has this code; import the suppliers first")
    return nil
  }

  /// Whether the books of the home owner know a supplier.
  private func knows(supplier code: String) throws -> Bool {
    let home = TenantScope(home: scope.home)
    return try environment.store.read(home) { try $0.supplier(code: code) != nil }
  }

  /// The location of a code, or a fault that names the nearest one.
  func location(_ fields: inout FieldReader) -> LocationID? {
    guard let code = fields.code("location") else { return nil }
    if let id = locations[code] { return id }
    fields.fault("location", Self.unknown("location", code, in: locations.keys))
    return nil
  }

  /// The sentence for a code that nothing has; the search for a near one is bounded.
  private static func unknown(
    _ what: String,
    _ code: String,
    in known: some Collection<String>
  ) -> String {
    let near =
      known.count <= 2_000
      ? Spelling.nearest(to: code, in: known).map { "; did you mean \"\($0)\"?" } ?? "" : ""
    return "no \(what) has this code" + near
  }
}

/// The keys seen so far in a file, with the row of each.
struct SeenKeys {
  private var rows: [String: Int32] = [:]

  /// Notes a fault where the key was there before.
  func check(_ key: String, _ name: String, _ fields: inout FieldReader) {
    guard let row = rows[key] else { return }
    fields.fault(name, "stands in row \(row) already; keep one of them")
  }

  /// Remembers a key that was taken.
  mutating func insert(_ key: String, row: Int) {
    rows[key] = Int32(clamping: row)
  }
}
