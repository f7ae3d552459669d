import Replenishment
import Warehouse
import WireFormat

/// Works out for every material with a forecast what to order and when.
///
/// In slices of at most `Limits.sliceRows` materials, each a short write of its own.
public struct GenerateSuggestions: Sendable {
  let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Replaces all suggestions but those that a decision holds; `mayContinue` is asked between
  /// slices.
  public func callAsFunction(
    scope: TenantScope,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    mayContinue: () -> Bool = { true }
  ) throws -> SuggestionReport {
    let store = environment.store
    let materials = try store.read(scope) { transaction in
      guard try transaction.activeRun() != nil else { throw ForecastQueries.noRun }
      return try transaction.materialsWithDemand()
    }
    let desk = PolicyDesk(environment: environment)
    let now = environment.now()
    var done = 0
    for slice in materials.sliced(by: Limits.sliceRows) {
      guard mayContinue() else {
        throw Failure(
          .timedOut,
          "The suggestions were stopped after \(done) of \(materials.count).",
          hint: "Run them again: stowage replenish --run"
        )
      }
      let rows = try store.read(scope) { transaction in
        try desk.policies(Array(slice), in: transaction).map {
          $0.advice.suggestion(for: $0.material.id, supplierCode: $0.supplierCode, at: now)
        }
      }
      try store.write(scope) { try $0.replaceSuggestions(rows) }
      done += slice.count
      progress(done, materials.count)
    }
    let counts = try store.read(scope) { try $0.suggestionCounts() }
    return SuggestionReport(materials: done, counts: counts)
  }
}

/// How many suggestions of each urgency wait for a decision.
public struct SuggestionReport: Sendable, Equatable, JSONDocument {
  /// Materials that were looked at.
  public var materials: Int
  /// Suggestions by urgency.
  public var counts: [Urgency: Int]

  /// Writes the report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("materials", materials)
      out.member("suggestions", counts.values.reduce(0, +))
      out.object("by_urgency") { members in
        for urgency in Urgency.allCases {
          members.member(urgency.rawValue, counts[urgency] ?? 0)
        }
      }
    }
  }
}
