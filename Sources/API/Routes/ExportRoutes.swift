import HTTPServer
import Operations
import Synchronization
import Warehouse

extension WarehouseAPI {
  /// Adds exports of whole tables.
  func addExportRoutes(to router: inout Router) {
    add(.get, "/api/v1/exports/{kind}", query: ["format"], to: &router, lane: lanes.bulk) { call in
      let kind = try call.named("export", ExportKind.self)
      let format = try call.exportFormat()
      var cursor = ExportCursor(environment, kind: kind, format: format, scope: call.scope)
      // The first piece is made before the status is sent: what is wrong shows there.
      let first = try cursor.next()
      let pieces = Mutex((ready: first, cursor: cursor))
      return Response(
        headers: [
          "Content-Type": format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
          "Content-Disposition":
            "attachment; filename=\"\(kind.rawValue).\(format.rawValue)\"",
          "Cache-Control": "no-store",
        ],
        body: try Self.body(call.request) {
          try pieces.withLock { pieces in
            if let ready = pieces.ready {
              pieces.ready = nil
              return ready
            }
            return try pieces.cursor.next()
          }
        }
      )
    }
  }

  /// A stream over a socket, which never holds the whole; bytes for a caller in this process.
  private static func body(
    _ request: Request,
    _ next: @escaping @Sendable () throws -> [UInt8]?
  ) throws -> Response.Body {
    if case .memory = request.remote {
      var bytes: [UInt8] = []
      while let piece = try next() { bytes += piece }
      return .bytes(bytes)
    }
    return .stream(
      ResponseStream { _ in
        guard let piece = try next() else { return .end }
        return .bytes(piece)
      }
    )
  }
}

extension Call {
  fileprivate func exportFormat() throws -> ExportFormat {
    try choice("format", ExportFormat.self) ?? .csv
  }
}
