import API
import HTTPServer
import Warehouse
import WireFormat

/// What only people on the box may do: jobs, sync, doctor, vitals.
///
/// Served on the unix socket, whose file mode says who may speak to it, and inside the process;
/// never on the listener of the LAN.
struct AdminRoutes: Sendable {
  let api: WarehouseAPI
  let jobs: JobDesk
  let upstream: UpstreamDesk
  let doctor: DoctorDesk
  let store: any Store

  /// The routes of the API with the admin's.
  func router() -> Router {
    var router = api.router()
    add(.get, "/admin/jobs", to: &router) { _ in try jobs.list() }
    add(.post, "/admin/jobs/{name}/run", to: &router) { request in
      try jobs.run(request.path("name"))
    }
    add(.get, "/admin/sync", to: &router) { _ in try upstream.state() }
    add(.post, "/admin/sync/run", to: &router) { _ in try syncNow() }
    add(.get, "/admin/sync/verify", to: &router) { _ in try upstream.verify() }
    add(.get, "/admin/sync/dead-letters", to: &router) { _ in try upstream.deadLetters() }
    add(.post, "/admin/sync/requeue", to: &router) { _ in try upstream.requeue() }
    add(.get, "/admin/sync/export", to: &router) { request in
      try upstream.export(
        after: Int64(try request.queryInt("after", default: 0, in: 0...Int.max)),
        pendingOnly: request.query("all") == nil
      )
    }
    add(.get, "/admin/jobs/{name}/history", to: &router) { request in
      try jobs.history(
        request.path("name"),
        limit: try request.queryInt("limit", default: 20, in: 1...1_000)
      )
    }
    add(.post, "/admin/jobs/{name}/cancel", to: &router) { request in
      try jobs.cancel(request.path("name"))
    }
    add(.get, "/admin/doctor", to: &router) { _ in try doctor.report() }
    add(.get, "/admin/vitals", to: &router) { _ in Self.json(try store.vitals()) }
    add(.get, "/admin/progress/{id}", to: &router) { request in
      guard let progress = api.progress.progress(of: request.path("id")) else {
        throw Failure(.notFound, "No call with this id is being worked on.")
      }
      return [
        "done": .integer(Int64(progress.done)), "total": .integer(Int64(progress.total)),
      ]
    }
    return router
  }

  private func add(
    _ method: Method,
    _ pattern: String,
    to router: inout Router,
    answer: @escaping @Sendable (Request) throws -> JSONValue
  ) {
    router.on(method, pattern) { request in
      do {
        return Response.json(try answer(request).bytes).with("Cache-Control", "no-store")
      } catch let failure as Failure {
        return ProblemResponse.make(failure, instance: request.id)
      }
    }
  }

  private func syncNow() throws -> JSONValue {
    _ = try upstream.aggregate()
    let sentence = try upstream.send(patienceS: 0, ignoringBackoff: true, shouldStop: { false })
    guard case .object(var members) = try upstream.state() else { return .null }
    _ = members.append("outcome", .string(sentence))
    return .object(members)
  }

  private static func json(_ vitals: StoreVitals) -> JSONValue {
    [
      "synchronous": .integer(Int64(vitals.synchronous)),
      "journal_mode": .string(vitals.journalMode),
      "schema_version": .integer(Int64(vitals.schemaVersion)),
      "sqlite_version": .string(vitals.sqliteVersion),
      "wal_bytes": .integer(vitals.walBytes),
      "database_bytes": .integer(vitals.databaseBytes),
      "disk_free_bytes": .integer(vitals.diskFreeBytes),
      "read_only_reason": vitals.readOnlyReason.map { .string($0) } ?? .null,
      "writer_queue": .integer(Int64(vitals.writerQueue)),
      "commits": .integer(vitals.commits),
      "committed_requests": .integer(vitals.committedRequests),
      "read_p95_us": vitals.readP95US.map { .integer($0) } ?? .null,
      "commit_p99_us": vitals.commitP99US.map { .integer($0) } ?? .null,
      "integrity": vitals.integrityFaults.map { .array($0.map { .string($0) }) } ?? .null,
    ]
  }
}
