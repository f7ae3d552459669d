import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds what lets devices and people in: setting up, pairing, signing in and out.
  ///
  /// None takes an Idempotency-Key: their answers hold secrets, which are never stored, and a
  /// repeat of signing in does no harm. A code that was used up by a lost answer is made anew.
  func addEntryRoutes(to router: inout Router) {
    let desk = surroundings.access
    add(.post, "/api/v1/setup", to: &router) { call in
      let made = try SetUp(desk)(try call.document())
      gate.cache.forget()
      return entered(made.opened, call).setting(
        Cookies.device,
        made.paired.token,
        seconds: Limits.deviceCookieS,
        for: call.request
      )
    }
    add(.post, "/api/v1/devices/pair", to: &router) { call in
      let paired = try PairDevice(desk)(try call.document())
      gate.cache.forget()
      return document(paired, status: 201).setting(
        Cookies.device,
        paired.token,
        seconds: Limits.deviceCookieS,
        for: call.request
      )
    }
    add(.post, "/api/v1/sessions", to: &router) { call in
      guard let device = call.caller.token?.device else { throw Self.noDevice }
      let opened = try OpenSession(desk)(try call.document(), at: device)
      gate.cache.forget()
      return entered(opened, call)
    }
    add(.get, "/api/v1/sessions/current", to: &router) { call in
      guard let session = call.caller.session, let csrf = call.caller.csrf else {
        throw Self.nobody
      }
      return document(SessionView(session: session, csrf: csrf))
    }
    add(.delete, "/api/v1/sessions/current", to: &router) { call in
      guard let session = call.caller.session else { throw Self.nobody }
      try desk.end(session, scope: call.scope)
      gate.cache.forget()
      return Response.empty().with("Cache-Control", "no-store")
        .setting(Cookies.session, "", seconds: 0, for: call.request)
    }
  }

  private func entered(_ opened: OpenSession.Outcome, _ call: Call) -> Response {
    document(opened, status: 201).setting(
      Cookies.session,
      opened.secret,
      seconds: Limits.sessionS,
      for: call.request
    )
  }

  private static let noDevice = Failure(
    .forbidden,
    "People sign in at paired devices; this is the token of a program.",
    hint: "Pair the device with a code first (POST /api/v1/devices/pair).",
    context: ["reason": "not_paired"]
  )

  private static let nobody = Failure(
    .notFound,
    "Nobody is signed in here.",
    hint: "Sign in with badge and PIN (POST /api/v1/sessions).",
    context: ["reason": "signed_out"]
  )
}
