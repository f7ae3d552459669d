import HTTPServer
import Testing
import Warehouse
import WireFormat

@testable import API

@Suite("Live events") struct EventTests {
  private static func event(_ id: Int64, _ kind: String = "receipt.arrived") -> StoreEvent {
    StoreEvent(
      id: id,
      tenant: nil,
      kind: kind,
      subject: "S-\(id)",
      at: Instant(ms: 0),
      dataJSON: "{\"n\":\(id)}"
    )
  }

  private static func state(
    _ ids: [Int64] = [],
    cut: Bool = false,
    oldest: Int64? = 1,
    newest: Int64
  ) -> EventCursor.State {
    .init(events: ids.map { event($0) }, isCutShort: cut, oldest: oldest, newest: newest)
  }

  @Test("A client without a number begins now; then it hears of everything once")
  func now() {
    var cursor = EventCursor(.now)
    #expect(cursor.readsAfter == nil)
    let first = cursor.take(Self.state(newest: 7))
    #expect(first == [ServerSentEvent(id: "7", event: "ready", data: #"{"newest":7}"#)])
    #expect(cursor.readsAfter == 7)
    let second = cursor.take(Self.state([8, 9], newest: 9))
    #expect(second.map(\.id) == ["8", "9"])
    #expect(second.map(\.event) == [nil, nil])
    #expect(
      second.first?.data
        == #"{"id":8,"kind":"receipt.arrived","subject":"S-8","at":"1970-01-01T00:00:00.000Z","#
        + #""data":{"n":8}}"#
    )
    #expect(cursor.readsAfter == 9)
  }

  @Test(
    "Who comes back goes on, or is told to load everything anew",
    arguments: [
      // The number it names, the oldest kept, the newest ever; what it is told.
      (5, 1, 9, nil), (9, 1, 9, nil), (0, 1, 9, nil), (4, 5, 9, nil), (9, nil, 9, nil),
      (0, nil, 0, nil), (3, 5, 9, "PRUNED"), (0, 2, 9, "PRUNED"), (8, nil, 9, "PRUNED"),
      (10, 1, 9, "UNKNOWN"), (1, nil, 0, "UNKNOWN"), (.max, 1, 9, "UNKNOWN"),
    ] as [(Int64, Int64?, Int64, String?)]
  )
  func comingBack(_ row: (after: Int64, oldest: Int64?, newest: Int64, reason: String?)) throws {
    var cursor = EventCursor(.after(row.after))
    #expect(cursor.readsAfter == row.after)
    let behind = row.after < row.newest ? Array((row.after + 1)...row.newest) : []
    let messages = cursor.take(Self.state(behind, oldest: row.oldest, newest: row.newest))
    let first = try #require(messages.first)
    let data = try JSONReader.parse(Array(first.data.utf8))
    #expect(first.event == (row.reason == nil ? "ready" : "resync"))
    #expect(data["reason"]?.string == row.reason)
    #expect(first.id == String(row.reason == nil ? row.after : row.newest))
    // Nothing old is told to a client that loads everything anyway.
    #expect(messages.dropFirst().map(\.id) == (row.reason == nil ? behind.map { "\($0)" } : []))
    #expect(cursor.readsAfter == row.newest)
  }

  @Test("A read that was cut short goes on where it ended, not at the newest")
  func pages() {
    var cursor = EventCursor(.after(0))
    _ = cursor.take(Self.state([1, 2, 3], cut: true, newest: 100))
    #expect(cursor.readsAfter == 3)
    _ = cursor.take(Self.state([], newest: 100))
    #expect(cursor.readsAfter == 100)
  }

  @Test("Kinds are whole names or a prefix; the number moves on under silence")
  func kinds() {
    var cursor = EventCursor(.now, kinds: ["receipt.*", "task.done"])
    _ = cursor.take(Self.state(newest: 0))
    var state = Self.state(newest: 5)
    let kinds = ["receipt.arrived", "receipts.x", "task.done", "task.done.twice", "receipt"]
    state.events = kinds.enumerated().map { Self.event(Int64($0.offset + 1), $0.element) }
    #expect(cursor.take(state).map(\.id) == ["1", "3"])
    #expect(String(decoding: cursor.heartbeat(), as: UTF8.self) == ": ping\nid: 5\n\n")
    #expect(cursor.heartbeat() == ServerSentEvent.heartbeat)
  }

  @Test("A session has two streams; a seat is free again when its stream has gone")
  func seats() throws {
    let seats = StreamSeats()
    var first: StreamSeats.Seat? = try seats.take("a")
    let second = try seats.take("a")
    #expect(throws: Failure.self) { try seats.take("a") }
    let other = try seats.take("b")
    first = nil
    let third = try seats.take("a")
    #expect(throws: Failure.self) { try seats.take("a") }
    withExtendedLifetime((first, second, third, other)) {}
  }

  @Test("Query items that cannot be used are refused, each with its rule", arguments: Way.allCases)
  func badQueries(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    let many = (0...Limits.eventKinds).map { _ in "receipt.arrived" }
    for (number, query) in [
      "after=x", "after=-1", "after=1234567890123456789", "after=", "kinds=", "kinds=a,,b",
      "kinds=A", "kinds=*", "kinds=.*", "kinds=a%20b", "once=maybe", "since=1",
      "kinds=\(many.joined(separator: ","))",
    ].enumerated() {
      try scenario.take(
        .get("bad query \(number)", "/api/v1/events?\(query)", 422, holds: ["?"])
      )
    }
  }

  @Test("Asked once, it ends behind what is there", arguments: Way.allCases)
  func once(way: Way) throws {
    let plant = try Plant()
    var scenario = try Scenario(way.driver(plant))
    try scenario.walk(Furniture.steps)
    try scenario.walk([
      .get("before", "/api/v1/events?once=1", holds: ["event: ready", #"data: {"newest":0}"#]),
      .post("receipt", "/api/v1/receipts", Furniture.receipt, 201),
      .get(
        "all",
        "/api/v1/events?once=1&after=0",
        holds: ["event: ready\ndata: {\"newest\":", #""kind":"receipt."#]
      ),
      .get(
        "none of these",
        "/api/v1/events?once=1&after=0&kinds=recommendation.*",
        lacks: [#""kind":"#]
      ),
      .get(
        "from another life",
        "/api/v1/events?once=1",
        headers: [("Last-Event-ID", "999")],
        holds: ["event: resync", "UNKNOWN"]
      ),
      .get(
        "unreadable",
        "/api/v1/events?once=1&after=0",
        headers: [("Last-Event-ID", "1-a")],
        holds: ["event: resync", "UNREADABLE"]
      ),
    ])
  }
}
