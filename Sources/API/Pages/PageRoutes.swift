import CAssets
import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the pages, their assets and the description of the API: all from this binary.
  func addPageRoutes(to router: inout Router) {
    for page in Self.pages {
      guard let asset = stowage_asset_find(page.file) else { continue }
      let bytes = UnsafeRawBufferPointer(
        start: asset.pointee.bytes,
        count: asset.pointee.length
      )
      let body = SharedBody(staticBytes: bytes)
      // Asked for again each time, and answered 304 until an upgrade brings other bytes: a page and
      // its script never come from two versions.
      var response = Response.asset(body, type: page.type)
      response.headers.add("Cache-Control", "no-cache")
      response.headers.add("Content-Security-Policy", Self.contentSecurityPolicy)
      response.headers.add("ETag", EntityTag.of(bytes))
      add(.get, page.path, query: nil, to: &router) { [response] _ in response }
    }
    // Any query item is taken, so that a page can ask for a fresh picture under a new address.
    add(.get, "/api/v1/utilization/map.svg", query: nil, to: &router) { _ in
      let svg = FloorMap.svg(of: environment.store.locations.snapshot().states)
      return Response(
        headers: [
          "Content-Type": "image/svg+xml", "Cache-Control": "no-store",
          "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        ],
        body: .bytes(Array(svg.utf8))
      )
    }
  }

  /// Everything comes from this server, and nothing else may run.
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let pages: [(path: String, file: String, type: String)] = [
    ("/", "pages/overview.html", "text/html; charset=utf-8"),
    ("/docs", "pages/docs.html", "text/html; charset=utf-8"),
    ("/assets/stowage.css", "pages/stowage.css", "text/css; charset=utf-8"),
    ("/assets/overview.js", "pages/overview.js", "text/javascript; charset=utf-8"),
    ("/assets/docs.js", "pages/docs.js", "text/javascript; charset=utf-8"),
    ("/assets/stowage.svg", "pages/stowage.svg", "image/svg+xml"),
    ("/openapi.json", "schema/openapi.json", "application/json"),
  ]
}
