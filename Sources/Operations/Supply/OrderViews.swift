import Warehouse
import WireFormat

/// An order with lines, in or out, as it is shown and as the books keep it.
public protocol OrderView: Sendable, JSONDocument {
  /// What the books take.
  associatedtype Draft: Sendable
  /// What people call it.
  static var noun: String { get }
  /// The version, for edits.
  var version: Int64 { get }
  /// A page of them, in the order in which they were entered.
  static func page(
    _ page: PageRequest,
    openOnly: Bool,
    in transaction: any ReadTransaction
  ) throws -> Page<Self>
  /// The one of a number.
  static func find(_ number: String, in transaction: any ReadTransaction) throws -> Self?
  /// Saves one with its lines.
  static func save(_ draft: Draft, in transaction: any WriteTransaction) throws
}

/// A purchase order with the codes of its materials.
public struct PurchaseOrderView: OrderView {
  /// What people call it.
  public static let noun = "purchase order"
  let order: PurchaseOrder
  let materials: [MaterialID: Material]

  /// The version, for edits.
  public var version: Int64 { order.version }

  init(_ order: PurchaseOrder, in transaction: any ReadTransaction) throws {
    self.order = order
    materials = try transaction.materials(Set(order.draft.lines.map(\.material)))
  }

  /// A page of them, in the order in which they were entered.
  public static func page(
    _ page: PageRequest,
    openOnly: Bool,
    in transaction: any ReadTransaction
  ) throws -> Page<Self> {
    try transaction.purchaseOrders(page, openOnly: openOnly).map { try Self($0, in: transaction) }
  }

  /// The one of a number.
  public static func find(_ number: String, in transaction: any ReadTransaction) throws -> Self? {
    try transaction.purchaseOrder(number: number).map { try Self($0, in: transaction) }
  }

  /// Saves one with its lines.
  public static func save(_ draft: PurchaseOrderDraft, in transaction: any WriteTransaction) throws
  {
    try transaction.save(draft)
  }

  /// Writes the order with its lines.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("number", order.draft.number)
      body.member("supplier", order.draft.supplierCode)
      body.member("ordered_on", day: order.draft.orderedDay)
      body.array("lines") { list in
        for (index, line) in order.draft.lines.enumerated() {
          list.object {
            $0.member("line", index + 1)
            $0.member("material", materials[line.material]?.code)
            $0.member("ordered", milli: line.orderedMilli)
            $0.member("received", milli: line.receivedMilli)
            $0.member("due", day: line.dueDay)
          }
        }
      }
      body.member("open", order.draft.lines.contains { $0.receivedMilli < $0.orderedMilli })
      body.member("version", order.version)
    }
  }
}

/// An outbound order with the codes of its materials.
public struct OutboundOrderView: OrderView {
  /// What people call it.
  public static let noun = "order"
  let order: OutboundOrder
  let materials: [MaterialID: Material]

  /// The version, for edits.
  public var version: Int64 { order.version }

  init(_ order: OutboundOrder, in transaction: any ReadTransaction) throws {
    self.order = order
    materials = try transaction.materials(Set(order.draft.lines.map(\.material)))
  }

  /// A page of them, in the order in which they were entered.
  public static func page(
    _ page: PageRequest,
    openOnly: Bool,
    in transaction: any ReadTransaction
  ) throws -> Page<Self> {
    try transaction.outboundOrders(page, openOnly: openOnly).map { try Self($0, in: transaction) }
  }

  /// The one of a number.
  public static func find(_ number: String, in transaction: any ReadTransaction) throws -> Self? {
    try transaction.outboundOrder(number: number).map { try Self($0, in: transaction) }
  }

  /// Saves one with its lines.
  public static func save(_ draft: OutboundOrderDraft, in transaction: any WriteTransaction) throws
  {
    try transaction.save(draft)
  }

  /// Writes the order with its lines.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("number", order.draft.number)
      body.member("due", ms: order.draft.dueAt.ms)
      body.array("lines") { list in
        for (index, line) in order.draft.lines.enumerated() {
          list.object {
            $0.member("line", index + 1)
            $0.member("material", materials[line.material]?.code)
            $0.member("ordered", milli: line.orderedMilli)
            $0.member("shipped", milli: line.shippedMilli)
          }
        }
      }
      body.member("open", order.draft.lines.contains { $0.shippedMilli < $0.orderedMilli })
      body.member("version", order.version)
    }
  }
}
