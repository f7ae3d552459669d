import Warehouse
import WireFormat

/// An order as somebody enters it: its number, and lines that name materials.
public protocol EnteredOrder: Sendable {
  /// How it is shown, and which books it stands in.
  associatedtype View: OrderView
  /// Reads the JSON body.
  init(document: JSONValue) throws
  /// An order of which nothing more is to come or to leave.
  init(cancelling order: View)
  /// The order's number.
  var number: String { get }
  /// The code of each line's material, in their order.
  var materials: [String] { get }
  /// The order with the keys of its lines' materials.
  func draft(_ materials: [MaterialID], _ environment: OperationsEnvironment) -> View.Draft
  /// What goods a change sets free, where any do.
  func release(
    _ draft: View.Draft,
    _ environment: OperationsEnvironment,
    scope: TenantScope
  ) throws -> CrossDockRelease?
}

extension EnteredOrder {
  /// None.
  public func release(
    _ draft: View.Draft,
    _ environment: OperationsEnvironment,
    scope: TenantScope
  ) throws -> CrossDockRelease? { nil }
}

/// Creates an order, or replaces the one of its number with all its lines.
public struct SaveOrder<Entered: EnteredOrder>: SavingUseCase {
  /// What is to be saved.
  public struct Request: SaveRequest {
    var order: Entered
    var expectation: Expectation

    /// Reads the JSON body.
    public init(document: JSONValue, expectation: Expectation) throws {
      self.init(try Entered(document: document), expectation: expectation)
    }

    init(_ order: Entered, expectation: Expectation) {
      self.order = order
      self.expectation = expectation
    }
  }

  /// How it is shown.
  public typealias View = Entered.View

  /// The order with its materials, and the goods that it sets free.
  public struct Prepared: Sendable {
    var draft: View.Draft
    var release: CrossDockRelease?
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Resolves the materials, and looks where goods would go that the change sets free.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    let draft = try environment.store.read(scope) { transaction in
      let materials = try environment.materials(request.order.materials, in: transaction)
      return request.order.draft(materials, environment)
    }
    let release = try request.order.release(draft, environment, scope: scope)
    return Prepared(draft: draft, release: release)
  }

  /// Saves it.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Saved<View> {
    let number = request.order.number
    let there = try View.find(number, in: transaction)
    try request.expectation.check(there?.version, of: number)
    try View.save(prepared.draft, in: transaction)
    if let release = prepared.release,
      let order = try transaction.outboundOrder(number: number)
    {
      try release.settle(order, in: transaction)
    }
    let saved = try Saved<View>.found(
      View.find(number, in: transaction),
      "The \(View.noun) \(number)"
    )
    return Saved(view: saved, isCreated: there == nil)
  }
}

/// A purchase order as it is entered.
public struct EnteredPurchase: EnteredOrder {
  /// One line as it is entered.
  private struct Line {
    var material: String
    var orderedMilli: Int64
    var receivedMilli: Int64
    var dueDay: LocalDay
  }

  /// How it is shown.
  public typealias View = PurchaseOrderView
  /// The order's number.
  public let number: String
  private let supplier: String
  private let orderedDay: LocalDay?
  private let lines: [Line]

  /// An order of which nothing more is to come: each line asks for what has come of it.
  public init(cancelling view: PurchaseOrderView) {
    let draft = view.order.draft
    number = draft.number
    supplier = draft.supplierCode
    orderedDay = draft.orderedDay
    lines = draft.lines.compactMap { line in
      guard line.receivedMilli > 0, let material = view.materials[line.material] else { return nil }
      return Line(
        material: material.code,
        orderedMilli: min(line.orderedMilli, line.receivedMilli),
        receivedMilli: line.receivedMilli,
        dueDay: line.dueDay
      )
    }
  }

