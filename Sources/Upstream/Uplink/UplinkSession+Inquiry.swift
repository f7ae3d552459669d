import Warehouse
import WireFormat

extension UplinkSession {
  /// What the receiver says to a question, beside our own books; nothing is changed by it.
  public struct Inquiry: Sendable {
    /// The receiver's words, as JSON; null where it gave none.
    public var json: JSONValue = .null
    /// What is not as it should be, in a sentence.
    public var problem: String?
  }

  /// Asks the receiver what it holds of this database, and compares.
  public func inquire() throws -> Inquiry {
    let epoch = try outbox.epoch()
    let state = try outbox.read { try $0.outboxState() }
    let answer = transport.watermark(epoch: epoch)
    guard case .accepted(let said) = Sender.meaning(of: answer) else {
      var inquiry = Inquiry()
      inquiry.problem = "head office gives no watermark: \(Self.words(of: answer))"
      return inquiry
    }
    var inquiry = Inquiry()
    inquiry.json = [
      "receiver": .string(said.receiverInstance),
      "durable_through": .integer(said.durableThrough),
      "gaps": .array(
        said.gaps.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) }
      ),
    ]
    if said.durableThrough < state.acknowledgedThrough {
      inquiry.problem =
        "head office holds everything up to \(said.durableThrough), but had acknowledged "
        + "\(state.acknowledgedThrough); the next session sends what is missing again"
    } else if max(said.durableThrough, said.highest ?? 0) > state.lastSequence {
      inquiry.problem =
        "head office knows batch \(said.highest ?? said.durableThrough), this database only "
        + "\(state.lastSequence); the next session begins a new epoch"
    } else if try isOurs(answer) == false {
      inquiry.problem = "head office holds other bytes under number \(said.durableThrough)"
    }
    return inquiry
  }

  private static func words(of answer: UplinkAnswer) -> String {
    switch Sender.meaning(of: answer) {
    case .accepted: "an answer"
    case .transient(let words, _), .misdirected(let words), .conflicting(let words),
      .tooOld(let words), .refused(_, let words, _):
      words
    }
  }
}
