import Foundation
import Operations
import Synchronization
import Testing

@testable import Appliance

@Suite("Threads for engine work")
struct WorkerThreadsTests {
  @Test("Every part is worked off once, whatever the number of threads", arguments: [1, 2, 3, 8])
  func everyPartOnce(width: Int) {
    let parallel = WorkerThreads.parallel(width: width)
    for count in [0, 1, 2, 7, 500] {
      let done = Mutex([Int](repeating: 0, count: count))
      parallel.forEach(count) { part in done.withLock { $0[part] += 1 } }
      #expect(done.withLock { $0.allSatisfy { $0 == 1 } })
    }
  }

  @Test("The work does not outlive its call, however late a thread ends")
  func nothingOutlives() {
    // Broke once in a while: a thread still held the closure after it had said that it was done.
    let parallel = WorkerThreads.parallel(width: 4)
    let sum = Atomic<Int>(0)
    for _ in 0..<2_000 {
      parallel.forEach(4) { part in sum.add(part, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 2_000 * 6)
  }

  @Test("Engines of a serving box step back, and nobody else with them", arguments: [1, 2, 5])
  func stepsBack(width: Int) {
    let parallel = WorkerThreads.parallel(width: width, niceness: WorkerThreads.stepBack)
    let before = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
    let seen = Mutex<[Int32]>([])
    parallel.forEach(20) { _ in
      let own = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
      seen.withLock { $0.append(own) }
    }
    #expect(seen.withLock { $0 } == [Int32](repeating: WorkerThreads.stepBack, count: 20))
    #expect(getpriority(Int32(PRIO_PROCESS.rawValue), 0) == before)
  }
}
