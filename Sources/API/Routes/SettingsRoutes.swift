import HTTPServer
import Operations
import Warehouse
import WireFormat

extension WarehouseAPI {
  /// Adds the settings, the features, and who changed what.
  ///
  /// They are the site's: a caller of another owner alone neither sees nor changes them, since
  /// rules name materials, and a change is felt by all owners.
  func addSettingsRoutes(to router: inout Router) {
    let inForce = surroundings.settings
    let queries = SettingsQueries(environment, inForce)
    add(.get, "/api/v1/settings", to: &router) { call in
      let view = try queries.settings(scope: try siteScope(call))
      return document(view, version: view.version)
    }
    add(.put, "/api/v1/settings", to: &router) { call in
      try put(SaveSettings(environment, inForce), call) {
        try SaveSettings.Request(document: $0, expectation: $1)
      }
    }
    add(.get, "/api/v1/settings/changes", query: Call.paging, to: &router) { call in
      listing(try queries.changes(try call.page(), scope: try siteScope(call)), call)
    }
    add(.get, "/api/v1/flags", to: &router) { call in
      let view = try queries.flags(scope: try siteScope(call))
      return document(view, version: view.version)
    }
    add(.put, "/api/v1/flags", to: &router) { call in
      try put(SaveFlags(environment, inForce), call) {
        try SaveFlags.Request(document: $0, expectation: $1)
      }
    }
  }

  /// Replaces one document under its condition; a key is taken where one is sent, not asked for,
  /// since the condition already keeps a repeat from doing harm.
  private func put<UseCase: DurableUseCase>(
    _ useCase: UseCase,
    _ call: Call,
    _ request: (JSONValue, Expectation) throws -> UseCase.Request
  ) throws -> Response where UseCase.Outcome: JSONDocument {
    let scope = try siteScope(call)
    let expectation = try call.expectation(isRequired: true)
    let key =
      call.request.headers["Idempotency-Key"] == nil ? nil : try Idempotency.key(of: call.request)
    let performed = try useCase(
      try request(try call.document(), expectation),
      scope: scope,
      key: key
    ) { StoredAnswer(status: 200, body: $0.json) }
    var response = Idempotency.response(performed)
    let body = performed.answer.body
    let version = try JSONReader.parse(body)["version"]?.integer
    response.headers["ETag"] = EntityTag.of(body, version: version)
    return response
  }

  private func siteScope(_ call: Call) throws -> TenantScope {
    guard call.scope.allows(surroundings.access.facility.home) else {
      throw Failure(
        .forbidden,
        "The settings belong to the owner of the site.",
        hint: "Ask an admin of the site."
      )
    }
    return call.scope
  }
}
