import Foundation
import GRDB
import Warehouse

/// Applies a sealed staging file, slice by slice.
///
/// Each slice is one request to the writer: its rows, and in the same savepoint the journal's
/// progress, so that a crash can neither lose nor repeat a row. A few slices are in flight at once,
/// so that a slow disk's sync is shared between them; the journal's guard keeps them in order. A
/// row that was good when it was staged and is not any more (somebody was faster) is recorded and
/// passed over: the books hold everything else, and the import ends with a failure that names it.
final class ImportApplication {
  /// Slices in flight.
  private static let depth = 4

  private struct Slice: Sendable {
    var rows: [ImportRow]
    /// The place in the file behind each row.
    var ends: [Int64]
    /// Rows applied before this one.
    var first: Int
  }

  private let store: WarehouseStore
  private var journal: ImportJournal
  private let reader: StagingReader
  private let localDay: LocalDay
  private var faults: [Failure.Fault] = []

  init(_ store: WarehouseStore, _ journal: ImportJournal) throws {
    self.store = store
    self.journal = journal
    reader = try StagingReader(path: journal.path, position: journal.bytes)
    let zone = try store.read(.facility(home: store.homeTenant)) { try $0.facility().timeZone }
    localDay = journal.startedAt.day(inZone: zone)
  }

  /// Applies all that is left, finishes the journal, and removes the file.
  func run(progress: (_ applied: Int, _ total: Int) -> Void) throws -> ImportReport {
    var flying: [(slice: Slice, answer: Answer<Int>)] = []
    var unsent: [Slice] = []
    var next = journal.applied
    var isRead = false
    while true {
      while flying.count < Self.depth, !unsent.isEmpty || !isRead {
        if unsent.isEmpty {
          guard let slice = try read(from: next) else {
            isRead = true
            break
          }
          next += slice.rows.count
          unsent.append(slice)
        }
        let slice = unsent.removeFirst()
        flying.append((slice, try send(slice)))
      }
      guard !flying.isEmpty else { break }
      let (slice, answer) = flying.removeFirst()
      do {
        journal.created += try answer.wait()
        journal.applied += slice.rows.count
        journal.slices += 1
      } catch {
        // What was sent after it is refused by the journal's guard, and is sent again.
        for later in flying { _ = try? later.answer.wait() }
        unsent = flying.map(\.slice) + unsent
        flying = []
        try singly(slice, after: error)
      }
      progress(journal.applied, journal.total)
      guard store.background.mayContinue || journal.applied == journal.total else {
        throw Failure(.readOnly, "The warehouse is shutting down; the import goes on at its start.")
      }
    }
    return try finish()
  }

  private func read(from first: Int) throws(Failure) -> Slice? {
    var slice = Slice(rows: [], ends: [], first: first)
    var weight = 0
    while weight < Limits.sliceRows, let row = try reader.next() {
      slice.rows.append(row)
      slice.ends.append(reader.position)
      weight += RowCodec.weight(row)
    }
    if slice.rows.isEmpty {
      guard first == journal.total else { throw RowBytesReader.damaged }
      return nil
    }
    return slice
  }

  /// Queues a slice.
  private func send(_ slice: Slice) throws -> Answer<Int> {
    let answer = Answer<Int>()
    let created = Slot<Int>()
    let (id, day, at) = (journal.id, localDay, journal.startedAt)
    let request = WriteRequest(scope: journal.scope, importID: id) { session in
      let count = try session.apply(slice.rows, localDay: day, at: at)
      try session.advance(
        id,
        from: slice.first,
        by: slice.rows.count,
        bytes: slice.ends.last ?? 0,
        created: count
      )
      created.put(count)
    } completion: { result in
      answer.leave(result.map { created.take() ?? 0 })
    }
    try submit(request)
    return answer
  }

  /// Queues a request; waits and tries again while the writer has too much to do.
  private func submit(_ request: WriteRequest) throws {
    var isQueued = false
    while !isQueued {
      do {
        try store.writer.submit(request)
        isQueued = true
      } catch {
        guard error.code == .overloaded else { throw error }
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  /// Applies a slice that failed as a whole row by row, and records the rows that cannot be.
  private func singly(_ slice: Slice, after error: any Error) throws {
    guard Self.isAboutTheRow(error) else { throw error }
    let (id, day, at) = (journal.id, localDay, journal.startedAt)
    for (offset, row) in slice.rows.enumerated() {
      let place = slice.first + offset
      let slot = Slot<Int>()
      do {
        try store.writer.perform(journal.scope, importID: id) { session in
          let created = try session.apply([row], localDay: day, at: at)
          try session.advance(
            id,
            from: place,
            by: 1,
            bytes: slice.ends[offset],
            created: created
          )
          slot.put(created)
        }
        journal.created += slot.take() ?? 0
      } catch {
        guard Self.isAboutTheRow(error) else { throw error }
        try store.writer.perform(journal.scope, importID: id) { session in
          try session.recordFault(id, row: place + 1, error.message)
          try session.advance(
            id,
            from: place,
            by: 1,
            bytes: slice.ends[offset],
            created: 0
          )
        }
        journal.failed += 1
        if faults.count < Limits.importFaults {
          faults.append(Failure.Fault(place: "row \(place + 1)", rule: error.message))
        }
      }
      journal.applied += 1
    }
    journal.slices += 1
  }

  /// Whether an error says something about the row, and not about the disk or the program.
  private static func isAboutTheRow(_ error: any Error) -> Bool {
    guard let failure = error as? Failure else { return false }
    return [.conflict, .invalid, .notFound, .missing].contains(failure.code)
  }

  private func finish() throws -> ImportReport {
    let (id, at) = (journal.id, store.settings.now())
    let created = Slot<[LocationID]>()
    try store.writer.perform(journal.scope, importID: id) { session in
      created.put(try session.finishImport(id, at: at))
    }
    // New locations appear in the index slice by slice: the writer waits for nobody long.
    let locations = created.take() ?? []
    for start in stride(from: 0, to: locations.count, by: Limits.sliceRows) {
      let slice = locations[start..<min(locations.count, start + Limits.sliceRows)]
      try store.writer.perform(journal.scope) { session in
        session.touched.locations.formUnion(slice)
        session.touched.redrawn.formUnion(slice)
      }
    }
    unlink(journal.path)
    guard journal.failed == 0 else {
      throw Failure(
        .conflict,
        "\(journal.failed) of \(journal.total) rows could not be applied any more; all others"
          + " are in the books.",
        hint: "Correct these rows and import them again.",
        context: ["applied": String(journal.applied - journal.failed)],
        faults: faults
      )
    }
    return ImportReport(
      applied: journal.applied,
      created: journal.created,
      slices: journal.slices
    )
  }
}