  /// Reads the JSON body.
  public init(document: JSONValue) throws {
    let body = try DocumentReader(document)
    number = body.code("number", isRequired: true) ?? ""
    supplier = body.code("supplier", isRequired: true) ?? ""
    orderedDay = body.day("ordered_on")
    lines = body.objects("lines", isRequired: true, limit: Limits.receiptLines).map { line in
      let due = line.day("due")
      if line.object["due"] == nil { line.fault("due", "is required") }
      let made = Line(
        material: line.text("material", isRequired: true, limit: Limits.codeLength) ?? "",
        orderedMilli: line.quantity("ordered", isRequired: true, isPositive: true) ?? 0,
        receivedMilli: line.quantity("received") ?? 0,
        dueDay: due ?? LocalDay(rawValue: 0)
      )
      line.refuseUnknown()
      return made
    }
    try body.finish()
  }

  /// The code of each line's material, in their order.
  public var materials: [String] { lines.map(\.material) }

  /// The order with the keys of its lines' materials; placed today unless it says another day.
  public func draft(
    _ materials: [MaterialID],
    _ environment: OperationsEnvironment
  ) -> PurchaseOrderDraft {
    PurchaseOrderDraft(
      number: number,
      supplierCode: supplier,
      orderedDay: orderedDay ?? environment.today,
      lines: zip(lines, materials).map { line, material in
        PurchaseOrderDraft.Line(
          material: material,
          orderedMilli: line.orderedMilli,
          receivedMilli: line.receivedMilli,
          dueDay: line.dueDay
        )
      }
    )
  }
}

/// An outbound order as it is entered.
///
/// What has left for it stays counted; a line that is no longer there is cancelled.
public struct EnteredOutbound: EnteredOrder {
  /// How it is shown.
  public typealias View = OutboundOrderView
  /// The order's number.
  public let number: String
  private let dueAt: Instant
  private let lines: [(material: String, orderedMilli: Int64)]

  /// An order of which nothing more is to leave.
  public init(cancelling view: OutboundOrderView) {
    number = view.order.draft.number
    dueAt = view.order.draft.dueAt
    lines = []
  }

  /// Reads the JSON body.
  public init(document: JSONValue) throws {
    let body = try DocumentReader(document)
    number = body.code("number", isRequired: true) ?? ""
    dueAt = body.moment("due") ?? Instant(ms: 0)
    if body.object["due"] == nil { body.fault("due", "is required") }
    lines = body.objects("lines", isRequired: true, limit: Limits.receiptLines).map { line in
      let material = line.text("material", isRequired: true, limit: Limits.codeLength) ?? ""
      let ordered = line.quantity("ordered", isRequired: true, isPositive: true) ?? 0
      line.refuseUnknown()
      return (material, ordered)
    }
    try body.finish()
  }

  /// The code of each line's material, in their order.
  public var materials: [String] { lines.map(\.material) }

  /// The order with the keys of its lines' materials.
  public func draft(
    _ materials: [MaterialID],
    _ environment: OperationsEnvironment
  ) -> OutboundOrderDraft {
    OutboundOrderDraft(
      number: number,
      dueAt: dueAt,
      dueDay: environment.localDay(dueAt),
      lines: zip(lines, materials).map { line, material in
        OutboundOrderDraft.Line(material: material, orderedMilli: line.orderedMilli)
      }
    )
  }

  /// Goods on their way to staging that the order no longer wants.
  public func release(
    _ draft: OutboundOrderDraft,
    _ environment: OperationsEnvironment,
    scope: TenantScope
  ) throws -> CrossDockRelease? {
    try CrossDockRelease(draft, environment, scope: scope)
  }
}

extension OperationsEnvironment {
  /// The keys of the materials of some lines, or one fault for each that is unknown.
  func materials(
    _ codes: [String],
    in transaction: any ReadTransaction
  ) throws -> [MaterialID] {
    var faults: [Failure.Fault] = []
    let keys = try codes.enumerated().map { index, code in
      do {
        return try material(code, in: transaction).id
      } catch let failure as Failure where failure.code == .notFound {
        faults.append(
          .init(
            place: "/lines/\(index)/material",
            value: code,
            rule: "no material has this code or GTIN"
          )
        )
        return MaterialID(0)
      }
    }
    guard faults.isEmpty else {
      throw Failure(
        .invalid,
        "\(faults.count) line\(faults.count == 1 ? " names" : "s name") an unknown material.",
        hint: "Import the material first, or correct its code.",
        faults: Array(faults.prefix(Limits.importFaults))
      )
    }
    return keys
  }
}
