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

  private var told: Instant { now.adding(ms: 250) }

  private func holds(
    _ through: Int64,
    _ sender: Sender,
    by instance: String = "hub-1",
    gaps: [ClosedRange<Int64>] = [],
    highest: Int64? = nil
  ) -> UplinkAnswer {
    .answered(
      status: 200,
      acknowledgement: Acknowledgement(
        epoch: sender.books.epoch,
        durableThrough: through,
        receiverInstance: instance,
        gaps: gaps,
        highest: highest,
        serverTime: told
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
      sender.handle(.loaded(.init(sequence: 1)), now: now, random: 0) == [.send(sequence: 1)]
    )
    return sender
  }

  @Test("A success acknowledges and goes on at once, until nothing is left")
  func drains() throws {
    var sender = try sending()
    #expect(
      sender.handle(.answered(holds(1, sender)), now: now, random: 9)
        == [.acknowledge(through: 1, receiver: receiver, receiverTime: told), .load]
    )
    #expect(sender.handle(.loaded(nil), now: now, random: 9) == [.finish])
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
    // Before that moment a session waits on; after it, the same batch goes again.
    var later = sender
    #expect(sender.handle(.waited, now: now.adding(ms: 1_500), random: 0) == [.load])
    #expect(
      later.handle(.begin(ignoringBackoff: false), now: now.adding(ms: 1), random: 0)
        == [.wait(until: now.adding(ms: 1_500))]
    )
    // A new session asks what the receiver holds before it sends anything.
    #expect(later.handle(.waited, now: now.adding(ms: 1_500), random: 0) == [.askWatermark])
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

  /// Refuses the batch that is under way as often as it takes; the last actions.
  private func refuse(_ sender: inout Sender, _ status: Int, _ sequence: Int64) -> [Sender.Action] {
    let refusal = ModelHub.refuse(status, "no such kind")
    for _ in 1..<Sender.refusalsToGiveUp {
      // Once may be an accident on the way: the batch goes again after a short wait.
      let actions = sender.handle(.answered(refusal), now: now, random: 500)
      #expect(actions.last == .wait(until: now.adding(ms: 500)))
      #expect(sender.held == nil)
      _ = sender.handle(.waited, now: now.adding(ms: 500), random: 0)
      _ = sender.handle(.loaded(sender.load(sequence)), now: now, random: 0)
    }
    return sender.handle(.answered(refusal), now: now, random: 0)
  }

  @Test(
    "A batch that is refused again and again is given up, and the next one goes",
    arguments: [400, 410, 413, 415, 422]
  )
  func refused(status: Int) throws {
    var sender = try sending()
    #expect(
      refuse(&sender, status, 1) == [
        .recordFailure(sequence: 1, message: "status \(status): no such kind"),
        .bury(sequence: 1, status: status, reason: "status \(status): no such kind"), .load,
      ]
    )
    // The tombstone goes under the same number.
    let tombstone = Sender.Load(sequence: 1, isTombstone: true)
    #expect(sender.handle(.loaded(tombstone), now: now, random: 0) == [.send(sequence: 1)])
    _ = sender.handle(.answered(holds(1, sender)), now: now, random: 0)
    #expect(sender.burials == 1 && sender.refusals == 0 && sender.held == nil)
    _ = sender.handle(.loaded(sender.load(2)), now: now, random: 0)
    _ = sender.handle(.answered(holds(2, sender)), now: now, random: 0)
    #expect(sender.burials == 0)
  }

  @Test("A receiver that refuses whatever comes is at fault itself: no more is given up, all waits")
  func refusesAll() throws {
    var sender = try sending()
    for sequence in 1...3 as ClosedRange<Int64> {
      let actions = refuse(&sender, 422, sequence)
      #expect(actions.contains { if case .bury = $0 { true } else { false } })
      // The tombstones are taken, which says nothing for the receiver.
      let tombstone = Sender.Load(sequence: sequence, isTombstone: true)
      _ = sender.handle(.loaded(tombstone), now: now, random: 0)
      _ = sender.handle(.answered(holds(sequence, sender)), now: now, random: 0)
      _ = sender.handle(.loaded(sender.load(sequence + 1)), now: now, random: 0)
    }
    let actions = refuse(&sender, 422, 4)
    #expect(actions.last == .wait(until: now.adding(ms: Sender.holdMS)))
    #expect(!actions.contains { if case .bury = $0 { true } else { false } })
    #expect(sender.held?.sequence == 4)
  }

  @Test("A tombstone that is refused is not given up in its turn")
  func refusedTombstone() throws {
    var sender = try sending()
    sender.state = .sending(.init(sequence: 1, isTombstone: true))
    sender.refusals = Sender.refusalsToGiveUp - 1
    let refusal = ModelHub.refuse(422, "")
    #expect(
      sender.handle(.answered(refusal), now: now, random: 0).last
        == .wait(until: now.adding(ms: Sender.holdMS))
    )
    #expect(sender.held?.sequence == 1)
  }

  @Test("A receiver that is too old holds the batch without blaming it")
  func tooOld() throws {
    var sender = try sending()
    for _ in 0..<10 {
      let actions = sender.handle(.answered(ModelHub.refuse(426, "")), now: now, random: 0)
      #expect(actions.last == .wait(until: now.adding(ms: Sender.holdMS)))
      #expect(sender.held?.sequence == 1)
      _ = sender.handle(.begin(ignoringBackoff: true), now: now, random: 0)
      _ = sender.handle(.watermark(holds(0, sender)), now: now, random: 0)
      _ = sender.handle(.loaded(sender.load(1)), now: now, random: 0)
    }
    _ = sender.handle(.answered(holds(1, sender)), now: now, random: 0)
    #expect(sender.held == nil)
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
        == [.acknowledge(through: 5, receiver: receiver, receiverTime: told), .load]
    )
  }

  @Test("What a receiver has lost is sent again, and nothing counts as acknowledged meanwhile")
  func receiverBehind() throws {
    var sender = try sender(acknowledged: 5, frozen: 6)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    #expect(
      sender.handle(.watermark(holds(2, sender)), now: now, random: 0) == [.reopen([3...6]), .load]
    )
    #expect(sender.isReceiverBehind && sender.books.acknowledgedThrough == 2)
    for number in 3...5 as ClosedRange<Int64> {
      _ = sender.handle(.loaded(.init(sequence: number)), now: now, random: 0)
      #expect(sender.isReceiverBehind)
      _ = sender.handle(.answered(holds(number, sender)), now: now, random: 0)
    }
    #expect(!sender.isReceiverBehind)
  }

  @Test("Only what is missing is sent again where the receiver lists its gaps")
  func gaps() throws {
    var sender = try sender(acknowledged: 20, frozen: 22)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    let answer = holds(2, sender, gaps: [3...4, 8...8], highest: 17)
    #expect(
      sender.handle(.watermark(answer), now: now, random: 0)
        == [.reopen([3...4, 8...8, 18...22]), .load]
    )
  }

  @Test("A loss that shows in the answer to a batch makes the sender ask before it goes on")
  func lossShows() throws {
    var sender = try sender(acknowledged: 5, frozen: 6)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    _ = sender.handle(.watermark(holds(5, sender)), now: now, random: 0)
    _ = sender.handle(.loaded(.init(sequence: 6)), now: now, random: 0)
    let actions = sender.handle(.answered(holds(2, sender)), now: now, random: 0)
    #expect(!actions.contains { if case .acknowledge = $0 { true } else { false } })
    #expect(sender.handle(.waited, now: now, random: 0) == [.askWatermark])
  }

  @Test("A receiver that knows numbers never given shows a database that was put back: new epoch")
  func copiedDatabase() throws {
    for highest in [nil, 9] as [Int64?] {
      var sender = try sender(acknowledged: 5, frozen: 6)
      _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
      let answer = holds(highest == nil ? 9 : 5, sender, highest: highest)
      let actions = sender.handle(.watermark(answer), now: now, random: 0)
      guard case .renewEpoch = actions.first, actions.count == 1 else {
        Issue.record("\(actions)")
        return
      }
      let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-ffffffffffff"))
      #expect(sender.handle(.renewed(epoch), now: now, random: 0) == [.askWatermark])
      #expect(sender.books == .init(epoch: epoch, acknowledgedThrough: 0, frozenThrough: 0))
    }
  }

  @Test("A receiver that holds other bytes under its newest number makes a new epoch begin")
  func otherBytes() throws {
    for (isOurs, renews) in [(true, false), (nil, false), (false, true)] as [(Bool?, Bool)] {
      var sender = try sender(acknowledged: 6, frozen: 6)
      _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
      let actions = sender.handle(
        .watermark(holds(5, sender), isOurs: isOurs),
        now: now,
        random: 0
      )
      #expect(actions.contains { if case .renewEpoch = $0 { true } else { false } } == renews)
    }
  }

  @Test("An epoch that came back after a later one gives way to a new one")
  func superseded() throws {
    var sender = try sender(acknowledged: 6, frozen: 6)
    _ = sender.handle(.begin(ignoringBackoff: false), now: now, random: 0)
    guard case .answered(let status, var said?, _, _) = holds(6, sender) else { return }
    said.isSuperseded = true
    let answer = UplinkAnswer.answered(
      status: status,
      acknowledgement: said,
      retryAfterS: nil,
      problem: ""
    )
    let actions = sender.handle(.watermark(answer), now: now, random: 0)
    #expect(actions.count == 1)
    #expect(actions.contains { if case .renewEpoch = $0 { true } else { false } })
  }

  @Test("Other bytes under a number begin a new epoch, but not one after the other")
  func conflict() throws {
    var sender = try sending()
    let actions = sender.handle(.answered(ModelHub.refuse(409, "")), now: now, random: 0)
    #expect(actions.last == .renewEpoch(reason: "status 409"))
    let epoch = try #require(PublicID("0190a1b2-c3d4-7e5f-8a9b-ffffffffffff"))
    _ = sender.handle(.renewed(epoch), now: now, random: 0)
    _ = sender.handle(.watermark(holds(0, sender)), now: now, random: 0)
    _ = sender.handle(.loaded(.init(sequence: 1)), now: now, random: 0)
    let again = sender.handle(.answered(ModelHub.refuse(409, "")), now: now, random: 0)
    #expect(again.last == .wait(until: now.adding(ms: Sender.holdMS)))
    #expect(sender.held != nil)
  }

  @Test("After several failures a small question goes before the next batch, and its answer alone")
  func circuit() throws {
    var sender = try sending()
    for number in 1...10 {
      _ = sender.handle(.answered(.unreachable("no route")), now: now, random: 0)
      #expect(sender.failures == number)
      #expect(sender.isCircuitOpen == (number >= Sender.failuresToOpen))
      let actions = sender.handle(.waited, now: now, random: 0)
      if sender.isCircuitOpen {
        #expect(actions == [.askWatermark])
        // The answer lets one batch through; it does not take the failures back.
        let answered = sender.handle(.watermark(holds(0, sender)), now: now, random: 0)
        #expect(answered.last == .load && sender.isCircuitOpen)
      } else {
        #expect(actions == [.load])
      }
      _ = sender.handle(.loaded(.init(sequence: 1)), now: now, random: 0)
    }
    _ = sender.handle(.answered(holds(1, sender)), now: now, random: 0)
    #expect(!sender.isCircuitOpen)
  }

  @Test("Bytes keep to the slower of two paces, and the receiver's may come and go")
  func pace() throws {
    var sender = try sending()
    sender.pace.ownBytesPerS = 1_000
    sender.state = .sending(.init(sequence: 1, bytes: 2_500))
    let until = now.adding(ms: 2_500)
    #expect(
      sender.handle(.answered(holds(1, sender)), now: now, random: 0).last == .wait(until: until)
    )
    #expect(sender.handle(.waited, now: until, random: 0) == [.load])
    _ = sender.handle(.loaded(.init(sequence: 2, bytes: 500)), now: until, random: 0)
    guard case .answered(let status, var said?, _, _) = holds(2, sender) else { return }
    said.maximumBytesPerS = 100
    let slow = UplinkAnswer.answered(
      status: status,
      acknowledgement: said,
      retryAfterS: nil,
      problem: ""
    )
    // The batch went before the receiver asked for less.
    let first = sender.handle(.answered(slow), now: until, random: 0)
    #expect(first.last == .wait(until: until.adding(ms: 500)))
    _ = sender.handle(.waited, now: until.adding(ms: 500), random: 0)
    _ = sender.handle(.loaded(.init(sequence: 3, bytes: 500)), now: until, random: 0)
    #expect(
      sender.handle(.answered(holds(3, sender)), now: until, random: 0).last
        == .wait(until: until.adding(ms: 5_000))
    )
    #expect(sender.pace.receiverBytesPerS == nil)
  }

  @Test("Another receiver behind the same address is asked for its books before going on")
  func receiverChanged() throws {
    var sender = try sending()
    let actions = sender.handle(.answered(holds(1, sender, by: "hub-2")), now: now, random: 0)
    #expect(
      actions == [.acknowledge(through: 1, receiver: "hub-2", receiverTime: told), .askWatermark]
    )
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
    #expect(actions.first == .acknowledge(through: 1, receiver: receiver, receiverTime: told))
  }

  @Test("A clock set back by a year does not turn a short wait into a long one")
  func clockBack() throws {
    var sender = try sending()
    _ = sender.handle(.answered(.unreachable("no route")), now: now, random: 0)
    let earlier = now.adding(seconds: -365 * 86_400)
    let actions = sender.handle(.begin(ignoringBackoff: false), now: earlier, random: 0)
    #expect(actions == [.askWatermark])
  }

  @Test("Inputs that come at the wrong time change nothing")
  func outOfTurn() throws {
    var sender = try sending()
    #expect(sender.handle(.loaded(.init(sequence: 2)), now: now, random: 0) == [])
    #expect(sender.handle(.watermark(holds(1, sender)), now: now, random: 0) == [])
    #expect(sender.state == .sending(.init(sequence: 1)))
    #expect(sender.handle(.stop, now: now, random: 0) == [])
    #expect(sender.handle(.answered(holds(1, sender)), now: now, random: 0) == [])
  }
}

extension Sender {
  /// A batch of that number.
  fileprivate func load(_ sequence: Int64) -> Load { Load(sequence: sequence) }
}
