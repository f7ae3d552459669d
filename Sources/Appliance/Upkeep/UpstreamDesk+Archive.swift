import Operations
import Upstream
import Warehouse
import WireFormat

extension UpstreamDesk {
  /// A page of batches to be carried by hand: everything that waits is frozen first.
  func export(after sequence: Int64, pendingOnly: Bool) throws -> JSONValue {
    if sequence == 0 { try numbering { try archive.freezeAll(now: environment.now()) } }
    let page = try archive.lines(after: sequence, pendingOnly: pendingOnly)
    return [
      "lines": .array(page.lines.map { .string($0) }),
      "next": page.next.map { .integer($0) } ?? .null,
    ]
  }

  /// Checks what is kept here against its digests, and our books against the receiver's.
  func verify() throws -> JSONValue {
    let check = try archive.check()
    var findings: [JSONValue] = check.damaged.map { .string("batch \($0) is damaged") }
    if let first = check.missing.first {
      findings.append(.string("\(check.missing.count) batches are missing, the first is \(first)"))
    }
    var hub: JSONValue = .null
    if let uplink {
      let answer = try uplink.inquire()
      hub = answer.json
      if let problem = answer.problem { findings.append(.string(problem)) }
    }
    return [
      "batches": .integer(Int64(check.batches)),
      "last_sequence": .integer(check.lastSequence),
      "hub": hub,
      "findings": .array(findings),
      "sound": .bool(findings.isEmpty),
    ]
  }

  /// Queues the events of dead letters for a new batch.
  func requeue() throws -> JSONValue {
    let now = environment.now()
    let queued = try environment.store.write(scope) { try $0.requeueDeadLetters(at: now) }
    return [
      "letters": .integer(Int64(queued.letters)), "events": .integer(Int64(queued.events)),
    ]
  }

  /// The dead letters, newest first.
  func deadLetters() throws -> JSONValue {
    let letters = try environment.store.read(scope) { try $0.deadLetters(limit: 100) }
    return [
      "rows": .array(
        letters.map { letter in
          [
            "epoch": .string(letter.epoch.text), "sequence": .integer(letter.sequence),
            "status": .integer(Int64(letter.status)), "reason": .string(letter.reason),
            "events": .integer(Int64(letter.events)),
            "buried_at": .string(Timestamp.text(ms: letter.buriedAt.ms)),
          ]
        }
      )
    ]
  }
}
