import Warehouse
import WireFormat

/// Puts the aggregates of a day into the outbox: what head office hears of this facility.
///
/// Only sums go up, never single scans, and nothing that names a person. Each aggregate is a whole
/// day: a correction sends the day again with a higher revision, so the receiver keeps the newest
/// and adds nothing twice. The bytes of an unchanged day are the same, and then nothing is
/// appended; so this may run as often as it likes.
public struct BuildDailyAggregates: Sendable {
  private let environment: OperationsEnvironment
  private let software: SoftwareVersion
  private let health: @Sendable () -> [HealthLine]

  /// Stands on the use cases' environment; `software` names what is running, `health` asks how the
  /// box is.
  public init(
    _ environment: OperationsEnvironment,
    software: SoftwareVersion,
    health: @escaping @Sendable () -> [HealthLine] = { [] }
  ) {
    self.environment = environment
    self.software = software
    self.health = health
  }

  /// Builds the aggregates of a day and appends those that are new or have changed.
  ///
  /// `withAccuracy` reads the scores of every material, which is for once a day.
  public func callAsFunction(
    day: LocalDay,
    scope: TenantScope,
    withAccuracy: Bool = true
  ) throws -> AggregateReport {
    let now = environment.now()
    let isToday = day == environment.today
    let state = isToday ? StateAggregates(day: day, now: now) : nil
    var documents = try environment.store.read(scope) { transaction in
      try collect(day, state, from: transaction)
    }
    if let state {
      documents += [state.health(health())].compactMap { $0 }
      if withAccuracy {
        let summary = try AccuracyQueries(environment).summary(scope: scope)
        documents.append(state.accuracy(summary))
      }
    }
    return try environment.store.write(scope) { [documents] transaction in
      var report = AggregateReport(day: day)
      for document in documents {
        let isNew = try transaction.appendEvent(
          kind: document.kind,
          subject: document.subject,
          dataJSON: document.json,
          at: now
        )
        report.count(isNew: isNew)
      }
      return report
    }
  }

  private func collect(
    _ day: LocalDay,
    _ state: StateAggregates?,
    from transaction: any ReadTransaction
  ) throws -> [AggregateDocument] {
    let names = MaterialNames(transaction)
    var documents = AggregateDocument.parts(
      kind: "demand.daily",
      day: day,
      rows: try demandRows(day, names, transaction)
    )
    documents.append(try putaway(day, transaction))
    // Levels can only be read now: for a past day they were taken when it was today.
    if let state {
      documents += AggregateDocument.parts(
        kind: "stock.daily",
        day: day,
        rows: try stockRows(names, transaction)
      )
      documents += try state.utilization(transaction)
      documents.append(try state.replenishment(transaction))
      documents.append(try state.quality(transaction))
      documents += [try state.auditHead(transaction)].compactMap { $0 }
      documents.append(software.document)
    }
    return documents
  }

  private func demandRows(
    _ day: LocalDay,
    _ names: MaterialNames,
    _ transaction: any ReadTransaction
  ) throws -> [AggregateRow] {
    let rows = try transaction.demand(on: day)
    try names.learn(rows.map(\.material))
    return rows.compactMap { row in
      names.row(row.material) { writer in
        writer.member("quantity", milli: row.quantityMilli)
        writer.member("stock_out", row.isStockOut)
      }
    }
    .sorted()
  }

  private func stockRows(
    _ names: MaterialNames,
    _ transaction: any ReadTransaction
  ) throws -> [AggregateRow] {
    let keys = Array(try transaction.materialKeys().values)
    try names.learn(keys)
    return try transaction.onHand(keys, withHolds: true).compactMap { material, milli in
      guard milli != 0 else { return nil }
      return names.row(material) { $0.member("on_hand", milli: milli) }
    }
    .sorted()
  }

  private func putaway(
    _ day: LocalDay,
    _ transaction: any ReadTransaction
  ) throws -> AggregateDocument {
    let start = environment.startOfDay(day)
    let end = environment.startOfDay(day.adding(days: 1))
    // What was reached since the day began, less what was reached since it ended.
    let since = try transaction.outcomes(since: start)
    let after = try transaction.outcomes(since: end)
    func reached(_ status: RecommendationStatus) -> Int {
      (since[status] ?? 0) - (after[status] ?? 0)
    }
    let answered = reached(.confirmed) + reached(.overridden) + reached(.rejected)
    let acceptance = Double(reached(.confirmed)) / Double(max(1, answered))
    return AggregateDocument(kind: "putaway.daily", day: day) { writer in
      for status in RecommendationStatus.allCases where status != .started {
        writer.member(status.rawValue.lowercased(), reached(status))
      }
      if answered > 0 { writer.member("acceptance", (acceptance * 10_000).rounded() / 10_000) }
    }
  }
}

/// What was appended for a day.
public struct AggregateReport: Sendable, Equatable, JSONDocument {
  /// The day.
  public let day: LocalDay
  /// Aggregates that were new or had changed.
  public private(set) var appended = 0
  /// Aggregates that were as they had been.
  public private(set) var unchanged = 0

  init(day: LocalDay) {
    self.day = day
  }

  mutating func count(isNew: Bool) {
    if isNew { appended += 1 } else { unchanged += 1 }
  }

  /// Writes the report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("day", day.description)
      out.member("appended", appended)
      out.member("unchanged", unchanged)
    }
  }
}
