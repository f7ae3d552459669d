import Foundation
import GRDB
import Synchronization
import Testing
import Warehouse

@testable import Storage

@Suite("Unit of work")
struct IdempotencyTests {
  private func perform(
    _ bed: Bed,
    _ key: String?,
    print: UInt8 = 1,
    scope: TenantScope? = nil,
    _ effect: @escaping @Sendable (any WriteTransaction) throws -> String
  ) throws -> Performed {
    try bed.store.perform(
      key: key.map { IdempotencyKey(text: $0, fingerprint: [print, 2, 3]) },
      scope: scope ?? bed.home,
      at: .test,
      effect: effect,
      encode: { StoredAnswer(status: 201, body: Array($0.utf8)) }
    )
  }

  @Test("A repeat gets the stored answer and runs nothing, also after a restart")
  func replay() throws {
    let bed = try Bed()
    let runs = Atomic<Int>(0)
    func once() throws -> Performed {
      try perform(bed, "key-1") { write in
        runs.add(1, ordering: .relaxed)
        try write.save(SupplierDraft(code: "S", name: "S"))
        return "done"
      }
    }
    let first = try once()
    #expect(
      first
        == Performed(
          answer: StoredAnswer(status: 201, body: Array("done".utf8)),
          isReplay: false
        )
    )
    #expect(try once() == Performed(answer: first.answer, isReplay: true))
    try bed.reopen()
    #expect(try once().isReplay)
    #expect(runs.load(ordering: .relaxed) == 1)
  }

  @Test("An answer that holds an explanation borrows it, and is given back byte for byte")
  func borrowed() throws {
    let plant = try Plant(Bed())
    let bed = plant.bed
    var draft = Sample.task(plant.lot.id, from: plant.dock, to: plant.rack)
    draft.explanationJSON = #"{"reasons":["für \"A\"","\#(String(repeating: "x", count: 900))"]}"#
    let task = try bed.store.write(bed.home) { [draft] in try $0.insert(draft) }
    func answer(_ head: String, _ tail: String) throws -> Performed {
      let inner = Array(draft.explanationJSON.utf8.dropFirst().dropLast())
      let body = Array(head.utf8) + inner + Array(tail.utf8)
      let at = head.utf8.count..<head.utf8.count + inner.count
      return try bed.store.perform(
        key: IdempotencyKey(text: "key \(head)\(tail)", fingerprint: [1]),
        scope: bed.home,
        at: .test,
        effect: { _ in body },
        encode: { [draft] body in
          StoredAnswer(
            status: 200,
            body: body,
            borrowed: .init(task.id, draft.explanationJSON, at: at)
          )
        }
      )
    }
    for (head, tail) in [(#"{"a":1,"#, #","b":2}"#), ("{", "}"), ("", ""), ("{", "")] {
      let first = try answer(head, tail)
      let second = try answer(head, tail)
      #expect(!first.isReplay)
      #expect(second.isReplay)
      #expect(second.answer.body == first.answer.body, "\(head) \(tail)")
    }
    let longest = try bed.store.pool.read {
      try Int.fetchOne($0, sql: "SELECT max(length(body)) FROM idempotency_keys") ?? 0
    }
    #expect((1..<100).contains(longest), "the explanation was stored a second time")
    // What the answer says of its place must fit, or all of it is kept.
    #expect(StoredAnswer.Borrowed(task.id, draft.explanationJSON, at: 0..<10) == nil)
    #expect(StoredAnswer.Borrowed(task.id, draft.explanationJSON, at: nil) == nil)
  }

  @Test("The same key with another body is refused; another owner's key is another key")
  func reused() throws {
    let bed = try Bed()
    _ = try perform(bed, "key") { _ in "one" }
    do {
      _ = try perform(bed, "key", print: 9) { _ in "two" }
      Issue.record("a reused key was accepted")
    } catch let failure as Failure {
      #expect(failure.code == .keyReused)
    }
    let other = try bed.store.addTenant(code: "OTHER", name: "Other", at: .test)
    let foreign = try perform(bed, "key", print: 9, scope: TenantScope(home: other)) { _ in "x" }
    #expect(!foreign.isReplay)
    #expect(throws: Failure.self) { _ = try perform(bed, "") { _ in "" } }
    #expect(throws: Failure.self) {
      _ = try perform(bed, String(repeating: "k", count: Limits.idempotencyKeyLength + 1)) { _ in
        ""
      }
    }
  }

  @Test("A failed effect leaves neither its rows nor its key")
  func failed() throws {
    let bed = try Bed()
    for fault in ["effect", "encode"] {
      #expect(throws: Failure.self) {
        _ = try bed.store.perform(
          key: IdempotencyKey(text: "key", fingerprint: [1]),
          scope: bed.home,
          at: .test,
          effect: { write -> Int in
            try write.save(SupplierDraft(code: "S", name: "S"))
            if fault == "effect" { throw Failure(.conflict, "on purpose") }
            return 1
          },
          encode: { _ in throw Failure(.internal, "on purpose") }
        )
      }
    }
    let counts = try bed.store.read(bed.home) { try $0.rowCounts() }
    #expect(counts["suppliers"] == 0)
    #expect(counts["idempotency_keys"] == 0)
    let retried = try perform(bed, "key") { _ in "second try" }
    #expect(!retried.isReplay)
  }

  @Test("While the first is running a second is told so, and another body is refused")
  func running() throws {
    let bed = try Bed()
    let entered = DispatchSemaphore(value: 0)
    let leave = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      _ = try? self.perform(bed, "key") { _ in
        entered.signal()
        leave.wait()
        return "slow"
      }
      done.signal()
    }
    entered.wait()
    for (print, code) in [(UInt8(1), Failure.Code.inProgress), (9, .keyReused)] {
      do {
        _ = try perform(bed, "key", print: print) { _ in "x" }
        Issue.record("a running key was accepted")
      } catch let failure as Failure {
        #expect(failure.code == code)
      }
    }
    leave.signal()
    done.wait()
    #expect(try perform(bed, "key") { _ in "x" }.isReplay)
  }

  @Test("Twenty threads with one key carry it out once")
  func race() throws {
    let bed = try Bed()
    let runs = Atomic<Int>(0)
    let answers = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 20) { _ in
      while true {
        do {
          _ = try perform(bed, "one") { _ in
            runs.add(1, ordering: .relaxed)
            return "x"
          }
          answers.add(1, ordering: .relaxed)
          return
        } catch {
          usleep(1_000)
        }
      }
    }
    #expect(runs.load(ordering: .relaxed) == 1)
    #expect(answers.load(ordering: .relaxed) == 20)
  }
}
