import Glibc
import HTTPServer
import Synchronization
import Testing

@Suite("Stop", .serialized) struct StopTests {
  private static func router(
    handlerUS: UInt32,
    entered: Counter,
    left: Counter = Counter()
  ) -> Router {
    var router = TestServer.router()
    router.on(.get, "/slow") { _ in
      entered.add()
      usleep(handlerUS)
      left.add()
      return .text("finished")
    }
    router.on(.get, "/events") { _ in
      .events(heartbeatMS: 60_000, opened: { _ in entered.add() }, poll: { [] })
    }
    return router
  }

  @Test("Without connections it stops at once; a second stop says the same")
  func nothingOpen() throws {
    let server = try TestServer()
    #expect(server.listener.stop(deadlineMS: 5_000) == .drained)
    #expect(server.listener.stop(deadlineMS: 5_000) == .drained)
    #expect(Wire(port: server.port) == nil)
  }

  @Test("Requests at work are answered, with a close; idle connections don't hold it up")
  func inFlight() throws {
    let entered = Counter()
    let server = try TestServer(Self.router(handlerUS: 600_000, entered: entered))
    let idle = try (0..<5).map { _ in try #require(Wire(port: server.port)) }
    for wire in idle {
      wire.send(TestServer.get("/hello"))
      #expect(wire.read(until: { $0.hasSuffix("hello") }).ending == .found)
    }
    let busy = try (0..<8).map { _ in try #require(Wire(port: server.port)) }
    for wire in busy { wire.send(TestServer.get("/slow")) }
    entered.wait(for: 8)
    #expect(server.listener.stop(deadlineMS: 5_000) == .drained)
    for wire in busy {
      let reading = wire.read()
      #expect(reading.statuses == [200])
      #expect(reading.text.hasSuffix("finished"))
      #expect(reading.text.contains("Connection: close"))
      #expect(reading.ending == .closed)
    }
    for wire in idle { #expect(wire.read().isClosed) }
  }

  @Test("Open event streams are woken and end; none of them aborts the process")
  func eventStreams() throws {
    let entered = Counter()
    let server = try TestServer(Self.router(handlerUS: 0, entered: entered))
    let wires = try (0..<10).map { _ in try #require(Wire(port: server.port)) }
    for wire in wires { wire.send(TestServer.get("/events")) }
    entered.wait(for: 10)
    #expect(server.listener.openStreamCount == 10)
    #expect(server.listener.stop(deadlineMS: 5_000) == .drained)
    for wire in wires {
      let reading = wire.read()
      #expect(reading.text.contains("retry: 3000"))
      // The last chunk says that the stream ended in order, not by a broken connection.
      #expect(reading.text.hasSuffix("0\r\n\r\n"))
    }
    #expect(server.listener.openStreamCount == 0)
  }

  @Test("A connection that comes in with the stop, request and all, is served", arguments: 0..<20)
  func justInTime(round: Int) throws {
    let server = try TestServer()
    let wires = try (0..<10).map { _ in try #require(Wire(port: server.port)) }
    for wire in wires { wire.send(TestServer.get("/hello")) }
    #expect(server.listener.stop(deadlineMS: 5_000) == .drained)
    for wire in wires {
      let reading = wire.read()
      #expect(reading.statuses == [200])
      #expect(reading.ending == .closed)
    }
  }

  @Test("While requests pour in, every one that was taken is answered whole")
  func underFire() throws {
    let server = try TestServer()
    let port = server.port
    let broken = Counter()
    let answered = Counter()
    let isOver = Counter()
    let threads = (0..<4).map { _ in
      TestThread {
        while isOver.value == 0 {
          guard let wire = Wire(port: port) else { return }
          for _ in 0..<20 {
            guard wire.send(TestServer.get("/hello")) else { break }
            let reading = wire.read(until: { $0.hasSuffix("hello") }, milliseconds: 2_000)
            if reading.ending == .found {
              answered.add()
            } else if !reading.bytes.isEmpty || reading.ending == .timeOver {
              // Half an answer, or none and no close: lost.
              broken.add()
            }
            guard reading.ending == .found, !reading.text.contains("close") else { break }
          }
        }
      }
    }
    answered.wait(for: 200)
    #expect(server.listener.stop(deadlineMS: 5_000) == .drained)
    isOver.add()
    for thread in threads { thread.join() }
    #expect(broken.value == 0)
  }

  @Test("What is not done by the deadline is cut, and the stop returns")
  func deadline() throws {
    let entered = Counter()
    var router = Router()
    router.on(.get, "/export") { _ in
      .stream(
        type: "text/plain",
        ResponseStream { _ in
          entered.add()
          usleep(20_000)
          return .bytes(Array("more\n".utf8))
        }
      )
    }
    let server = try TestServer(router)
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/export"))
    entered.wait(for: 2)
    #expect(server.listener.stop(deadlineMS: 300) == .cut(connections: 1))
    #expect(!wire.read().text.hasSuffix("0\r\n\r\n"))
  }

  @Test("A handler that never comes back is reported, and the stop returns all the same")
  func stuckHandler() throws {
    let entered = Counter()
    let left = Counter()
    let router = Self.router(handlerUS: 4_000_000, entered: entered, left: left)
    let server = try TestServer(router)
    let wire = try #require(Wire(port: server.port))
    wire.send(TestServer.get("/slow"))
    entered.wait(for: 1)
    #expect(server.listener.stop(deadlineMS: 100) == .abandoned(handlers: 1))
    // It did not wait for the handler, which is still asleep.
    #expect(left.value == 0)
    #expect(wire.read().isClosed)
  }
}

/// A counter that tests wait on.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .acquiring) }
  func add() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }

  /// Waits until it is reached, five seconds at most.
  func wait(for number: Int) {
    for _ in 0..<5_000 where value < number { usleep(1_000) }
  }
}

/// A plain thread.
final class TestThread {
  private var thread = pthread_t()
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  init(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    pthread_create(
      &thread,
      nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
        return nil
      },
      work
    )
  }

  func join() {
    pthread_join(thread, nil)
  }
}
