/// Why a request is not answered as asked: a status, a machine code and a sentence.
///
/// The server itself refuses with these (413, 415, 404, 405, 503 and so on), and a handler may
/// throw one. The layer above turns them into its own error bodies through
/// ``RouterHooks/render``; without it they become small RFC 9457 documents.
public struct Refusal: Error, Sendable, Equatable {
  /// The HTTP status, 400 to 599.
  public var status: Int
  /// The machine code, such as `not_found`; stable, for programs.
  public var code: String
  /// One sentence for people.
  public var message: String
  /// Fields that the answer must carry, such as `Allow` or `Retry-After`.
  public var headers: Headers
  /// Whether the connection has to be closed, because what follows on it cannot be trusted.
  public var closes: Bool
  /// What to do next, where there is something to do.
  public var hint: String?
  /// The values that the message speaks of, for programs.
  public var context: [String: String]

  /// Makes a refusal.
  public init(
    status: Int,
    code: String,
    message: String,
    headers: Headers = [:],
    closes: Bool = false,
    hint: String? = nil,
    context: [String: String] = [:]
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.headers = headers
    self.closes = closes
    self.hint = hint
    self.context = context
  }
}

extension Refusal {
  /// A request that breaks the protocol: answered with 400, and the connection is closed.
  static func malformed(_ message: String) -> Refusal {
    Refusal(status: 400, code: "malformed", message: message, closes: true)
  }

  /// Nothing is known under the path.
  static let notFound = Refusal(
    status: 404,
    code: "not_found",
    message: "There is nothing at this address."
  )

  /// More than the server can take now; names the seconds after which to try again.
  static func overloaded(_ message: String, retryAfterS: Int) -> Refusal {
    Refusal(
      status: 503,
      code: "overloaded",
      message: message,
      headers: ["Retry-After": String(retryAfterS)]
    )
  }

  /// A body beyond the limit of its route.
  static func tooLarge(limitBytes: Int) -> Refusal {
    Refusal(
      status: 413,
      code: "too_large",
      message: limitBytes == 0
        ? "This call takes no body." : "The body is larger than \(limitBytes) bytes."
    )
  }

  /// A fault of the program; what it was stands in the log under the request id.
  static let `internal` = Refusal(
    status: 500,
    code: "internal",
    message: "The request failed by a fault of the server; its log has the details."
  )
}

extension Refusal {
  /// The refusal as a problem document (RFC 9457), the rendering used when no other is given.
  public func problem(instance: String) -> Response {
    var text = "{\"type\":\"about:blank\",\"title\":"
    text += JSONText.quoted(Status.phrase(status))
    text += ",\"status\":\(status),\"code\":" + JSONText.quoted(code)
    text += ",\"detail\":" + JSONText.quoted(message)
    text += ",\"instance\":" + JSONText.quoted(instance) + "}"
    var response = Response(
      status: status,
      headers: ["Content-Type": "application/problem+json"],
      body: .bytes(Array(text.utf8))
    )
    for field in headers.fields { response.headers.add(field.name, field.value) }
    return response
  }
}

/// Just enough JSON for a problem document; the layers above have a whole writer.
enum JSONText {
  /// A string literal with what RFC 8259 section 7 wants escaped.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
