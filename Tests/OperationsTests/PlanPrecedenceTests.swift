import Foundation
import Synchronization
import Testing
import Warehouse

@testable import Operations

/// Short plans before long ones.
@Suite("Which plan goes first")
struct PlanPrecedenceTests {
  @Test("A long plan holds still while a short one is made, and goes on after it")
  func givesWay() {
    let precedence = PlanPrecedence()
    let order = Mutex<[String]>([])
    let thread = DispatchSemaphore(value: 0)
    precedence.first {
      Thread.detachNewThread {
        var patience = PlanPrecedence.Patience()
        precedence.giveWay(&patience)
        order.withLock { $0.append("long") }
        thread.signal()
      }
      Thread.sleep(forTimeInterval: 0.02)
      order.withLock { $0.append("short") }
    }
    thread.wait()
    #expect(order.withLock { $0 } == ["short", "long"])
  }

  @Test("It holds still no longer than its patience, however many short ones come")
  func bounded() {
    let precedence = PlanPrecedence()
    precedence.first {
      var patience = PlanPrecedence.Patience()
      precedence.giveWay(&patience)
      #expect(patience.waitedMS == Limits.planPatienceMS)
      // What is used up does not come back.
      precedence.giveWay(&patience)
      #expect(patience.waitedMS == Limits.planPatienceMS)
    }
  }
}
