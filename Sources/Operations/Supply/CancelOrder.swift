import Warehouse
import WireFormat

/// Cancels an order: what has come or left stays counted, nothing more is to.
public struct CancelOrder<Entered: EnteredOrder>: DurableUseCase {
  /// What is to be cancelled.
  public struct Request: Sendable {
    var number: String
    var expectation: Expectation

    /// Reads the JSON body, which has no members.
    public init(number: String, document: JSONValue, expectation: Expectation) throws {
      try DocumentReader(document).finish()
      self.number = number
      self.expectation = expectation
    }
  }

  /// The order without what is still open.
  public struct Prepared: Sendable {
    var request: SaveOrder<Entered>.Request
    var order: SaveOrder<Entered>.Prepared
  }

  private let save: SaveOrder<Entered>
  /// What it stands on.
  public var environment: OperationsEnvironment { save.environment }

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    save = SaveOrder(environment)
  }

  /// Finds the order, and where goods go that it sets free.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Prepared {
    let there = try environment.store.read(scope) { transaction in
      guard let found = try Entered.View.find(request.number, in: transaction) else {
        throw SupplyDesk.missing(Entered.View.noun, request.number)
      }
      return found
    }
    let entered = SaveOrder<Entered>.Request(
      Entered(cancelling: there),
      expectation: request.expectation
    )
    return Prepared(request: entered, order: try save.prepare(entered, scope: scope))
  }

  /// Cancels it.
  public func apply(
    _ prepared: Prepared,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Entered.View {
    try save.apply(prepared.order, of: prepared.request, in: transaction).view
  }
}
