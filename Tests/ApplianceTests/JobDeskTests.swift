import Foundation
import Scheduling
import Synchronization
import Testing
import Warehouse
import WireFormat

@testable import Appliance

@Suite("Jobs by hand: run, cancel, history")
struct JobDeskTests {
  /// A desk over a new warehouse, with a job that waits to be told and one that fails.
  private func desk(
    _ scratch: Scratch,
    _ hasBegun: DispatchSemaphore
  ) throws -> (JobDesk, Appliance) {
    var settings = ApplianceSettings()
    settings.dataDirectory = scratch.folder
    settings.facility.timeZone = "UTC"
    settings.logLevel = "critical"
    _ = try Founding.create(settings)
    let appliance = try Appliance(settings)
    let jobs = [
      Job(name: "long", schedule: nil, lane: .heavy) { context in
        hasBegun.signal()
        while !context.shouldStop { Thread.sleep(forTimeInterval: 0.005) }
        throw Failure(.inProgress, "Half done.")
      },
      Job(name: "short", schedule: nil, lane: .heavy) { _ in "Done." },
      Job(name: "wrong", schedule: nil, lane: .light) { _ in
        throw Failure(.unusable, "There is nothing to do it with.")
      },
    ]
    let desk = JobDesk(
      jobs: jobs,
      store: appliance.store,
      scope: appliance.scope,
      facility: "F1",
      zone: try ZoneClock(zone: "UTC")
    )
    return (desk, appliance)
  }

  /// Runs a job on a thread of its own; the outcome comes through the semaphore.
  private final class Call: Sendable {
    let outcome = Mutex<Result<JSONValue, any Error>?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    init(_ desk: JobDesk, _ name: String) {
      let thread = Thread { [self] in
        let result = Result { try desk.run(name) }
        outcome.withLock { $0 = result }
        ended.signal()
      }
      thread.start()
    }

    func answer() throws -> JSONValue {
      #expect(ended.wait(timeout: .now() + .seconds(60)) == .success)
      return try outcome.withLock { try #require($0) }.get()
    }
  }

  @Test(
    "A run by hand can be cancelled, does not run twice, and its history says so",
    .timeLimit(.minutes(2))
  )
  func cancelled() throws {
    let scratch = try Scratch()
    let hasBegun = DispatchSemaphore(value: 0)
    let (desk, appliance) = try desk(scratch, hasBegun)
    defer { appliance.close() }
    try desk.start()
    defer { desk.stop() }
    let long = Call(desk, "long")
    #expect(hasBegun.wait(timeout: .now() + .seconds(60)) == .success)
    let busy = #expect(throws: Failure.self) { try desk.run("long") }
    #expect(busy?.code == .busy)
    // Of one lane one runs at a time: the short one waits, and is taken out again.
    let waiting = Call(desk, "short")
    while desk.states().first(where: { $0.name == "short" })?.phase != .waiting {
      Thread.sleep(forTimeInterval: 0.005)
    }
    _ = try desk.cancel("short")
    #expect(throws: Failure.self) { try waiting.answer() }
    _ = try desk.cancel("long")
    let run = try long.answer()
    #expect(run["succeeded"]?.bool == false)
    let rows = try desk.history("long", limit: 10)["rows"]?.array ?? []
    #expect(rows.count == 1)
    #expect(rows.first?["result"]?.string == "failed")
    #expect(rows.first?["detail"]?.string == "Stopped by hand. Half done.")
    #expect(try desk.run("short")["succeeded"]?.bool == true)
    #expect(throws: Failure.self) { try desk.cancel("short") }
    #expect(throws: Failure.self) { try desk.cancel("none") }
  }

  @Test("The history has each job's own runs, the newest first, with their ends")
  func history() throws {
    let scratch = try Scratch()
    let (desk, appliance) = try desk(scratch, DispatchSemaphore(value: 0))
    defer { appliance.close() }
    // Not serving: the command line runs jobs itself.
    for _ in 0..<3 { _ = try desk.run("short") }
    _ = try desk.run("wrong")
    let rows = try desk.history("short", limit: 2)["rows"]?.array ?? []
    #expect(rows.count == 2)
    for row in rows {
      #expect(row["result"]?.string == "ok" && row["detail"]?.string == "Done.")
      #expect((row["took_ms"]?.integer ?? -1) >= 0)
    }
    let wrong = try desk.history("wrong", limit: 10)["rows"]?.array ?? []
    #expect(wrong.map { $0["result"]?.string } == ["failed"])
    #expect(wrong.first?["detail"]?.string == "There is nothing to do it with.")
    #expect(throws: Failure.self) { try desk.history("none", limit: 1) }
    #expect(throws: Failure.self) { try desk.cancel("short") }
  }
}
