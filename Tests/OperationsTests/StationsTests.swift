import Foundation
import Operations
import StowageTesting
import Synchronization
import Testing
import Warehouse

@Suite("Several stations at once")
struct StationsTests {
  @Test("Eight stations over too little space never promise more than there is")
  func noOverbooking() throws {
    let plant = try Plant()
    try plant.furnish()
    plant.set { $0.putaway.conflictAttempts = 50 }
    let lots = 24
    for number in 1...lots { _ = try plant.receive("R-\(number)", [("INK", 48)]) }
    let placed = Mutex<[String: Int64]>([:])
    let refused = Mutex(0)
    let odd = Mutex<[String]>([])
    let next = Mutex(0)
    let environment = plant.environment
    let threads = (1...8).map { _ in
      let done = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        while true {
          let number = next.withLock { value in
            value += 1
            return value
          }
          guard number <= lots else { break }
          do {
            let answer = try Recommend(environment)(
              .init(items: [.init(lot: LotReference(text: "R-\(number)-1"))]),
              scope: plant.scope
            )
            for task in answer.tasks {
              placed.withLock {
                $0[task.toCode, default: 0] += task.recommendation.draft.handlingUnits
              }
            }
          } catch let failure as Failure where failure.code == .conflict {
            refused.withLock { $0 += 1 }
          } catch {
            odd.withLock { $0.append("\(error)") }
          }
        }
        done.signal()
      }
      return done
    }
    for thread in threads { thread.wait() }
    #expect(odd.withLock { $0 }.isEmpty)
    let found = placed.withLock { $0 }
    for (code, units) in found { #expect(units <= (code.hasPrefix("A") ? 1 : 3), "\(code)") }
    #expect(found.values.reduce(0, +) == 16)
    #expect(refused.withLock { $0 } == lots - 16)
  }

  @Test("The same lot scanned at two stations is one task")
  func sameLot() throws {
    let plant = try Plant()
    try plant.furnish()
    _ = try plant.receive("R-1", [("INK", 48)])
    let ids = Mutex<Set<Int64>>([])
    let environment = plant.environment
    let done = DispatchSemaphore(value: 0)
    for _ in 1...4 {
      Thread.detachNewThread {
        let answer = try? Recommend(environment)(
          .init(items: [.init(lot: LotReference(text: "R-1-1"))]),
          scope: plant.scope
        )
        for task in answer?.tasks ?? [] {
          ids.withLock { _ = $0.insert(task.recommendation.id.rawValue) }
        }
        done.signal()
      }
    }
    for _ in 1...4 { done.wait() }
    #expect(ids.withLock { $0 }.count == 1)
  }
}
