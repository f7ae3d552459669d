import Testing
import Warehouse

@testable import Storage

@Suite("Decisions about suggestions")
struct SuggestionTests {
  private static let dayMS: Int64 = 86_400_000

  private let bed: Bed
  private let ids: [MaterialID]

  /// Three materials with a suggestion each: two are approved, the third is turned down.
  init() throws {
    let bed = try Bed()
    self.bed = bed
    ids = try bed.store.write(bed.home) { write in
      let ids = try (0..<3).map { try write.save(Sample.material("M\($0)")).id }
      try write.save(SupplierDraft(code: "S", name: "S"))
      try write.replaceSuggestions(ids.map { Self.row($0, .high, days: 0) })
      try write.decide([ids[0], ids[1]], Self.decision(.approved))
      try write.decide([ids[2]], Self.decision(.rejected))
      return ids
    }
  }

  private static func decision(_ status: SuggestionStatus) -> SuggestionDecision {
    SuggestionDecision(status: status, at: .test, by: "operator:B-1", note: "n")
  }

  private static func row(
    _ id: MaterialID,
    _ urgency: Urgency,
    days: Int64
  ) -> ReplenishmentSuggestion {
    ReplenishmentSuggestion(
      material: id,
      supplierCode: nil,
      urgency: urgency,
      quantityMilli: 5_000 + days,
      orderBy: nil,
      stockOutDay: nil,
      daysUntilStockOut: nil,
      stockOutProbability: 0,
      safetyStockMilli: 0,
      reorderPointMilli: 0,
      positionMilli: 0,
      reasons: [],
      createdAt: Instant.test.adding(ms: days * dayMS)
    )
  }

  /// The statuses after a run so many days later.
  private func run(_ urgency: Urgency, days: Int64) throws -> [SuggestionStatus] {
    try bed.store.write(bed.home) { [ids] write in
      try write.replaceSuggestions(ids.map { Self.row($0, urgency, days: days) })
    }
    return try bed.store.read(bed.home) { [ids] read in
      let found = try read.suggestions(of: ids)
      return ids.map { found[$0]?.status ?? .open }
    }
  }

  @Test("A later run leaves them alone, figures and all; nothing of them waits for a decision")
  func held() throws {
    #expect(try run(.medium, days: 1) == [.approved, .approved, .rejected])
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.suggestionCounts().isEmpty)
      let kept = try read.suggestions(PageRequest(), urgency: nil, status: .approved).rows
      #expect(kept.map(\.quantityMilli) == [5_000, 5_000])
      #expect(kept[0].decision == Self.decision(.approved))
    }
    try bed.store.write(bed.home) { [ids] in try $0.decide(ids, nil) }
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.suggestionCounts() == [.high: 3])
    }
  }

  @Test("They end with more that is ordered, more urgency, or age, each for itself")
  func ended() throws {
    try bed.store.write(bed.home) { [ids] write in
      let line = PurchaseOrderDraft.Line(
        material: ids[0],
        orderedMilli: 1_000,
        receivedMilli: 0,
        dueDay: .test
      )
      try write.save(
        PurchaseOrderDraft(number: "P", supplierCode: "S", orderedDay: .test, lines: [line])
      )
    }
    #expect(try run(.high, days: 2) == [.open, .approved, .rejected])
    // What was turned down as HIGH is CRITICAL by now.
    #expect(try run(.critical, days: 3) == [.open, .approved, .open])
    let days = Limits.suggestionDecisionDays
    #expect(try run(.low, days: days) == [.open, .approved, .open])
    #expect(try run(.low, days: days + 1) == [.open, .open, .open])
  }
}
