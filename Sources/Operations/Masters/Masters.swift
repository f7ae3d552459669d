import Warehouse

/// Which stock or ledger rows are wanted, by the codes that people use.
public struct StockQuery: Sendable, Equatable {
  /// Of this material.
  public var material: String?
  /// In this location.
  public var location: String?
  /// Of this lot.
  public var lot: LotReference?

  /// Makes a query; what is nil does not restrict.
  public init(material: String? = nil, location: String? = nil, lot: LotReference? = nil) {
    self.material = material
    self.location = location
    self.lot = lot
  }
}

/// Looks things up: materials, locations, lots, stock and the ledger, page by page.
public struct Masters: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// A page of materials in the order of their codes.
  public func materials(
    _ page: PageRequest,
    search: String? = nil,
    scope: TenantScope
  ) throws -> Page<MaterialView> {
    try environment.store.read(scope) { transaction in
      let currency = try transaction.facility().currency
      return try transaction.materials(page, search: search).map {
        MaterialView($0, currency: currency)
      }
    }
  }

  /// The material of a code or GTIN.
  public func material(code: String, scope: TenantScope) throws -> MaterialView {
    try environment.store.read(scope) { transaction in
      try MaterialView(environment.material(code, in: transaction), in: transaction)
    }
  }

  /// A page of locations with their loads, in the order of their codes.
  public func locations(
    _ page: PageRequest,
    zone: String? = nil,
    scope: TenantScope
  ) throws -> Page<LocationView> {
    try environment.store.read(scope) { transaction in
      let owners = try Self.codes(of: transaction.tenants())
      return try transaction.locationStates(page, zone: zone).map { state in
        LocationView(
          state: state,
          ownerCode: state.location.draft.dedicatedTo.flatMap { owners[$0] }
        )
      }
    }
  }

  /// The location of a code or label, with what lies in it.
  public func location(code: String, scope: TenantScope) throws -> LocationView {
    try environment.store.read(scope) { transaction in
      let location = try environment.location(code, in: transaction)
      let snapshot = environment.store.locations.snapshot()
      let state = snapshot.indices[location.id].map { snapshot.states[$0] }
      let filter = StockFilter(location: location.id)
      let stock = try transaction.stock(filter, PageRequest(limit: Limits.pageRows)).rows
      let owners = try Self.codes(of: transaction.tenants())
      return LocationView(
        state: state ?? LocationState(location: location),
        ownerCode: location.draft.dedicatedTo.flatMap { owners[$0] },
        stock: stock
      )
    }
  }

  /// A page of lots in the order in which they were booked.
  public func lots(
    _ page: PageRequest,
    material: String? = nil,
    scope: TenantScope
  ) throws -> Page<LotView> {
    try environment.store.read(scope) { transaction in
      let id = try material.map { try environment.material($0, in: transaction).id }
      let lots = try transaction.lots(page, material: id)
      let materials = try transaction.materials(Set(lots.rows.map(\.draft.material)))
      let parents = try transaction.lots(Set(lots.rows.compactMap(\.draft.parent)))
      return lots.map { lot in
        var view = LotView(lot, materialCode: materials[lot.draft.material]?.code ?? "")
        view.parentID = lot.draft.parent.flatMap { parents[$0]?.publicID }
        return view
      }
    }
  }

  /// The lot that a reference names, with its stock lines.
  public func lot(_ reference: LotReference, scope: TenantScope) throws -> LotView {
    try environment.store.read(scope) { transaction in
      var view = try LotView(environment.lot(reference, in: transaction), in: transaction)
      let page = PageRequest(limit: Limits.pageRows)
      view.stock = try transaction.stock(StockFilter(lot: view.lot.id), page).rows
      return view
    }
  }

  /// A page of stock lines that are not zero.
  public func stock(
    _ query: StockQuery,
    _ page: PageRequest,
    scope: TenantScope
  ) throws -> Page<StockLine> {
    try environment.store.read(scope) { transaction in
      try transaction.stock(filter(query, in: transaction), page)
    }
  }

  /// A page of the ledger; days that are nil do not restrict.
  public func transactions(
    _ query: StockQuery,
    kind: LedgerKind? = nil,
    from: LocalDay? = nil,
    through: LocalDay? = nil,
    newestFirst: Bool = false,
    _ page: PageRequest,
    scope: TenantScope
  ) throws -> Page<LedgerView> {
    let days = try Self.days(from: from, through: through)
    return try environment.store.read(scope) { transaction in
      let filter = try filter(query, in: transaction)
      let entries = try transaction.ledger(
        filter,
        kind: kind,
        days: days,
        page,
        newestFirst: newestFirst
      )
      return Page(
        rows: try environment.views(of: entries.rows, in: transaction),
        next: entries.next
      )
    }
  }

  /// The days that a query names; nil where it names none.
  private static func days(
    from: LocalDay?,
    through: LocalDay?
  ) throws -> ClosedRange<LocalDay>? {
    guard from != nil || through != nil else { return nil }
    let (first, last) = (from ?? .earliest, through ?? .latest)
    guard first <= last else {
      throw Failure(
        .invalid,
        "The days are the wrong way round: from is after to.",
        faults: [.init(place: "?to", value: last.description, rule: "must not be before from")]
      )
    }
    return first...last
  }

  private func filter(
    _ query: StockQuery,
    in transaction: any ReadTransaction
  ) throws -> StockFilter {
    StockFilter(
      material: try query.material.map { try environment.material($0, in: transaction).id },
      location: try query.location.map { try environment.location($0, in: transaction).id },
      lot: try query.lot.map { try environment.lot($0, in: transaction).id }
    )
  }

  static func codes(of tenants: [String: TenantID]) -> [TenantID: String] {
    Dictionary(tenants.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension OperationsEnvironment {
  /// The code of a location: from the index in memory, or from the store where it is new.
  func code(of id: LocationID, in transaction: any ReadTransaction) throws -> String {
    let snapshot = store.locations.snapshot()
    if let index = snapshot.indices[id] { return snapshot.states.code(at: index) }
    return try transaction.location(id)?.code ?? ""
  }

  /// Ledger rows with their codes.
  func views(
    of entries: [LedgerEntry],
    in transaction: any ReadTransaction
  ) throws -> [LedgerView] {
    let lots = try transaction.lots(Set(entries.map(\.draft.lot)))
    let materials = try transaction.materials(Set(entries.map(\.material)))
    return try entries.map { entry in
      LedgerView(
        entry: entry,
        lotNumber: lots[entry.draft.lot]?.draft.number ?? "",
        lotID: lots[entry.draft.lot]?.publicID ?? entry.draft.publicID,
        materialCode: materials[entry.material]?.code ?? "",
        fromCode: try entry.draft.from.map { try code(of: $0, in: transaction) },
        toCode: try entry.draft.to.map { try code(of: $0, in: transaction) }
      )
    }
  }
}
