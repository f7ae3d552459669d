import API
import HTTPServer
import Storage
import Warehouse
import WireFormat

/// What only people on the box may do: jobs, sync, doctor, vitals.
///
/// Served on the unix socket, whose file mode and the peer's credentials say who may speak to it,
/// and inside the process; never on the listener of the LAN, where supervisors can read how jobs
/// and sync stand, and no more.
struct AdminRoutes: Sendable {
  let api: WarehouseAPI
  let jobs: JobDesk
  let upstream: UpstreamDesk
  let doctor: DoctorDesk
  let store: WarehouseStore

  /// The routes of the API with the admin's.
  func router() -> Router {
    var router = api.router(.box)
    add(.get, "/admin/jobs", to: &router) { _ in try jobs.list() }
    add(.post, "/admin/jobs/{name}/run", to: &router) { request in
      try jobs.run(request.path("name"))
    }
    add(.get, "/admin/sync", to: &router) { _ in try upstream.state() }
    add(.post, "/admin/sync/run", to: &router) { _ in try syncNow() }
    add(.get, "/admin/sync/verify", to: &router) { _ in try upstream.verify() }
    add(.get, "/admin/sync/dead-letters", to: &router) { _ in try upstream.deadLetters() }
    add(.get, "/admin/sync/settings", to: &router) { _ in try upstream.directives.rows() }
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
    add(.get, "/admin/owners", to: &router) { request in try owners(request) }
    add(.post, "/admin/owners", to: &router) { request in
      let body = (try? JSONReader.parse(request.body)) ?? .null
      let (code, name) = (body["code"]?.string ?? "", body["name"]?.string ?? "")
      _ = try store.addTenant(
        code: code,
        name: name.isEmpty ? code : name,
        at: ZoneClock.now(),
        actor: try Self.scope(request).actor
      )
      return try owners(request)
    }
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
        let body = try answer(request).bytes
        if method == .post { try note(request) }
        return Response.json(body).with("Cache-Control", "no-store")
      } catch let failure as Failure {
        return ProblemResponse.make(failure, instance: request.id)
      }
    }
  }

  /// Puts a call that set something going into the audit log, with the user who made it.
  private func note(_ request: Request) throws {
    let path = String(request.target.raw.prefix { $0 != "?" })
    let now = ZoneClock.now()
    try store.write(Self.scope(request)) {
      try $0.audit("box.called", subject: path, detailJSON: "{}", at: now)
    }
  }

  /// Whose rows the caller at the socket may see: everybody's, in the name of its user.
  private static func scope(_ request: Request) throws -> TenantScope {
    guard let caller = request.principal as? Caller else {
      throw Failure(.forbidden, "Nobody knows who calls here.")
    }
    return caller.scope
  }

  private func owners(_ request: Request) throws -> JSONValue {
    let codes = try store.read(Self.scope(request)) { try $0.tenants().keys.sorted() }
    return ["rows": .array(codes.map { ["code": .string($0)] })]
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
