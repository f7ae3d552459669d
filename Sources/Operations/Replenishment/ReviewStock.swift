import Replenishment
import Warehouse
import WireFormat

/// Looks over the whole stock: the ABC-XYZ matrix, and what lies dead or in excess.
public struct ReviewStock: Sendable {
  /// Days of demand that the matrix is made of.
  public static let matrixDays = 364
  /// Most rows of dead or excess stock in one answer.
  public static let rowLimit = 1_000

  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The matrix of value class by steadiness.
  public func matrix(scope: TenantScope) throws -> StockMatrixView {
    var cells: [StockMatrixView.Place: StockMatrixView.Cell] = [:]
    try each(scope) { material, history, onHandMilli, _ in
      let place = StockMatrixView.Place(
        value: material.draft.valueClass ?? .c,
        steadiness: SteadinessClass(daily: Array((history?.values ?? []).suffix(Self.matrixDays)))
      )
      let year = (history?.values ?? []).suffix(Self.matrixDays)
      let demand = year.reduce(0.0) { $0 + ($1.isNaN ? 0 : $1) }
      let price = Double(material.draft.unitCostMinor ?? 0)
      cells[place, default: .init()].add(
        demandMinor: demand * price,
        stockMinor: Double(max(0, onHandMilli)) / 1_000 * price
      )
    }
    return StockMatrixView(cells: cells, settings: environment.settings.replenishment)
  }

  /// Dead and excess stock, the most valuable first.
  public func health(limit: Int, scope: TenantScope) throws -> StockHealthView {
    let settings = environment.settings.replenishment
    let through = environment.today.adding(days: -1)
    var view = StockHealthView(
      deadDays: settings.deadDays,
      coverDays: settings.maximumCoverDays
    )
    try each(scope) { material, history, onHandMilli, policy in
      let values = history?.values ?? []
      let last = values.lastIndex { $0 > 0 }
      let health = StockHealth(
        onHand: Double(onHandMilli) / 1_000,
        daysWithoutDemand: last.map { values.count - 1 - $0 },
        recordedDays: history.map { $0.firstDay.days(to: through) + 1 } ?? 0,
        deadDays: settings.deadDays,
        dailyMean: policy.map { $0.dailyMean } ?? 0,
        coverDays: Double(settings.maximumCoverDays),
        reorderPoint: policy.map { Double($0.view.advice.reorderPointMilli) / 1_000 } ?? 0
      )
      view.add(material, onHandMilli: onHandMilli, health)
    }
    view.cut(to: limit)
    return view
  }

  /// A policy and the mean demand of a day behind it.
  private struct Expectation {
    var view: PolicyView
    var dailyMean: Double
  }

  /// Shows every material of the scope with its demand, its stock and, where it has an active
  /// forecast, its policy; in slices, each a short read of its own.
  private func each(
    _ scope: TenantScope,
    _ look: (Material, DemandHistory?, _ onHandMilli: Int64, Expectation?) -> Void
  ) throws {
    let store = environment.store
    let through = environment.today.adding(days: -1)
    let days = max(Self.matrixDays, environment.settings.replenishment.deadDays + 1)
    let desk = PolicyDesk(environment: environment)
    let keys = try store.read(scope) { try $0.materialKeys().values.sorted() }
    for slice in keys.sliced(by: Limits.sliceRows) {
      try store.read(scope) { transaction in
        let ids = Array(slice)
        let materials = try transaction.materials(ids)
        let positions = try transaction.supplyPositions(ids)
        let histories = Dictionary(
          try transaction.histories(ids, through: through, days: days).map { ($0.material, $0) }
        ) { first, _ in first }
        let forecasts = try transaction.forecasts(ids)
        let policies = Dictionary(
          try desk.policies(ids, in: transaction).map { ($0.material.id, $0) }
        ) { first, _ in first }
        for id in ids {
          guard let material = materials[id] else { continue }
          let expectation = policies[id].flatMap { view in
            forecasts[id].map { forecast in
              Expectation(
                view: view,
                dailyMean: forecast.mean.reduce(0, +) / Double(max(1, forecast.mean.count))
              )
            }
          }
          look(material, histories[id], positions[id]?.onHandMilli ?? 0, expectation)
        }
      }
    }
  }
}
