import GRDB
import Testing
import Warehouse

@testable import Storage

@Suite("What the box must know of itself to tell head office the truth")
struct UpkeepTests {
  private let bed: Bed

  init() throws { bed = try Bed() }

  private func append(_ kind: String, _ subject: String, _ data: String) throws {
    _ = try bed.store.write(bed.home) {
      try $0.appendEvent(kind: kind, subject: subject, dataJSON: data, at: .test)
    }
  }

  private func waiting() throws -> [OutboxEvent] {
    try bed.store.read(bed.home) { try $0.unbatchedEvents(limit: 99) }
  }

  private func freeze(_ ids: [Int64]) throws {
    _ = try bed.store.write(bed.home) { write in
      try write.freezeBatch(events: ids, at: .test) { epoch, sequence in
        FrozenBody(
          bytes: Array("\(epoch) \(sequence)".utf8),
          isPacked: false,
          digest: [UInt8](repeating: 7, count: 32)
        )
      }
    }
  }

  private func rows() throws -> Int {
    try bed.store.read(bed.home) { try $0.rowCounts()["outbox"] ?? 0 }
  }

  @Test("A thousand looks at a day without a line leave one row, which counts them")
  func conflation() throws {
    for look in 1...1_000 { try append("stock.daily", "2025-11-24", "{\"n\":\(look)}") }
    try append("stock.daily", "2025-11-23", "{}")
    let events = try waiting()
    #expect(events.map(\.subject) == ["2025-11-24", "2025-11-23"])
    #expect(events.map(\.revision) == [1_000, 1])
    #expect(events.first?.dataJSON == "{\"n\":1000}")
  }

  @Test("What a batch holds stays; what gave way since it was read cannot be frozen any more")
  func frozen() throws {
    try append("stock.daily", "2025-11-24", "{\"n\":1}")
    let read = try waiting().map(\.id)
    try append("stock.daily", "2025-11-24", "{\"n\":2}")
    let failure = #expect(throws: Failure.self) { try freeze(read) }
    #expect(failure?.code == .conflict)
    try freeze(try waiting().map(\.id))
    try append("stock.daily", "2025-11-24", "{\"n\":3}")
    try append("stock.daily", "2025-11-24", "{\"n\":4}")
    // The frozen second revision, and the fourth that waits.
    #expect(try rows() == 2)
    #expect(try waiting().map(\.revision) == [4])
  }

  private func changed() throws -> [ChangedDay] {
    try bed.store.read(bed.home) { try $0.changedDays(limit: 99) }
  }

  @Test("Imported demand and late facts name the days that changed; a change meanwhile stays")
  func changedDays() throws {
    let plant = try bed.store.write(bed.home) { write -> (MaterialID, LotID, LocationID) in
      let material = try write.save(Sample.material("M")).id
      let rack = try write.save(Sample.rack("R-1")).id
      let lot = try write.insert(Sample.lot(material, "L-1"), publicID: Bed.id())
      _ = try write.post(Sample.move(.receipt, lot.id, from: nil, to: rack, 9_000))
      return (material, lot.id, rack)
    }
    #expect(try changed().isEmpty)
    let days = [-400, -3, -3].map { LocalDay.test.adding(days: $0) }
    try bed.store.write(bed.home) { write in
      try write.setDemand(
        days.map {
          DemandDay(material: plant.0, day: $0, quantityMilli: 1_000, isStockOut: false)
        }
      )
    }
    #expect(try changed().map(\.day) == [days[1], days[0]])
    let told = try changed()[0]
    // A pick of five days ago that a scanner brings now; one of yesterday is told anyhow.
    for back in [5, 1] {
      let day = LocalDay.test.adding(days: -back)
      try bed.store.write(bed.home) {
        _ = try $0.post(Sample.move(.pick, plant.1, from: plant.2, to: nil, 1_000, day: day))
      }
    }
    #expect(try changed().map(\.day.rawValue) == [-3, -5, -400].map { 20_416 + $0 })
    try bed.store.write(bed.home) { write in
      try write.setDemand([
        DemandDay(material: plant.0, day: told.day, quantityMilli: 2_000, isStockOut: false)
      ])
    }
    try bed.store.write(bed.home) { try $0.settle(told) }
    #expect(try changed().map(\.day).contains(told.day))
    for day in try changed() { try bed.store.write(bed.home) { try $0.settle(day) } }
    #expect(try changed().isEmpty)
  }

  @Test("While an import is under way no day counts as changed: nobody sees its rows yet")
  func importUnderWay() throws {
    try bed.store.pool.write { db in
      try db.execute(sql: "INSERT INTO demand_changes (day) VALUES (20000)")
      try db.execute(
        sql: """
          INSERT INTO imports
            (public_id, tenant_id, kind, source, staging_file, status, total_rows, started_at)
          VALUES (?, 1, 'DEMAND', 'x.csv', '/nowhere', 'APPLYING', 0, 1)
          """,
        arguments: [Bed.id().text]
      )
    }
    #expect(try changed().isEmpty)
    try bed.store.pool.write { db in
      try db.execute(sql: "UPDATE imports SET status = 'FINISHED', finished_at = 2")
    }
    #expect(try changed().count == 1)
  }

  @Test("The mark is the newest one, and there is none at first")
  func mark() throws {
    func mark() throws -> PublicID? { try bed.store.read(bed.home) { try $0.copyMark() } }
    #expect(try mark() == nil)
    for _ in 0..<2 {
      let next = Bed.id()
      try bed.store.write(bed.home) { try $0.setCopyMark(next, at: .test) }
      #expect(try mark() == next)
    }
  }

  private func prune(_ kind: RetainedKind, daysBack: Int64) throws -> Int {
    try bed.store.write(bed.home) {
      try $0.prune(kind, before: Instant.test.adding(seconds: -daysBack * 86_400), limit: 99)
    }
  }

  @Test("Old days go once they were told and their batches are gone; never what still waits")
  func retention() throws {
    let subjects = ["2025-10-01", "2025-10-02/2", "2025-11-20"]
    for subject in subjects {
      try append("stock.daily", subject, "{}")
      try append("demand.daily", subject, "{}")
    }
    try append("utilization.hourly", "2025-10-01T08", "{}")
    try append("software", "stowage", "{}")
    // Nothing was told yet, nothing goes.
    #expect(try prune(.toldLevels, daysBack: 35) == 0)
    try freeze(try waiting().map(\.id))
    try bed.store.write(bed.home) {
      try $0.acknowledge(through: 1, receiver: "hub", receiverTime: nil, at: .test)
    }
    // The batch is still kept, in case head office loses it.
    #expect(try prune(.toldLevels, daysBack: 35) == 0)
    let later = Instant.test.adding(ms: 1)
    _ = try bed.store.write(bed.home) {
      try $0.pruneAcknowledged(before: later, receiverBefore: nil, through: 1, limit: 9)
    }
    #expect(try rows() == 8)
    #expect(try prune(.toldLevels, daysBack: 35) == 3)
    #expect(try prune(.toldDays, daysBack: 400) == 0)
    #expect(try prune(.toldDays, daysBack: 35) == 2)
    #expect(try rows() == 3)
    try append("demand.daily", "2025-10-05", "{}")
    #expect(try prune(.toldDays, daysBack: 35) == 0)
    #expect(try prune(.untoldDays, daysBack: 35) == 1)
    #expect(try rows() == 3)
  }
}
