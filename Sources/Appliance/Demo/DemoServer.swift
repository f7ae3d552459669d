import HTTPClient
import Logging
import Warehouse
import WireFormat

/// A server as the walk sees it: calls over HTTP, answers as JSON.
struct DemoServer {
  /// An answer of any status.
  struct Answer {
    /// The status.
    let status: Int
    /// The body as JSON; null where it is none.
    let body: JSONValue
    /// The body as it came.
    let bytes: [UInt8]
    /// Whether the server says that it gave this answer before.
    let isReplay: Bool
  }

  /// The server's address, without a slash at its end.
  let address: String
  /// The token that is shown with every call.
  var token: String?
  private let client: HTTPClient

  /// Names a server; nothing is sent yet.
  init(_ address: String) {
    var address = address
    while address.hasSuffix("/") { address.removeLast() }
    self.address = address.contains("://") ? address : "http://\(address)"
    var settings = ClientSettings()
    settings.connectTimeoutMS = 5_000
    settings.totalTimeoutMS = 600_000
    settings.lowSpeedS = 0
    settings.userAgent = "stowage-demo-check"
    self.client = HTTPClient(settings, logger: Logger(label: "stowage.demo"))
  }

  /// What a GET answers with 200.
  func get(_ path: String, accept: String = "application/json") throws -> JSONValue {
    let answer = try send("GET", path, accept: accept)
    try DemoFault.unless(
      answer.status == 200,
      "GET \(path) answered \(answer.status): \(Self.words(answer))"
    )
    return answer.body
  }

  /// All rows of a listing, page after page.
  func rows(_ path: String, limit: Int = 1_000) throws -> [JSONValue] {
    var rows: [JSONValue] = []
    var after: String?
    repeat {
      let sign = path.contains("?") ? "&" : "?"
      let cursor = after.map { "&after=\(GatewayCall.segment($0))" } ?? ""
      let page = try get("\(path)\(sign)limit=\(limit)\(cursor)")
      guard let found = page["rows"]?.array else {
        throw DemoFault("GET \(path) is no listing: it has no rows")
      }
      rows += found
      after = page["next"]?.string
    } while after != nil
    return rows
  }

  /// What a POST answers with a status of success.
  @discardableResult
  func post(_ path: String, _ body: JSONValue, key: String? = nil) throws -> JSONValue {
    let answer = try offer(path, body, key: key)
    try DemoFault.unless(
      (200..<300).contains(answer.status),
      "POST \(path) answered \(answer.status): \(Self.words(answer))"
    )
    return answer.body
  }

  /// What a POST answers, whatever it is.
  func offer(_ path: String, _ body: JSONValue, key: String? = nil) throws -> Answer {
    try send("POST", path, body: body.bytes, key: key)
  }

  /// Sends any bytes as JSON.
  func send(
    _ method: String,
    _ path: String,
    body: [UInt8]? = nil,
    key: String? = nil,
    accept: String = "application/json"
  ) throws -> Answer {
    var headers = [(name: "Accept", value: accept)]
    if let token { headers.append((name: "Authorization", value: "Bearer \(token)")) }
    if body != nil {
      headers.append((name: "Content-Type", value: "application/json"))
      headers.append((name: "Idempotency-Key", value: key ?? ZoneClock.newID().text))
    }
    let request = ClientRequest(method, address + path, headers: headers, body: body)
    do {
      let reply = try client.send(request)
      return Answer(
        status: reply.status,
        body: (try? JSONReader.parse(reply.body)) ?? .null,
        bytes: reply.body,
        isReplay: reply.header("Idempotent-Replayed") == "true"
      )
    } catch {
      throw DemoFault("\(address) does not answer: \(error.message)")
    }
  }

  /// What an answer says of itself, shortened.
  static func words(_ answer: Answer) -> String {
    if let detail = answer.body["detail"]?.string { return detail }
    return String(decoding: answer.bytes.prefix(200), as: UTF8.self)
  }
}

extension JSONValue {
  /// A member that must be a string.
  func text(_ key: String) throws -> String {
    guard let text = self[key]?.string else {
      throw DemoFault("\(key) is missing in \(String(self.text.prefix(200)))")
    }
    return text
  }

  /// A member that must be a quantity, in milli-units.
  func milli(_ key: String) throws -> Int64 {
    guard let value = self[key], let milli = try? value.scaled(decimals: 3) else {
      throw DemoFault("\(key) is no quantity in \(String(self.text.prefix(200)))")
    }
    return milli
  }

  /// A member that must be a whole number.
  func whole(_ key: String) throws -> Int64 {
    guard let value = self[key]?.integer else {
      throw DemoFault("\(key) is no whole number in \(String(self.text.prefix(200)))")
    }
    return value
  }

  /// A member that must be a list.
  func list(_ key: String) throws -> [JSONValue] {
    guard let list = self[key]?.array else {
      throw DemoFault("\(key) is no list in \(String(self.text.prefix(200)))")
    }
    return list
  }
}
