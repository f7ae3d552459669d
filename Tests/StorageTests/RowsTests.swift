import Foundation
import Testing
import Warehouse

@testable import Storage

@Suite("Repositories")
struct RowsTests {
  @Test("Materials are found by code, GTIN and words, page by page")
  func materials() throws {
    let bed = try Bed()
    try bed.store.write(bed.home) { write in
      for (code, name) in [("B%1", "Blue ink"), ("A_2", "Red INK"), ("C3", "Paper")] {
        var draft = Sample.material(code)
        draft.name = name
        draft.gtin = code == "C3" ? "04012345678901" : nil
        #expect(try write.save(draft).created)
      }
      #expect(try write.save(Sample.material("C3")).created == false)
      let id = try #require(try write.material(code: "C3")?.id)
      try write.setClasses(id, pick: .a, value: nil)
    }
    try bed.store.read(bed.home) { (read) throws in
      func codes(_ search: String?) throws -> [String] {
        try read.materials(PageRequest(), search: search).rows.map(\.code)
      }
      #expect(try codes(nil) == ["A_2", "B%1", "C3"])
      #expect(try codes("ink") == ["A_2", "B%1"])
      #expect(try codes("b%") == ["B%1"])
      #expect(try codes("_") == ["A_2"])
      #expect(try codes("nothing").isEmpty)
      #expect(try read.material(gtin: "04012345678901") == nil)
      let material = try #require(try read.material(code: "C3"))
      #expect(material.version == 3 && material.draft.pickClass == .a)
      #expect(try read.materials([material.id, MaterialID(99)]).keys.sorted() == [material.id])
    }
  }

