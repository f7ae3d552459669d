import Foundation
import StowageTesting
import Testing
import Upstream
import Warehouse
import WireFormat

@testable import HubCore

@Suite(
  "The fleet's store in PostgreSQL",
  .enabled(if: PostgresServer.programs != nil, Comment(rawValue: PostgresServer.missing))
)
struct PostgresTests {
  private let start = Instant(ms: 1_774_746_000_000)
  private let epochs = [HubFixture.epoch, HubFixture.laterEpoch]

  /// A batch of random events as it comes in: subjects collide, revisions go up and down.
  private func batch(_ generator: inout SeededGenerator) throws -> IncomingBatch {
    let facility = "F\(Int.random(in: 1...3, using: &generator))"
    let sequence = Int64.random(in: 1...12, using: &generator)
    let number = Int.random(in: 0..<epochs.count, using: &generator)
    // Mostly the same bytes under the same number, sometimes others.
    var content = SeededGenerator(
      seed: UInt64(sequence) &* 7 &+ UInt64(number) &* 1_000
        &+ (Int.random(in: 0..<20, using: &generator) == 0 ? 99 : 0)
    )
    let kinds = ["demand.daily", "utilization.daily", "software", "future.kind"]
    let events = (0..<Int.random(in: 0...6, using: &content)).map { _ in
      let day = Int.random(in: 10...14, using: &content)
      let quantity = Int.random(in: 0...9_000, using: &content)
      let data = [
        "{\"part\":1,\"parts\":1,\"rows\":[{\"material\":\"M-\(day)\",\"unit\":\"EA\","
          + "\"quantity\":\(quantity / 1_000).\(quantity % 1_000 + 1_000),\"stock_out\":true},"
          + "{\"material\":\"Ä\",\"owner\":\"O\",\"quantity\":\(quantity)}]}",
        "{\"zones\":[{\"zone\":\"\",\"locations\":\(quantity),\"average_ratio\":0.5}]}",
        "{\"rows\":7}", "[\"\\u0000\"]",
      ]
      return (
        kind: kinds[Int.random(in: 0..<kinds.count, using: &content)],
        subject: "2026-03-\(day)",
        revision: Int64.random(in: 1...5, using: &content),
        data: data[Int.random(in: 0..<data.count, using: &content)]
      )
    }
    let sent = try HubFixture.batch(sequence, events, facility: facility, epoch: epochs[number])
    var incoming = IncomingBatch(
      facility: facility,
      epoch: sent.epoch,
      sequence: sequence,
      digest: sent.digest
    )
    try incoming.take(body: sent.body)
    return incoming
  }

  /// Everything that can be asked, but for numbers that each store gives for itself.
  private func answers(_ ledger: any HubLedger) throws -> [String] {
    var answers = try ledger.facilities(registered: ["F9"], only: nil).map { "\($0)" }
    for facility in ["F1", "F2", "F3"] {
      for epoch in epochs {
        let epoch = try #require(PublicID(epoch))
        answers.append("\(try ledger.watermark(facility: facility, epoch: epoch))")
        answers.append("\(try ledger.body(facility: facility, epoch: epoch, sequence: 3) ?? [])")
      }
      answers += try ledger.utilization(facility: facility).map { "\($0)" }
      answers += try ledger.events(
        facility: facility,
        kind: nil,
        subject: nil,
        after: 0,
        limit: 1_000
      )
      .map { "\($0.kind) \($0.subject) \($0.revision) \($0.epoch) \($0.sequence) \($0.data)" }
      .sorted()
    }
    var cursor: String?
    repeat {
      let page = try ledger.demand(
        facility: nil,
        from: LocalDay(year: 2026, month: 3, day: 1) ?? start.utcDay,
        through: LocalDay(year: 2026, month: 3, day: 31) ?? start.utcDay,
        after: cursor,
        limit: 3
      )
      answers += page.map { "\($0)" }
      cursor = page.count == 3 ? page.last?.cursor : nil
    } while cursor != nil
    answers += try ledger.kinds().map { "\($0)" }
    answers += try ledger.unrelayed(limit: 1_000).map { "\($0.id) \($0.body.count)" }.sorted()
    return answers
  }

  @Test("Both stores give the same answers to the same random batches, whatever the order")
  func differential() throws {
    let server = try PostgresServer()
    defer { server.end() }
    let folder = NSTemporaryDirectory() + "stowage-hub-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fleet = try PostgresLedger(server.parameters, now: start)
    let beside = try PostgresLedger(server.parameters, now: start)
    #expect(beside.instance == fleet.instance)
    let file = try HubStore(folder: folder, now: start)
    var generator = SeededGenerator(seed: 20_261_121)
    for step in 0..<160 {
      let batch = try batch(&generator)
      let now = start.adding(seconds: Int64(step))
      let ledger = step % 2 == 0 ? fleet : beside
      #expect(try ledger.store(batch, at: now) == file.store(batch, at: now), "step \(step)")
      if step % 40 == 39 {
        let (theirs, ours) = (try answers(fleet), try answers(file))
        #expect(theirs.count == ours.count)
        for (left, right) in zip(theirs, ours) { #expect(left == right, "step \(step)") }
        let some = try fleet.unrelayed(limit: 3)
        try fleet.markRelayed(some, at: now)
        try file.markRelayed(some, at: now)
      }
    }
    try file.close()
    try fleet.close()
  }

  @Test("A server that is killed in the middle loses nothing that was answered")
  func killed() throws {
    let server = try PostgresServer()
    defer { server.end() }
    let ledger = try PostgresLedger(server.parameters, now: start)
    var stored: Set<Int64> = []
    for sequence in 1...60 as ClosedRange<Int64> {
      let sent = try HubFixture.batch(sequence, [("software", "s", sequence, "{}")])
      var batch = IncomingBatch(
        facility: "B1",
        epoch: sent.epoch,
        sequence: sequence,
        digest: sent.digest
      )
      try batch.take(body: sent.body)
      if sequence == 20 { server.kill() }
      if sequence == 40 { try server.start() }
      do {
        _ = try ledger.store(batch, at: start)
        stored.insert(sequence)
      } catch {
        #expect(error is PostgresError, "\(error)")
        #expect((20..<40).contains(sequence), "\(sequence): \(error)")
      }
    }
    #expect(stored.count == 40)
    for sequence in 1...60 as ClosedRange<Int64> {
      let epoch = try #require(PublicID(HubFixture.epoch))
      let isHere = try ledger.body(facility: "B1", epoch: epoch, sequence: sequence) != nil
      #expect(isHere == stored.contains(sequence), "\(sequence)")
    }
    let watermark = try ledger.watermark(
      facility: "B1",
      epoch: try #require(PublicID(HubFixture.epoch))
    )
    #expect(watermark.durableThrough == 19 && watermark.gaps == [20...39])
    try ledger.close()
  }

  @Test("A server that does not wait for its disk is refused")
  func durable() throws {
    let server = try PostgresServer()
    defer { server.end() }
    let failure = try #require(throws: Failure.self) {
      _ = try PostgresLedger(server.parameters + " options='-c synchronous_commit=off'", now: start)
    }
    #expect(failure.message.contains("synchronous_commit off"))
  }
}
