import WireFormat

/// The walk's way in: a token of its own, made at the box's socket and withdrawn at the end.
extension DemoWalk {
  /// A stranger is turned away; then the socket makes a token for this walk.
  func takeToken() throws {
    let stranger = try server.send("GET", "/api/v1/materials")
    try DemoFault.unless(stranger.status, equals: 401, "GET /api/v1/materials without a token")
    let made = try admin(
      .post(
        "/api/v1/tokens",
        [
          ("name", .string(number)), ("scopes", .array(["admin", "supervisor"])), ("days", 1),
        ]
      ),
      status: 201
    )
    server.token = try made.text("secret")
    tokenPath = "/api/v1/tokens/\(try made.text("id"))"
  }

  /// Withdraws the token; it would end by itself after a day.
  func giveBackToken() {
    guard let tokenPath else { return }
    _ = try? server.send("DELETE", tokenPath)
  }
}
