import HTTPServer
import Warehouse

/// The two cookies of a browser.
///
/// Neither can be read by a page's script, neither is sent along by another site's page, and over
/// TLS neither leaves it.
enum Cookies {
  static let device = "stowage_device"
  static let session = "stowage_session"

  /// The value of a cookie; nil where the browser sent none.
  static func value(_ name: String, of request: Request) -> String? {
    for header in request.headers.all("Cookie") {
      for pair in header.split(separator: ";") {
        let trimmed = pair.drop { $0 == " " }
        guard trimmed.hasPrefix(name), trimmed.dropFirst(name.count).first == "=" else { continue }
        let value = trimmed.dropFirst(name.count + 1)
        return value.isEmpty ? nil : String(value)
      }
    }
    return nil
  }

  /// The header that sets a cookie; an empty value takes it away.
  static func setting(
    _ name: String,
    _ value: String,
    seconds: Int64,
    for request: Request
  ) -> String {
    let age = value.isEmpty ? 0 : seconds
    let secure = request.isSecure ? "; Secure" : ""
    return "\(name)=\(value); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict\(secure)"
  }
}

extension Response {
  /// The same answer, which also sets a cookie.
  func setting(
    _ name: String,
    _ value: String,
    seconds: Int64,
    for request: Request
  ) -> Response {
    var copy = self
    copy.headers.add(
      "Set-Cookie",
      Cookies.setting(name, value, seconds: seconds, for: request)
    )
    return copy
  }
}
