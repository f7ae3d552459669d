import GRDB
import HTTPServer
import Logging
import Warehouse
import WireFormat

extension Hub {
  /// Every call of the hub.
  func router() -> Router {
    var router = Router(hooks: hooks(), defaultBodyLimitBytes: Limits.batchBytes)
    router.on(
      .post,
      "/v1/batches",
      RouteOptions(
        bodyLimitBytes: Limits.batchBytes,
        contentTypes: [IncomingBatch.mediaType],
        acceptsGzip: true
      ),
      handler: visited { try self.receive($0, $1) }
    )
    router.on(.get, "/v1/watermark", handler: visited { try self.watermark($0, $1) })
    router.on(.get, "/v1/facilities", handler: visited { try self.facilities($0, $1) })
    router.on(.get, "/v1/demand", handler: visited { try self.demand($0, $1) })
    router.on(.get, "/v1/utilization", handler: visited { try self.utilization($0, $1) })
    router.on(.get, "/v1/alerts", handler: visited { try self.alerts($0, $1) })
    router.on(.get, "/v1/events", handler: visited { try self.events($0, $1) })
    router.on(.get, "/metrics", handler: visited { try self.metrics($1) })
    router.on(.get, "/healthz", RouteOptions(isPriority: true)) { _ in
      .json(Array("{\"status\":\"ALIVE\"}".utf8))
    }
    return router
  }

  private func hooks() -> RouterHooks {
    RouterHooks(
      translate: { error, _ in Self.translate(error) },
      admit: { request in try self.admit(request) },
      fault: { [logger] error, request in
        logger.error("A call failed.", metadata: ["error": "\(error)", "id": "\(request.id)"])
      }
    )
  }

  /// A handler that knows who asks.
  private func visited(
    _ body: @escaping @Sendable (Request, Visitor) throws -> Response
  ) -> Handler {
    { request in try body(request, request.principal as? Visitor ?? self.admit(request)) }
  }

  /// What an error of the store means to the caller.
  static func translate(_ error: any Error) -> Refusal? {
    if let failure = error as? Failure {
      let status =
        switch failure.code {
        case .invalid, .missing, .malformed: 400
        case .notFound: 404
        default: 503
        }
      return Refusal(status: status, code: failure.code.rawValue, message: failure.message)
    }
    if let error = error as? PostgresError {
      return error.isDiskFull
        ? full
        : Refusal(
          status: 503,
          code: "overloaded",
          message: "The hub's store cannot be reached at the moment.",
          headers: ["Retry-After": "10"]
        )
    }
    guard let error = error as? DatabaseError else { return nil }
    switch error.resultCode {
    case .SQLITE_FULL:
      return full
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN:
      return Refusal(
        status: 503,
        code: "overloaded",
        message: "The hub's store takes no writes at the moment.",
        headers: ["Retry-After": "30"]
      )
    default: return nil
    }
  }

  private static var full: Refusal {
    Refusal(
      status: 507,
      code: "storage_full",
      message: "The hub's disk is full; the batch was not stored."
    )
  }

  /// `POST /v1/batches`: answered only after the hub's own commit.
  private func receive(_ request: Request, _ visitor: Visitor) throws -> Response {
    var batch = try IncomingBatch(head: request)
    try Self.require(visitor, toSendFor: batch.facility)
    do {
      try batch.take(body: request.body)
    } catch {
      counts.note(.refused, batch)
      throw error
    }
    heard(batch.facility)
    let receipt = try gate.pass { try store.store(batch, at: now()) }
    counts.note(
      receipt == .stored ? .stored : receipt == .repeated ? .repeated : .conflicting,
      batch
    )
    guard receipt != .conflicting else {
      logger.error(
        "A batch came with other bytes than those stored under its number; it is set aside.",
        metadata: [
          "facility": "\(batch.facility)", "epoch": "\(batch.epoch)",
          "sequence": "\(batch.sequence)",
        ]
      )
      throw Refusal(
        status: 409,
        code: "conflict",
        message: "Other bytes are stored under number \(batch.sequence) of this epoch; "
          + "these were set aside."
      )
    }
    let held = try store.watermark(facility: batch.facility, epoch: batch.epoch)
    return .json(answer(held, for: batch.facility))
  }

  /// `GET /v1/watermark?facility=&epoch=`: what a sender compares its books with.
  private func watermark(_ request: Request, _ visitor: Visitor) throws -> Response {
    guard let facility = try Self.scope(visitor, request.query("facility")) else {
      throw Failure(.missing, "The parameter facility is missing.")
    }
    guard let text = request.query("epoch") else {
      let line = try store.facilities(registered: [], only: facility).first
      guard let held = line?.watermark else {
        throw Failure(.notFound, "The facility \(facility) has never sent anything.")
      }
      return .json(answer(held, for: facility))
    }
    guard let epoch = PublicID(text) else {
      throw Failure(.invalid, "The parameter epoch is no UUID.")
    }
    if visitor.restriction == facility { heard(facility) }
    return .json(answer(try store.watermark(facility: facility, epoch: epoch), for: facility))
  }

  private func answer(_ held: Watermark, for facility: String) -> [UInt8] {
    var writer = JSONWriter(capacity: 256)
    held.write(instance: store.instance, now: now(), into: &writer) { writer in
      if let rate = settings.bytesPerS { writer.member("max_bytes_per_s", rate) }
      if let order = try? directives.newest(for: facility) { order.write(into: &writer) }
    }
    return writer.bytes
  }

  /// Notes that a facility spoke, with whatever.
  private func heard(_ facility: String) {
    counts.heard(facility, at: now())
  }
}
