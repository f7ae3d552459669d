import HTTPServer
import Warehouse
import WireFormat

/// Where one client stands in the numbered events, and what it is told next.
///
/// Events are numbered without a gap and kept for some days. A client that names the last one it
/// saw goes on behind it; one that names a number that is no longer kept, or was never given (the
/// database was restored from a backup), is told to load everything anew, and goes on from now.
/// What has happened travels as plain messages, so that one handler of a page hears all of it;
/// only `ready` and `resync` have a name of their own.
struct EventCursor {
  /// What the store says at one moment.
  struct State {
    /// Events behind the cursor, the oldest first, of whom this client may hear.
    var events: [StoreEvent]
    /// Whether the read stopped at its limit, so that more may follow.
    var isCutShort: Bool
    /// The oldest event that is kept, nil where none is.
    var oldest: Int64?
    /// The newest number that was ever given.
    var newest: Int64
  }

  /// What a client says of itself when it connects.
  enum Start: Equatable {
    /// It has seen nothing yet.
    case now
    /// It has seen everything up to this number.
    case after(Int64)
    /// What it says of itself is no number.
    case unreadable
  }

  /// The kinds that it wants: whole names, or a prefix that ends in `.*`; nil wants all.
  let kinds: [String]?
  private let start: Start
  /// The number up to which the client knows everything, nil before the first look.
  private(set) var position: Int64?
  /// The position that the client was last told of.
  private var told: Int64?

  /// Makes a cursor that has not looked yet.
  init(_ start: Start, kinds: [String]? = nil) {
    self.start = start
    self.kinds = kinds
  }

  /// Behind which number the next read begins; nil for the first look of a client without one.
  var readsAfter: Int64? {
    if let position { return position }
    if case .after(let number) = start { return number }
    return nil
  }

  /// What to send, now that the store says this.
  mutating func take(_ state: State) -> [ServerSentEvent] {
    var messages: [ServerSentEvent] = []
    if position == nil {
      messages.append(begin(state))
      guard case .after(let number) = start, position == number else { return messages }
    }
    messages += state.events.filter { wants($0.kind) }.map(Self.message)
    let seen = state.isCutShort ? state.events.last?.id : state.newest
    position = max(position ?? 0, seen ?? 0)
    if let last = messages.last?.id { told = Int64(last) }
    return messages
  }

  /// The first message: from where it goes on, or that everything is to be loaded anew.
  private mutating func begin(_ state: State) -> ServerSentEvent {
    let reason: String?
    switch start {
    case .now: reason = nil
    case .unreadable: reason = "UNREADABLE"
    case .after(let number):
      let oldest = state.oldest ?? state.newest + 1
      reason = number > state.newest ? "UNKNOWN" : number < oldest - 1 ? "PRUNED" : nil
    }
    if reason == nil, case .after(let number) = start {
      position = number
    } else {
      position = state.newest
    }
    told = position
    var writer = JSONWriter(capacity: 64)
    writer.object { message in
      message.member("newest", state.newest)
      if let reason { message.member("reason", reason) }
    }
    return ServerSentEvent(
      id: position.map(String.init),
      event: reason == nil ? "ready" : "resync",
      data: writer.text
    )
  }

  /// What a heartbeat carries: the position, where it has moved on without a message.
  ///
  /// Otherwise a client whose kinds are rare would come back with a number that is long pruned.
  mutating func heartbeat() -> [UInt8] {
    guard let position, position != told else { return ServerSentEvent.heartbeat }
    told = position
    return Array(": ping\nid: \(position)\n\n".utf8)
  }

  private func wants(_ kind: String) -> Bool {
    guard let kinds else { return true }
    return kinds.contains { wanted in
      wanted.hasSuffix(".*") ? kind.hasPrefix(wanted.dropLast()) : kind == wanted
    }
  }

  private static func message(_ event: StoreEvent) -> ServerSentEvent {
    var writer = JSONWriter(capacity: 256)
    writer.object { message in
      message.member("id", event.id)
      message.member("kind", event.kind)
      message.member("subject", event.subject)
      message.member("at", ms: event.at.ms)
      message.key("data")
      message.raw(event.dataJSON.utf8)
    }
    return ServerSentEvent(id: String(event.id), data: writer.text)
  }
}
