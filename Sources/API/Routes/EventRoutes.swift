import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the live events: what happens in the warehouse, as it becomes durable.
  func addEventRoutes(to router: inout Router) {
    let store = environment.store
    let gate = gate
    let owner = surroundings.streamOwner
    let seats = streamSeats
    add(.get, "/api/v1/events", query: ["after", "kinds", "once"], to: &router) { call in
      let cursor = EventCursor(try call.eventStart(), kinds: try call.eventKinds())
      let request = call.request
      let caller = call.caller
      let seat = try (owner(request) ?? caller.seat).map { try seats.take($0) }
      let feed = EventFeed(cursor, store: store, seat: seat) {
        try gate.scope(of: request, knownAs: caller)
      }
      if try call.isOn("once") { return try Self.once(feed) }
      return Response.events(
        heartbeatMS: Limits.eventHeartbeatMS,
        // After a restart all clients come back at once, unless each waits its own time.
        retryMS: Int.random(in: Limits.eventRetryMS),
        pauseMS: Limits.eventPauseMS,
        opened: { feed.listen($0) },
        heartbeat: { feed.heartbeat() },
        poll: { try feed.poll() }
      )
    }
  }

  /// What is there now, as a stream that ends: for whoever asks from time to time.
  private static func once(_ feed: EventFeed) throws -> Response {
    let messages = try feed.poll() ?? []
    return Response(
      headers: ServerSentEvent.headers,
      body: .bytes(messages.flatMap(\.bytes))
    )
  }
}

extension Call {
  /// From where the client goes on: `Last-Event-ID` of a reconnecting browser, or `after`.
  fileprivate func eventStart() throws -> EventCursor.Start {
    if let last = request.headers["Last-Event-ID"], !last.isEmpty {
      // A browser cannot mend what it sends of itself: it is told to load everything anew.
      guard let number = Self.eventNumber(last) else { return .unreadable }
      return .after(number)
    }
    guard let text = request.query("after") else { return .now }
    guard let number = Self.eventNumber(text) else {
      let rule = "must be the id of an event, or 0"
      throw Failure(
        .invalid,
        "The query item after \(rule).",
        faults: [.init(place: "?after", value: String(text.prefix(60)), rule: rule)]
      )
    }
    return .after(number)
  }

  private static func eventNumber(_ text: String) -> Int64? {
    guard text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int64(text)
  }

  /// The kinds that the client wants, nil for all.
  fileprivate func eventKinds() throws -> [String]? {
    guard let text = request.query("kinds") else { return nil }
    let kinds = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let isSound = kinds.allSatisfy { kind in
      let name = kind.hasSuffix(".*") ? kind.dropLast(2) : Substring(kind)
      return !name.isEmpty
        && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2E || $0 == 0x5F }
    }
    guard kinds.count <= Limits.eventKinds, text.utf8.count <= 1_000, isSound else {
      let rule =
        "must be at most \(Limits.eventKinds) kinds such as receipt.arrived or receipt.*, "
        + "separated by commas"
      throw Failure(
        .invalid,
        "The query item kinds \(rule).",
        faults: [.init(place: "?kinds", value: String(text.prefix(60)), rule: rule)]
      )
    }
    return kinds
  }
}
