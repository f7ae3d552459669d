import API
import Foundation
import HTTPServer
import Synchronization
import Testing
import Warehouse

@testable import Appliance

@Suite("Secrets of the process") struct AccessTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stowage-secrets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func inFolder(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @Test("The pepper is made once, is the service's alone, and never replaced in silence")
  func pepper() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = inFolder("stowage.pepper")
    let first = try Pepper(path: path).keyed([1])
    #expect(try Pepper(path: path).keyed([1]) == first)
    #expect(try Pepper(path: inFolder("other")).keyed([1]) != first)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: Failure.self) { try Pepper(path: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(throws: Failure.self) { try Pepper(path: path) }
    #expect(throws: Failure.self) { try Pepper(path: inFolder("no/such/folder")) }
  }

  @Test("A PIN fits its own hash and pepper, and no other; two hashes of it differ")
  func pins() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let turns = Turnstile(atWork: 2, waiting: 2, message: "full")
    let mine = PinHash(try Pepper(path: inFolder("a")), turns: turns)
    let other = PinHash(try Pepper(path: inFolder("b")), turns: turns)
    let hash = try mine.hash("480293")
    #expect(hash.hasPrefix("scrypt$14$8$1$"))
    #expect(try mine.hash("480293") != hash)
    #expect(try mine.verify("480293", hash))
    #expect(try !mine.verify("480294", hash))
    #expect(try !other.verify("480293", hash))
    #expect(try !mine.verify("480293", nil))
    #expect(throws: Failure.self) { try mine.verify("480293", "scrypt$99$8$1$AAAA$AAAA") }
    #expect(throws: Failure.self) { try mine.verify("480293", "480293") }
  }

  @Test("A few go in, a few wait, the next is turned away, and all who waited get their turn")
  func turnstile() throws {
    let turns = Turnstile(
      atWork: Limits.pinHashesAtWork,
      waiting: Limits.pinHashesWaiting,
      message: "full"
    )
    let most = Mutex((now: 0, peak: 0, done: 0))
    let isOpen = DispatchSemaphore(value: 0)
    let entered = DispatchSemaphore(value: 0)
    let ended = DispatchGroup()
    let all = Limits.pinHashesAtWork + Limits.pinHashesWaiting
    func start() {
      ended.enter()
      Thread.detachNewThread {
        try? turns.take {
          most.withLock { counts in
            counts.now += 1
            counts.peak = max(counts.peak, counts.now)
          }
          entered.signal()
          isOpen.wait()
          most.withLock { counts in
            counts.now -= 1
            counts.done += 1
          }
        }
        ended.leave()
      }
    }
    for _ in 0..<Limits.pinHashesAtWork { start() }
    for _ in 0..<Limits.pinHashesAtWork { entered.wait() }
    for _ in 0..<Limits.pinHashesWaiting { start() }
    while turns.waitingCount < Limits.pinHashesWaiting { sched_yield() }
    let failure = #expect(throws: Failure.self) { try turns.take {} }
    #expect(failure?.code == .overloaded)
    for _ in 0..<all { isOpen.signal() }
    ended.wait()
    #expect(most.withLock { $0.peak } == Limits.pinHashesAtWork)
    #expect(most.withLock { $0.done } == all)
  }

  @Test("Root and the service's own user may speak at the socket, a stranger may not")
  func peers() {
    #expect(PeerTrust.name(of: .init(processID: 1, userID: 0, groupID: 0)) == "root")
    let own = PeerTrust.name(of: .init(processID: 1, userID: geteuid(), groupID: getegid()))
    #expect(own != nil)
    #expect(PeerTrust.name(of: .init(processID: 1, userID: 64_123, groupID: 64_123)) == nil)
  }
}
