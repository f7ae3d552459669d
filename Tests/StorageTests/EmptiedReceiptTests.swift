import Testing
import Warehouse

@testable import Storage

@Suite("Emptied receipts")
struct EmptiedReceiptTests {
  /// A planned receipt whose lines are lots on the dock, each with an open task.
  private func planned(
    _ plant: Plant,
    _ number: String,
    lines: Int
  ) throws -> (receipt: Receipt, tasks: [Recommendation]) {
    let (dock, rack, material) = (plant.dock, plant.rack, plant.material)
    return try plant.store.write(plant.home) { write in
      let receipt = try write.insert(
        ReceiptDraft(
          publicID: Bed.id(),
          number: number,
          dock: dock,
          createdAt: .test,
          lines: (0..<lines).map { _ in
            ReceiptLineDraft(material: material, quantityMilli: 100_000)
          }
        )
      )
      let tasks = try receipt.lines.map { line in
        let lot = try write.insert(
          Sample.lot(material, "\(number)-\(line.number)"),
          publicID: Bed.id()
        )
        try write.setLot(lot.id, of: line.id)
        _ = try write.post(Sample.move(.receipt, lot.id, from: nil, to: dock, 100_000))
        var draft = Sample.task(lot.id, from: dock, to: rack)
        draft.receiptLine = line.id
        return try write.insert(draft)
      }
      try write.setStatus(.arrived, of: receipt.id, at: .test)
      try write.setStatus(.planned, of: receipt.id, at: .test)
      return (receipt, tasks)
    }
  }

  private func finish(_ plant: Plant, _ task: Recommendation, moves: Bool = true) throws {
    let (dock, rack) = (plant.dock, plant.rack)
    try plant.store.write(plant.home) { write in
      if moves {
        _ = try write.post(
          Sample.move(.putaway, task.draft.lot, from: dock, to: rack, 100_000, task: task.id)
        )
      }
      let status: RecommendationStatus = moves ? .confirmed : .rejected
      try write.setStatus(
        status,
        of: task.id,
        actual: moves ? rack : nil,
        reason: moves ? nil : .full,
        note: nil,
        at: .test
      )
    }
  }

  @Test("A receipt is emptied with its last task, in whichever order, and not by another's")
  func order() throws {
    let plant = try Plant()
    let (first, tasks) = try planned(plant, "R-1", lines: 2)
    let (second, others) = try planned(plant, "R-2", lines: 2)
    func emptied(_ receipt: Receipt) throws -> ReceiptID? {
      try plant.store.read(plant.home) { try $0.emptiedReceipt(of: receipt.lines[0].id) }
    }
    #expect(try emptied(first) == nil)
    try finish(plant, tasks[1])
    #expect(try emptied(first) == nil)
    try finish(plant, tasks[0])
    #expect(try emptied(first) == first.id)
    #expect(try emptied(second) == nil)
    for task in others { try finish(plant, task) }
    #expect(try emptied(second) == second.id)
    // Once closed it is not found again.
    try plant.store.write(plant.home) { try $0.setStatus(.closed, of: first.id, at: .test) }
    #expect(try emptied(first) == nil)
  }

  @Test("A line that was added later counts, and so do goods that are still on the dock")
  func leftovers() throws {
    let plant = try Plant()
    let (receipt, tasks) = try planned(plant, "R-1", lines: 1)
    let (_, others) = try planned(plant, "R-2", lines: 1)
    let line = receipt.lines[0].id
    func emptied() throws -> ReceiptID? {
      try plant.store.read(plant.home) { try $0.emptiedReceipt(of: line) }
    }
    // Its key lies behind those of the other receipt, whose open task must not be taken for it.
    try plant.store.writer.perform(plant.home) { session in
      try session.db.run(
        """
        INSERT INTO receipt_lines (tenant_id, receipt_id, number, material_id, quantity_milli)
        VALUES (1, ?, 2, ?, 1000)
        """,
        [receipt.id.rawValue, plant.material.rawValue]
      )
    }
    try finish(plant, tasks[0], moves: false)
    #expect(try emptied() == nil, "its goods are on the dock")
    let (lot, dock, rack) = (tasks[0].draft.lot, plant.dock, plant.rack)
    try plant.store.write(plant.home) { write in
      _ = try write.post(Sample.move(.move, lot, from: dock, to: rack, 100_000))
    }
    #expect(try emptied() == receipt.id)
    #expect(others[0].status == .recommended)
  }
}
