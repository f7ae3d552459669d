import HTTPServer
import Operations
import Synchronization
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds imports and exports of whole tables.
  func addImportRoutes(to router: inout Router) {
    let options = RouteOptions(
      bodyLimitBytes: Limits.importBodyBytes,
      contentTypes: ["text/csv", "application/x-ndjson"],
      bodyTimeoutMS: Limits.importBodyTimeoutMS,
      acceptsGzip: true)
    add(.post, "/api/v1/imports/{kind}", to: &router, options) { call in
      try importRows(call)
    }
    add(.get, "/api/v1/exports/{kind}", to: &router) { call in
      try exportRows(call)
    }
  }

  private func importRows(_ call: Call) throws -> Response {
    guard let kind = ImportKind(rawValue: call.request.path("kind")) else {
      let names = ImportKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .notFound, "There is no import of \(call.request.path("kind")).",
        hint: "What can be imported: \(names).")
    }
    let request = ImportRequest(
      kind: kind,
      format: call.request.contentType == "text/csv" ? .csv : .ndjson,
      source: call.request.query("name") ?? "upload",
      columnMap: try Self.columnMap(call.request.queryAll("map")),
      isDryRun: call.isOn("dry_run"),
      keepsGood: call.isOn("keep_good"))
    defer { progress.end(call.progressID) }
    return try Idempotency.once(
      call.request, store: environment.store, scope: call.scope, at: environment.now()
    ) {
      var chunks = [call.request.body].makeIterator()
      let rejects = Mutex<[UInt8]>([])
      let result = try ImportFile(environment)(
        request, scope: call.scope, bytes: { chunks.next() ?? [] },
        rejects: { bytes in rejects.withLock { $0 += bytes } },
        progress: { done in progress.note(call.progressID, done.done, of: done.total) })
      return try Self.answer(result, rejects: rejects.withLock { $0 }, call)
    }
  }

  /// The result as it is answered: 200 with the counts, or the failure with the same counts.
  private static func answer(
    _ result: ImportResult,
    rejects: [UInt8],
    _ call: Call
  ) throws -> StoredAnswer {
    var document = try JSONReader.parse(result.json).object ?? JSONObject()
    if !rejects.isEmpty {
      _ = document.append("rejects_csv", .string(String(decoding: rejects, as: UTF8.self)))
    }
    guard let failure = result.failure else {
      return StoredAnswer(status: 200, body: JSONValue.object(document).bytes)
    }
    let problem = failure.response(instance: call.request.id) { writer in
      for member in document.members where !Self.problemMembers.contains(member.key) {
        writer.member(member.key, member.value)
      }
    }
    return StoredAnswer(status: problem.status, body: problem.bytes)
  }

  private static let problemMembers = [
    "type", "title", "status", "detail", "instance", "code", "hint", "context", "errors",
  ]

  /// `theirs=ours` pairs as a map.
  private static func columnMap(_ entries: [String]) throws -> [String: String] {
    var map: [String: String] = [:]
    for entry in entries {
      guard let cut = entry.lastIndex(of: "="), cut != entry.startIndex else {
        throw Failure(
          .invalid, "The query item map takes theirs=ours, not '\(entry)'.",
          faults: [.init(place: "?map", value: entry, rule: "must be theirs=ours")])
      }
      map[String(entry[..<cut])] = String(entry[entry.index(after: cut)...])
    }
    return map
  }

  private func exportRows(_ call: Call) throws -> Response {
    guard let kind = ExportKind(rawValue: call.request.path("kind")) else {
      let names = ExportKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .notFound, "There is no export of \(call.request.path("kind")).",
        hint: "What can be exported: \(names).")
    }
    let name = call.request.query("format") ?? "csv"
    guard let format = ExportFormat(rawValue: name) else {
      throw Failure(.invalid, "The query item format must be csv or ndjson.")
    }
    var bytes: [UInt8] = []
    _ = try ExportFile(environment)(kind: kind, format: format, scope: call.scope) { piece in
      bytes += piece
    }
    return Response(
      headers: [
        "Content-Type": format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
        "Content-Disposition": "attachment; filename=\"\(kind.rawValue).\(name)\"",
        "Cache-Control": "no-store",
      ],
      body: .bytes(bytes))
  }
}