  @Test("Receipts keep their lines, their lots and their states")
  func receipts() throws {
    let plant = try Plant()
    var line = ReceiptLineDraft(material: plant.material, quantityMilli: 5_000, lotNumber: "N")
    line.expiry = .test.adding(days: 9)
    line.handlingUnitSize = Dimensions(1, 2, 3)
    let draft = ReceiptDraft(
      publicID: Bed.id(),
      number: "R-1",
      dock: plant.dock,
      supplierCode: "S",
      dueDay: .test,
      createdAt: .test,
      lines: [line, ReceiptLineDraft(material: plant.material, quantityMilli: 7)]
    )
    let (receipt, lot) = (
      try plant.store.write(plant.home) { try $0.insert(draft) }, plant.lot.id
    )
    #expect(receipt.lines.map(\.draft) == draft.lines)
    #expect(receipt.status == .expected && receipt.lines.map(\.number) == [1, 2])
    #expect(try plant.store.write(plant.home) { try $0.insert(draft) } == receipt)
    let twin = Sample.changed(draft) { $0.publicID = Bed.id() }
    let failure = #expect(throws: Failure.self) {
      try plant.store.write(plant.home) { _ = try $0.insert(twin) }
    }
    #expect(failure?.code == .conflict)
    try plant.store.write(plant.home) {
      try $0.setLot(lot, of: receipt.lines[1].id)
      try $0.setStatus(.arrived, of: receipt.id, at: .test)
    }
    try plant.store.read(plant.home) { (read) throws in
      let found = try #require(try read.receipt(number: "R-1"))
      #expect(found.status == .arrived && found.arrivedAt == .test)
      #expect(found.lines.map(\.lot) == [nil, lot])
      #expect(try read.receipts(PageRequest(), status: .arrived).rows == [found])
      #expect(try read.receipts(PageRequest(), status: .closed).rows.isEmpty)
    }
    let empty = Sample.changed(twin) {
      $0.number = "R-2"
      $0.lines = []
    }
    #expect(throws: Failure.self) {
      try plant.store.write(plant.home) { _ = try $0.insert(empty) }
    }
  }

  @Test("A replaced order keeps its lines' keys and what has left, and cancels what is gone")
  func orders() throws {
    let plant = try Plant()
    let material = plant.material
    @Sendable func draft(_ quantities: [Int64]) -> OutboundOrderDraft {
      OutboundOrderDraft(
        number: "O",
        dueAt: .test,
        dueDay: .test,
        lines: quantities.map { .init(material: material, orderedMilli: $0) }
      )
    }
    try plant.store.write(plant.home) { try $0.save(draft([10, 20])) }
    let first = try #require(
      try plant.store.read(plant.home) {
        try $0.outboundOrders(PageRequest(), openOnly: true).rows.first
      }
    )
    try plant.store.write(plant.home) {
      try $0.addShipped(4, to: first.lines[0])
      try $0.save(draft([12]))
    }
    try plant.store.read(plant.home) { (read) throws in
      let order = try #require(try read.outboundOrders(PageRequest(), openOnly: true).rows.first)
      #expect(order.lines == [first.lines[0]])
      #expect(order.draft.lines.map(\.shippedMilli) == [4])
      let open = try read.openOrderLines(material: material, dueBefore: .test)
      #expect(open.map(\.openMilli) == [8])
      #expect(
        try read.openOrderLines(material: material, dueBefore: .test.adding(ms: -1)).isEmpty
      )
    }
    try plant.store.write(plant.home) { try $0.addShipped(8, to: first.lines[0]) }
    #expect(
      try plant.store.read(plant.home) {
        try $0.outboundOrders(PageRequest(), openOnly: true).rows
      }.isEmpty
    )
  }

  @Test("Histories have no gaps; stock-outs and closed days are unknown, quiet days are 0")
  func histories() throws {
    let bed = try Bed()
    let material = try bed.store.write(bed.home) { write in
      let material = try write.save(Sample.material("M")).id
      let early = try write.save(Sample.material("E")).id
      func day(_ back: Int, _ milli: Int64, out: Bool = false) -> DemandDay {
        DemandDay(
          material: material,
          day: .test.adding(days: -back),
          quantityMilli: milli,
          isStockOut: out
        )
      }
      try write.setDemand([day(6, 1_500), day(4, 0, out: true), day(1, 2_000), day(-3, 9)])
      try write.setDemand([
        DemandDay(material: early, day: .test.adding(days: -100), quantityMilli: 1_000)
      ])
      try write.setClosed(.test.adding(days: -2), true, note: "holiday")
      try write.setClosed(.test.adding(days: -1), true, note: nil)
      try write.setClosed(.test, true, note: nil)
      try write.setClosed(.test, false, note: nil)
      return material
    }
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.materialsWithDemand().count == 2)
      let found = try read.histories([material, MaterialID(2)], through: .test, days: 30)
      #expect(found.map(\.material) == [material, MaterialID(2)])
      #expect(found[0].firstDay == .test.adding(days: -6))
      #expect(found[0].values.map { $0.isNaN ? -1 : $0 } == [1.5, 0, -1, 0, -1, 2, 0])
      #expect(found[1].firstDay == .test.adding(days: -29) && found[1].values.count == 30)
      #expect(try read.histories([material], through: .test.adding(days: -7), days: 30).isEmpty)
      #expect(try read.closedDays(from: .test.adding(days: -9), through: .test).count == 2)
      #expect(try read.demand(on: .test.adding(days: -1)).map(\.quantityMilli) == [2_000])
    }
  }

  @Test("A forecast run is stored bit for bit, and the newest active one counts")
  func forecasts() throws {
    let bed = try Bed()
    let material = try bed.store.write(bed.home) { try $0.save(Sample.material("M")).id }
    func run(_ mean: Double, _ status: ForecastRunStatus) throws -> MaterialForecast {
      try bed.store.write(bed.home) { write in
        let id = try write.beginRun(
          publicID: Bed.id(),
          method: "AUTO",
          originDay: .test,
          horizonDays: 2,
          at: .test
        )
        let forecast = MaterialForecast(
          material: material,
          run: id,
          firstDay: .test.adding(days: 1),
          method: "SES",
          reason: "why",
          demandClass: "SMOOTH",
          mean: [mean, .leastNonzeroMagnitude],
          levels: [0.1, 0.9],
          quantiles: [[0, 1], [2, 1.0 / 3]],
          cumulative: [.init(steps: 2, mean: 4, quantiles: [1, 7])]
        )
        try write.save([forecast])
        try write.endRun(id, status: status, materials: 1, failures: 0, at: .test)
        return forecast
      }
    }
    let first = try run(1, .active)
    #expect(try bed.store.read(bed.home) { try $0.forecast(material) } == first)
    _ = try run(2, .failed)
    #expect(try bed.store.read(bed.home) { try $0.forecast(material) } == first)
    let third = try run(3, .active)
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.forecasts([material]) == [material: third])
      #expect(try read.activeRun()?.id == third.run)
      let older = try #require(try read.activeRun()?.publicID)
      #expect(try read.run(publicID: older)?.materials == 1)
    }
    #expect(throws: Failure.self) {
      try bed.store.write(bed.home) { try $0.save([third]) }
    }
    let uneven = Sample.changed(third) { $0.quantiles = [[1], [2, 3]] }
    #expect(throws: Failure.self) {
      try bed.store.write(bed.home) { try $0.save([uneven]) }
    }
    let many = [MaterialForecast](repeating: third, count: Limits.sliceRows + 1)
    #expect(throws: Failure.self) { try bed.store.write(bed.home) { try $0.save(many) } }
  }

  @Test("Suggestions come by urgency and stock-out day, page by page")
  func suggestions() throws {
    let bed = try Bed()
    @Sendable func row(_ id: MaterialID, _ urgency: Urgency, _ day: Int?) -> ReplenishmentSuggestion
    {
      ReplenishmentSuggestion(
        material: id,
        supplierCode: nil,
        urgency: urgency,
        quantityMilli: 5,
        orderBy: nil,
        stockOutDay: day.map { LocalDay.test.adding(days: $0) },
        daysUntilStockOut: day,
        stockOutProbability: 0.25,
        safetyStockMilli: 1,
        reorderPointMilli: 2,
        positionMilli: -3,
        reasons: ["because \"x\"", "ü"],
        createdAt: .test
      )
    }
    let rows = try bed.store.write(bed.home) { write in
      let ids = try (0..<5).map { try write.save(Sample.material("M\($0)")).id }
      let rows = [
        row(ids[0], .low, nil), row(ids[1], .critical, 3), row(ids[2], .critical, 1),
        row(ids[3], .medium, nil), row(ids[4], .high, 9),
      ]
      try write.replaceSuggestions(rows)
      try write.replaceSuggestions(rows)
      return rows
    }
    var seen: [ReplenishmentSuggestion] = []
    var page = PageRequest(limit: 2)
    while true {
      let found = try bed.store.read(bed.home) { [page] in
        try $0.suggestions(page, urgency: nil, status: nil)
      }
      seen += found.rows
      guard let next = found.next else { break }
      page.after = next
    }
    #expect(seen == [rows[2], rows[1], rows[4], rows[3], rows[0]])
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.suggestionCounts() == [.critical: 2, .high: 1, .medium: 1, .low: 1])
      #expect(try read.suggestions(PageRequest(), urgency: .high, status: nil).rows == [rows[4]])
    }
  }

  @Test("The outbox numbers batches without gaps, also after pruning, and keeps what is newest")
  func outbox() throws {
    let bed = try Bed()
    func append(_ subject: String, _ data: String) throws -> Bool {
      try bed.store.write(bed.home) {
        try $0.appendEvent(kind: "demand.daily", subject: subject, dataJSON: data, at: .test)
      }
    }
    func freeze() throws -> OutboxBatch {
      try bed.store.write(bed.home) { write in
        let events = try write.unbatchedEvents(limit: 99)
        return try write.freezeBatch(events: events.map(\.id), at: .test) { epoch, sequence in
          FrozenBody(
            bytes: Array("\(epoch) \(sequence)".utf8),
            isPacked: false,
            digest: [UInt8](repeating: 7, count: 32)
          )
        }
      }
    }
    #expect(try append("d1", "{}"))
    #expect(try append("d1", "{}") == false)
    let first = try freeze()
    #expect(first.sequence == 1 && first.events == 1)
    #expect(try append("d1", #"{"a":1}"#))
    #expect(try append("d2", "{}"))
    let second = try freeze()
    #expect(second.sequence == 2 && second.events == 2)
    #expect(throws: Failure.self) {
      try bed.store.write(bed.home) {
        _ = try $0.freezeBatch(events: [1], at: .test) { _, _ in
          FrozenBody(bytes: [], isPacked: false, digest: [UInt8](repeating: 0, count: 32))
        }
      }
    }
    #expect(try bed.store.read(bed.home) { try $0.nextPendingBatch() } == first)
    try bed.store.write(bed.home) {
      try $0.recordSendFailure(sequence: 1, message: "no route", at: .test)
    }
    var state = try bed.store.read(bed.home) { try $0.outboxState() }
    #expect(state.pendingBatches == 2 && state.lastError == "no route")
    #expect(state.oldestPendingAt == .test)
    try bed.store.write(bed.home) {
      try $0.acknowledge(through: 2, receiver: "hub", receiverTime: nil, at: .test)
    }
    state = try bed.store.read(bed.home) { try $0.outboxState() }
    #expect(state.pendingBatches == 0 && state.acknowledgedThrough == 2)
    #expect(state.lastError == nil && state.lastSuccessAt == .test)
    let pruned = try bed.store.write(bed.home) {
      try $0.pruneAcknowledged(
        before: Instant.test.adding(ms: 1),
        receiverBefore: nil,
        through: 2,
        limit: 10
      )
    }
    #expect(pruned == 2)
    try bed.store.read(bed.home) { (read) throws in
      #expect(try read.newestEvent(kind: "demand.daily", subject: "d1")?.revision == 2)
      #expect(try read.rowCounts()["outbox"] == 2)
      #expect(try read.unbatchedEvents(limit: 9).isEmpty)
    }
    #expect(try append("d1", #"{"a":1}"#) == false)
    #expect(try append("d1", #"{"a":2}"#))
    #expect(try freeze().sequence == 3)
  }

  @Test("Jobs, models, feedback, events and rules come back as they were written")
  func rest() throws {
    let plant = try Plant()
    let (lot, dock, rack) = (plant.lot.id, plant.dock, plant.rack)
    let model = LearnedModel(
      name: "putaway_acceptance",
      version: 1,
      state: [1, -0.5, .pi],
      outcomes: 9,
      storedAt: .test
    )
    var newer = model
    newer.version = 2
    try plant.store.write(plant.home) { [newer] write in
      let run = try write.beginJob("backup", at: .test)
      try write.endJob(run, succeeded: false, detail: "no disk", at: Instant.test.adding(ms: 5))
      _ = try write.beginJob("backup", at: Instant.test.adding(ms: 9))
      try write.saveModel(model)
      try write.saveModel(newer)
      let task = try write.insert(Sample.task(lot, from: dock, to: rack))
      try write.recordFeedback(
        recommendation: task.id,
        features: [1, 2],
        confidence: 0.75,
        accepted: true,
        at: .test
      )
      try write.recordCapacityFailure(
        location: rack,
        lot: lot,
        rule: "WEIGHT",
        detail: "too heavy",
        at: .test
      )
      try write.setHold(lot, "damaged")
      for number in 0..<3 {
        try write.emit(
          "kind",
          subject: "\(number)",
          tenant: nil,
          at: .test,
          dataJSON: #"{"n":\#(number)}"#
        )
      }
    }
    try plant.store.read(plant.home) { (read) throws in
      let runs = try read.jobRuns(limit: 9)
      #expect(runs.map(\.succeeded) == [nil, false])
      #expect(runs.last?.detail == "no disk")
      #expect(try read.jobRuns(limit: 1).count == 1)
      #expect(try read.model("putaway_acceptance") == newer)
      let feedback = try read.feedback(since: .test, limit: 9)
      #expect(feedback.first?.features == [1, 2] && feedback.first?.accepted == true)
      #expect(try read.unresolvedCapacityFailures(since: .test) == 1)
      #expect(try read.onHand([plant.material], withHolds: false).isEmpty)
      #expect(try read.events(after: 1, limit: 1).map(\.subject) == ["1"])
      #expect(try read.eventRange() == 1...3)
      let counts = try read.auditCounts().counts
      #expect(counts["materials_without_class"] == 1)
      #expect(counts["unexplained_stock"] == 0 && counts["stale_utilization"] == 0)
      let utilization = try read.utilization()
      #expect(utilization.map(\.zone) == ["", "A"])
      #expect(utilization[0].locations == 2 && utilization[0].occupied == 0)
    }
  }

  @Test("Gaps and doubles in the data are counted")
  func audit() throws {
    let bed = try Bed()
    try bed.store.write(bed.home) { write in
      var draft = Sample.material("A")
      draft.gtin = "04012345678901"
      draft.handlingUnitSize = nil
      let a = try write.save(draft).id
      draft.code = "B"
      _ = try write.save(draft)
      _ = try write.insert(Sample.lot(a, "NOWHERE"), publicID: Bed.id())
      var rack = Sample.rack("R")
      rack.inner = nil
      _ = try write.save(rack)
      try write.setDemand(
        [0, 1, 4, 9].map {
          DemandDay(material: a, day: .test.adding(days: $0), quantityMilli: 1)
        }
      )
      try write.setClosed(.test.adding(days: 2), true, note: nil)
      try write.setClosed(.test.adding(days: 4), true, note: nil)
    }
    let counts = try bed.store.read(bed.home) { try $0.auditCounts().counts }
    #expect(counts["materials_without_dimensions"] == 2)
    #expect(counts["duplicate_barcodes"] == 2)
    #expect(counts["lots_without_location"] == 1)
    #expect(counts["locations_without_capacity"] == 1)
    // Of the ten days four have demand and one more is closed.
    #expect(counts["demand_gaps"] == 5)
  }

  @Test("Hazard rules: pairs that may mix, and how far the others must lie apart")
  func hazards() throws {
    let bed = try Bed()
    let pair = HazardMatrix.Pair.init
    try bed.store.write(bed.home) { write in
      try write.setHazardRule(pair("9", "3"), mayMix: nil, distance: .location, note: nil)
      try write.setHazardRule(pair("X", "A"), mayMix: true, distance: .bay, note: "officer")
      try write.setHazardRule(pair("5.1", "3"), mayMix: false, distance: .adjacent, note: nil)
    }
    let matrix = try bed.store.read(bed.home) { try $0.hazardMatrix() }
    #expect(matrix.allows("A", "X") && !matrix.allows("3", "9") && matrix.allows(nil, "3"))
    #expect(!matrix.allows("7", "7"), "an unknown pair is refused")
    #expect(matrix.distance("3", "5.1") == .adjacent && matrix.distance("A", "X") == nil)
    #expect(matrix.distance("7", "7") == .location && matrix.distance(nil, "3") == nil)
    #expect(matrix.reachesFar("3") && !matrix.reachesFar("X"))
    let noted = try bed.store.read(bed.home) { try $0.hazardPairs(noted: "officer") }
    #expect(noted == [pair("X", "A")])
  }
}
