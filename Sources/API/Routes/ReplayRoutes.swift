import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds the call with which a device that was alone delivers what it did.
  ///
  /// Each operation is a call as it would have been sent, under a key of its own, so that one that
  /// got through before is not done twice. They are taken in the order of the device's own numbers
  /// and each is answered for itself; the first that the box cannot take at the moment ends the
  /// list, so that the order is kept when the rest is sent again. The batch itself wants no key.
  func addReplayRoutes(to router: inout Router) {
    let calls = router
    add(.post, "/api/v1/operations", to: &router, RouteOptions(isPriority: true)) { call in
      let replay = try ReplayRequest(document: try call.document())
      let sequences = DeviceSequences(environment)
      let last = try sequences.last(replay.device, scope: call.scope)
      if let after = replay.after, after > last { throw Self.gap(last, after) }
      let offset = environment.now().ms - replay.sentAt.ms
      var results: [(item: ReplayRequest.Item, answer: Response?)] = []
      var isStopped = false
      var newest = last
      for item in replay.items {
        guard !isStopped else {
          results.append((item, nil))
          continue
        }
        // The device's clock goes on while the list is worked off.
        let clock = environment.now().ms - offset
        let answer = calls.answer(try Self.request(item, clockMS: clock, in: call))
        // Also where the same operation is being worked on for another connection.
        isStopped =
          answer.status >= 500 || answer.status == 401 || answer.headers["Retry-After"] != nil
        if !isStopped { newest = max(newest, item.sequence) }
        results.append((item, answer))
      }
      try sequences.note(
        newest,
        of: replay.device,
        clockOffsetMS: abs(offset) < 2_000 ? 0 : offset,
        scope: call.scope
      )
      return Response.json(Self.json(results, replay.device, last: newest, before: last))
        .with("Cache-Control", "no-store")
    }
  }

  /// The call that an operation stands for, as the device would have sent it.
  private static func request(
    _ item: ReplayRequest.Item,
    clockMS: Int64,
    in call: Call
  ) throws -> Request {
    var request = call.request
    do {
      request.target = try RequestTarget(item.path)
    } catch {
      throw Failure(
        .invalid,
        "The operation \(item.sequence) names no path.",
        faults: [.init(place: "/operations", value: item.path, rule: "must be the path of a call")]
      )
    }
    request.body = item.body.bytes
    request.headers["Content-Type"] = "application/json"
    request.headers["Content-Length"] = String(request.body.count)
    request.headers["Idempotency-Key"] = item.key
    request.headers["X-Client-Time"] = Timestamp.text(ms: clockMS)
    return request
  }

  private static func gap(_ last: Int64, _ after: Int64) -> Failure {
    Failure(
      .conflict,
      "Operations of this device are missing: \(last) is the last one here, these come after"
        + " \(after).",
      hint: "Send again from \(last + 1) on.",
      context: ["last_sequence": String(last)]
    )
  }

  private static func json(
    _ results: [(item: ReplayRequest.Item, answer: Response?)],
    _ device: String,
    last: Int64,
    before: Int64
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: 4_096)
    writer.object { body in
      body.member("device", device)
      body.member("last_sequence", last)
      body.array("results") { list in
        for (item, answer) in results {
          list.object { row in
            row.member("id", item.key)
            row.member("client_sequence", item.sequence)
            row.member("status", answer?.status ?? 503)
            row.member("replayed", answer?.headers["Idempotent-Replayed"] == "true")
            row.member("late", item.sequence <= before)
            row.key("body")
            if let bytes = answer?.bytes, !bytes.isEmpty { row.raw(bytes) } else { row.null() }
          }
        }
      }
    }
    return writer.bytes
  }
}
