import Statistics
import Warehouse
import WireFormat

/// Makes a print plant to try things on: the same seed makes the same plant.
///
/// 2,000 storage locations in five zones, 500 materials (rolls, skids of sheets, inks, plates), 400
/// days of demand of all four demand classes, stock, receipts that are due and open orders. All of
/// it goes in through the doors that a customer uses: the imports and the receipts.
public struct DemoPlant: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the use cases' environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Fills an empty warehouse; fails where it is not empty.
  public func install(
    seed: UInt64,
    scope: TenantScope,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> DemoReport {
    let isEmpty = try environment.store.read(scope) { transaction in
      try transaction.materialKeys().isEmpty && transaction.locationKeys().isEmpty
    }
    guard isEmpty else {
      throw Failure(
        .conflict,
        "The warehouse is not empty, so no demo plant is put into it.",
        hint: "Name an empty data directory: stowage demo --data DIR"
      )
    }
    var random = SeededRandom(seed: seed)
    var report = DemoReport(seed: seed)
    let total = 6
    let places = DemoLayout.locations(&random)
    report.locations = try load(.locations, places.map { .location($0) }, scope)
    progress(1, total)
    let goods = DemoCatalogue.materials(&random)
    report.materials = try load(.materials, goods.map { .material($0.draft) }, scope)
    let keys = try environment.store.read(scope) { try $0.materialKeys() }
    let locationKeys = try environment.store.read(scope) { try $0.locationKeys() }
    progress(2, total)
    let trade = DemoTrade(goods: goods, keys: keys, today: environment.today)
    report.suppliers = try load(.suppliers, trade.suppliers(), scope)
    report.terms = try load(.supplyTerms, trade.terms(&random), scope)
    progress(3, total)
    report.demandRows = try load(.demand, trade.demand(&random), scope)
    progress(4, total)
    let stock = DemoStock(
      goods: goods,
      keys: keys,
      places: places,
      locationKeys: locationKeys,
      environment: environment
    )
    report.stockRows = try load(.openingStock, stock.rows(&random), scope)
    progress(5, total)
    report.purchaseOrders = try load(.purchaseOrders, trade.purchaseOrders(&random), scope)
    report.orders = try load(.outboundOrders, trade.orders(&random, environment), scope)
    for request in trade.receipts(&random) {
      _ = try CreateReceipt(environment)(request, scope: scope)
      report.receipts += 1
    }
    let shipped = trade.shippedOrders(&random, environment)
    report.shippedOrders = try load(.outboundOrders, shipped, scope)
    progress(total, total)
    return report
  }

  /// Takes rows in through the import.
  private func load(_ kind: ImportKind, _ rows: [ImportRow], _ scope: TenantScope) throws -> Int {
    let stage = try environment.store.stage(
      ImportPlan(
        kind: kind,
        scope: scope,
        publicID: environment.newID(),
        source: "demo",
        startedAt: environment.now()
      )
    )
    do {
      for row in rows { try stage.append(row) }
      return try stage.apply(progress: { _, _ in }).applied
    } catch {
      stage.discard()
      throw error
    }
  }
}

/// What the demo plant holds.
public struct DemoReport: Sendable, Equatable, JSONDocument {
  /// The seed it was made from.
  public var seed: UInt64
  /// Locations, docks and staging areas among them.
  public var locations = 0
  /// Materials.
  public var materials = 0
  /// Suppliers.
  public var suppliers = 0
  /// Terms of supply.
  public var terms = 0
  /// Days of demand, over all materials.
  public var demandRows = 0
  /// Lots in locations.
  public var stockRows = 0
  /// Purchase orders.
  public var purchaseOrders = 0
  /// Open outbound orders.
  public var orders = 0
  /// Outbound orders that have left.
  public var shippedOrders = 0
  /// Receipts that are due.
  public var receipts = 0

  init(seed: UInt64) {
    self.seed = seed
  }

  /// Writes the report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("seed", seed)
      out.member("locations", locations)
      out.member("materials", materials)
      out.member("suppliers", suppliers)
      out.member("supply_terms", terms)
      out.member("demand_rows", demandRows)
      out.member("stock_rows", stockRows)
      out.member("purchase_orders", purchaseOrders)
      out.member("orders", orders)
      out.member("orders_shipped", shippedOrders)
      out.member("receipts_due", receipts)
    }
  }
}

extension SeededRandom {
  /// A whole number within a range.
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    min(range.upperBound, range.lowerBound + Int(unit() * Double(range.count)))
  }

  /// One of the elements.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[integer(0...(elements.count - 1))]
  }
}
