import StowageTesting
import Testing
import Warehouse

@testable import Upstream

@Suite("The sender's decisions")
struct SenderTests {
  private let now = Instant(ms: 1_774_746_000_000)
  private let receiver = "hub-1"

  private func sender(acknowledged: Int64 = 0, frozen: Int64 = 0) throws -> Sender {
    Sender(
      books: Sender.Books(
        epoch: try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")),
        acknowledgedThrough: acknowledged,
        frozenThrough: frozen
      )
    )
  }

  private func holds(_ through: Int64, _ sender: Sender, by instance: String = "hub-1")
    -> UplinkAnswer
  {
    .answered(
      status: 200,
      acknowledgement: Acknowledgement(
        epoch: sender.books.epoch,
        durableThrough: through,
        receiverInstance: instance,
        serverTime: now.adding(ms: 250)
      ),
      retryAfterS: nil,
      problem: ""
    )
  }

  /// A sender that has asked for the watermark and has batch 1 under way.
  private func sending() throws -> Sender {
    var sender = try sender()
    #expect(sender.handle(.begin(ignoringBackoff: false), now: now, random: 0) == [.askWatermark])
    #expect(sender.handle(.watermark(holds(0, sender)), now: now, random: 0) == [.load])
    #expect(
      sender.handle(.loaded(sequence: 1), now: now, random: 0) == [.send(sequence: 1)]
    )
    return sender
  }

  @Test("A success acknowledges and goes on at once, until nothing is left")
  func drains() throws {
    var sender = try sending()
    #expect(
      sender.handle(.answered(holds(1, sender)), now: now, random: 9)
        == [.acknowledge(through: 1, receiver: receiver), .load]
    )
    #expect(sender.handle(.loaded(sequence: nil), now: now, random: 9) == [.finish])
    #expect(sender.clockSkewMS == 250)
    #expect(sender.failures == 0)
  }

  @Test(
    "What may pass is tried again after a growing random wait; the batch stays",
    arguments: [408, 425, 429, 500, 502, 503, 504, 202, 204]
  )
  func transient(status: Int) throws {
    var sender = try sending()
    let answer = UplinkAnswer.answered(
      status: status,
      acknowledgement: nil,
      retryAfterS: nil,
      problem: ""
    )
    let actions = sender.handle(.answered(answer), now: now, random: 1_500)
    #expect(
      actions == [
        .recordFailure(sequence: 1, message: "status \(status)"),
        .wait(until: now.adding(ms: 1_500)),
      ]
    )
    #expect(sender.held == nil)
    // A new session before that moment waits on; after it, the same batch goes again.
    #expect(
      sender.handle(.begin(ignoringBackoff: false), now: now.adding(ms: 1), random: 0)
        == [.wait(until: now.adding(ms: 1_500))]
    )
    #expect(sender.handle(.waited, now: now.adding(ms: 1_500), random: 0) == [.load])
  }

  @Test("Retry-After is kept to, with jitter on top, but not beyond a day")
  func retryAfter() throws {
    for (asked, waited) in [(120, 120_000), (10_000_000, 86_400_000)] as [(Int64, Int64)] {
      var sender = try sending()
      let answer = ModelHub.refuse(503, "busy", retryAfterS: asked)
      let actions = sender.handle(.answered(answer), now: now, random: 700)
      #expect(actions.last == .wait(until: now.adding(ms: waited + 700)))
    }
  }

  @Test("The ceiling of the wait doubles to fifteen minutes, and attempts never end")
  func backoff() {
    let backoff = Backoff()
    let ceilings = (1...200).map { backoff.waitMS(failures: $0, random: .max) }
    // UInt64.max modulo (ceiling + 1) lies within the ceiling; the ceilings themselves:
    for (index, wait) in ceilings.enumerated() {
      let ceiling = index >= 9 ? 900_000 : min(900_000, 2_000 << Int64(index))
      #expect(wait <= ceiling)
      #expect(backoff.waitMS(failures: index + 1, random: UInt64(ceiling)) == ceiling)
      #expect(backoff.waitMS(failures: index + 1, random: UInt64(ceiling + 1)) == 0)
    }
  }

  @Test("Ten thousand boxes after an outage come back spread out (full jitter)")
  func spread() {
    // After ten failures each waits uniformly in 0...900 s: of 10,000 boxes about 11 in any second.
    var generator = SeededGenerator(seed: 20_150_304)
    var perSecond = [Int](repeating: 0, count: 901)
    for _ in 0..<10_000 {
      perSecond[Int(Backoff().waitMS(failures: 10, random: generator.next()) / 1_000)] += 1
    }
    // Poisson with mean 11.1: more than 40 in any of 900 seconds has a chance below 1e-9.
    #expect(perSecond.max() ?? 0 <= 40)
  }

  @Test("A definitive refusal holds the batch in sight and tries again rarely")
  func refused() throws {
    for (status, needed) in [(409, 1), (426, 1), (400, 3), (410, 3), (413, 3), (415, 3), (422, 3)] {
      var sender = try sending()
      let refusal = ModelHub.refuse(status, "no such kind")
      for _ in 1..<needed {
        // Once may be an accident on the way: the batch goes again after a short wait.
        let actions = sender.handle(.answered(refusal), now: now, random: 500)
        #expect(actions.last == .wait(until: now.adding(ms: 500)))
        #expect(sender.held == nil)
        _ = sender.handle(.waited, now: now.adding(ms: 500), random: 0)
        _ = sender.handle(.loaded(sequence: 1), now: now, random: 0)
      }
      #expect(
        sender.handle(.answered(refusal), now: now, random: 0) == [
          .recordFailure(sequence: 1, message: "status \(status): no such kind"),
          .wait(until: now.adding(ms: Sender.holdMS)),
        ]
      )
      #expect(sender.held?.sequence == 1)
      _ = sender.handle(.begin(ignoringBackoff: true), now: now, random: 0)
      _ = sender.handle(.loaded(sequence: 1), now: now, random: 0)
      _ = sender.handle(.answered(holds(1, sender)), now: now, random: 0)
      #expect(sender.held == nil)
      #expect(sender.refusals == 0)
    }
  }

  @Test("A wrong key or address is no fault of the batch: it is not held")
  func misdirected() throws {
    for status in [301, 401, 403, 404, 405, 407] {
      var sender = try sending()
      let actions = sender.handle(.answered(ModelHub.refuse(status, "")), now: now, random: 0)
      #expect(actions.last == .wait(until: now.adding(ms: Sender.holdMS / 4)))
      #expect(sender.held == nil)
      #expect(sender.lastProblem == "status \(status)")
    }
  }

  @Test("A 200 without a watermark acknowledges nothing: a captive portal answers so")
  func captivePortal() throws {
    var sender = try sending()
    let actions = sender.handle(.answered(ModelHub.refuse(200, "")), now: now, random: 0)
    #expect(!actions.contains { if case .acknowledge = $0 { true } else { false } })
    #expect(sender.failures == 1)
  }

  @Test("An answer that was lost is made good by the watermark at the beginning")
  func lostAnswer() throws {
    var sender = try sender(acknowledged: 3, frozen: 5)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    #expect(
      sender.handle(.watermark(holds(5, sender)), now: now, random: 0)
        == [.acknowledge(through: 5, receiver: receiver), .load]
    )
  }

  @Test("A receiver that lost what it had acknowledged is seen, and nothing is acknowledged")
  func receiverBehind() throws {
    var sender = try sender(acknowledged: 5, frozen: 6)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    #expect(sender.handle(.watermark(holds(2, sender)), now: now, random: 0) == [.load])
    #expect(sender.isReceiverBehind)
    _ = sender.handle(.loaded(sequence: 6), now: now, random: 0)
    let actions = sender.handle(.answered(holds(2, sender)), now: now, random: 0)
    #expect(!actions.contains { if case .acknowledge = $0 { true } else { false } })
    #expect(actions.last == .wait(until: now.adding(ms: Sender.holdMS)))
    #expect(sender.isReceiverBehind)
  }

  @Test("A receiver that knows numbers never given stops the sending: a copy runs elsewhere")
  func copiedDatabase() throws {
    var sender = try sender(acknowledged: 5, frozen: 6)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    let actions = sender.handle(.watermark(holds(9, sender)), now: now, random: 0)
    #expect(actions == [.wait(until: now.adding(ms: Sender.holdMS))])
    #expect(sender.held != nil)
  }

  @Test("Another receiver behind the same address is asked for its books before going on")
  func receiverChanged() throws {
    var sender = try sending()
    let actions = sender.handle(.answered(holds(1, sender, by: "hub-2")), now: now, random: 0)
    #expect(actions == [.acknowledge(through: 1, receiver: "hub-2"), .askWatermark])
  }

  @Test("An acknowledgement of another epoch frees nothing")
  func otherEpoch() throws {
    var sender = try sending()
    var other = sender
    other.books.epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-ffffffffffff"))
    let actions = sender.handle(.answered(holds(1, other)), now: now, random: 0)
    #expect(!actions.contains { if case .acknowledge = $0 { true } else { false } })
  }

  @Test("A receiver cannot acknowledge more than was given out")
  func tooMuch() throws {
    var sender = try sending()
    let actions = sender.handle(.answered(holds(1_000, sender)), now: now, random: 0)
    #expect(actions.first == .acknowledge(through: 1, receiver: receiver))
  }

  @Test("A clock set back by a year does not turn a short wait into a long one")
  func clockBack() throws {
    var sender = try sending()
    _ = sender.handle(.answered(.unreachable("no route")), now: now, random: 0)
    let earlier = now.adding(seconds: -365 * 86_400)
    #expect(sender.handle(.begin(ignoringBackoff: false), now: earlier, random: 0) == [.load])
  }

  @Test("Inputs that come at the wrong time change nothing")
  func outOfTurn() throws {
    var sender = try sending()
    #expect(sender.handle(.loaded(sequence: 2), now: now, random: 0) == [])
    #expect(sender.handle(.watermark(holds(1, sender)), now: now, random: 0) == [])
    #expect(sender.state == .sending(sequence: 1))
    #expect(sender.handle(.stop, now: now, random: 0) == [])
    #expect(sender.handle(.answered(holds(1, sender)), now: now, random: 0) == [])
  }
}
