import CAssets
import Crypto
import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds the pages, their assets and the description of the API: all from this binary.
  func addPageRoutes(to router: inout Router) {
    let files = Self.files()
    for page in Self.pages {
      guard let response = files[page.file] else { continue }
      add(.get, page.path, query: nil, to: &router) { _ in response }
    }
    add(.get, "/assets/{folder}/{file}", query: nil, to: &router) { call in
      let name = "\(call.request.path("folder"))/\(call.request.path("file"))"
      guard let response = files["pages/\(name)"] else {
        throw Failure(
          .notFound,
          "There is no file \(name) among the pages.",
          hint: "Load the page anew: it was made by another version of this program."
        )
      }
      return response
    }
    let picturePolicy = Self.picturePolicy
    add(.get, "/api/v1/utilization/map.svg", query: ["show"], to: &router) { call in
      let measure = try call.choice("show", FloorMap.Measure.self) ?? .utilization
      let picks =
        measure == .picks
        ? try Reports(environment).picks(days: Limits.pickHeatDays, scope: call.scope) : [:]
      let svg = FloorMap.svg(
        of: environment.store.locations.snapshot().states,
        showing: measure,
        picks: picks
      )
      return Response(
        headers: [
          "Content-Type": "image/svg+xml", "Cache-Control": "no-store",
          "Content-Security-Policy": picturePolicy,
        ],
        body: .bytes(Array(svg.utf8))
      )
    }
  }

  /// Everything comes from this server, and nothing else may run.
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    + "connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  /// The floor map carries one style of its own, which is named by its digest; nothing else runs.
  static let picturePolicy: String = {
    let digest = Array(SHA256.hash(data: Array(FloorMap.style.utf8)))
    let name = SecretText.base64URL(digest).replacing("-", with: "+").replacing("_", with: "/")
    return "default-src 'none'; style-src 'sha256-\(name)='; frame-ancestors 'none'"
  }()

  /// What a page must not be used for: in a frame, by another site, to tell others its address.
  private static let safeguards = [
    ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
  ]

  /// The pages that have an address of their own, and the files behind them.
  private static let pages: [(path: String, file: String)] = [
    ("/", "pages/office/office.html"),
    ("/scan", "pages/scan/scan.html"),
    ("/station", "pages/station/station.html"),
    ("/setup", "pages/enter/enter.html"),
    ("/pair", "pages/enter/enter.html"),
    ("/docs", "pages/docs/docs.html"),
    // A worker rules the pages below its own path, so that it stands at the top.
    ("/scan-worker.js", "pages/scan/scan-worker.js"),
    ("/openapi.json", "schema/openapi.json"),
  ]

  /// The media types of the files, by what their names end in.
  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "json": "application/json",
    "webmanifest": "application/manifest+json",
  ]

  /// The answers of all files that pages are made of, by their names.
  private static func files() -> [String: Response] {
    var files: [String: Response] = [:]
    for index in 0..<stowage_asset_count() {
      guard let asset = stowage_asset_at(index) else { continue }
      let name = String(cString: asset.pointee.name)
      guard name.hasPrefix("pages/") || name == "schema/openapi.json" else { continue }
      files[name] = answer(
        UnsafeRawBufferPointer(start: asset.pointee.bytes, count: asset.pointee.length),
        ending: name.split(separator: ".").last.map(String.init) ?? ""
      )
    }
    return files
  }

  /// Asked for again each time, and answered 304 until an upgrade brings other bytes: a page and
  /// its script never come from two versions.
  private static func answer(_ bytes: UnsafeRawBufferPointer, ending: String) -> Response {
    let type = types[ending] ?? "application/octet-stream"
    var response = Response.asset(SharedBody(staticBytes: bytes), type: type)
    response.headers.add("Cache-Control", "no-cache")
    response.headers.add("Content-Security-Policy", contentSecurityPolicy)
    for (name, value) in safeguards { response.headers.add(name, value) }
    response.headers.add("ETag", EntityTag.of(bytes))
    return response
  }
}
