import HTTPServer
import Warehouse
import WireFormat

/// The one registry of errors: each code's HTTP status and title (RFC 9457).
enum ProblemRegistry {
  /// Status and title of a code; `Failure.Code` and the server's own refusals share the names.
  static func entry(_ code: Failure.Code) -> (status: Int, title: String) {
    switch code {
    case .malformed: (400, "The request could not be read")
    case .missing: (400, "Something required is missing")
    case .unauthorized: (401, "Sign in first")
    case .forbidden: (403, "Not allowed")
    case .notFound: (404, "Not found")
    case .methodNotAllowed: (405, "Method not allowed")
    case .conflict: (409, "In conflict with what is there now")
    case .inProgress: (409, "The same request is still running")
    case .preconditionFailed: (412, "Changed in between")
    case .preconditionRequired: (428, "A condition is missing")
    case .tooLarge: (413, "Too large")
    case .unsupportedMedia: (415, "Media type not supported")
    case .invalid: (422, "A value cannot be used")
    case .keyReused: (422, "The idempotency key was used for another request")
    case .limited: (429, "Too many requests")
    case .internal: (500, "A fault of the appliance")
    case .unusable: (500, "The database cannot be used")
    case .overloaded: (503, "Too much at once")
    case .readOnly: (503, "Nothing can be written at the moment")
    case .timedOut: (503, "It took too long")
    case .busy: (503, "Busy")
    case .storageFull: (507, "The disk is full")
    }
  }

  /// The URI that names a kind of problem.
  static func type(_ code: String) -> String { "urn:stowage:problem:\(code)" }
}

extension Failure {
  /// The failure as a problem document.
  func response(instance: String, extra: (inout JSONWriter) -> Void = { _ in }) -> Response {
    let (status, title) = ProblemRegistry.entry(code)
    var writer = JSONWriter(capacity: 512)
    writer.object { problem in
      problem.member("type", ProblemRegistry.type(code.rawValue))
      problem.member("title", title)
      problem.member("status", status)
      problem.member("detail", message)
      problem.member("instance", instance)
      problem.member("code", code.rawValue)
      if let hint { problem.member("hint", hint) }
      if !context.isEmpty {
        problem.object("context") { members in
          for (key, value) in context.sorted(by: { $0.key < $1.key }) {
            members.member(key, value)
          }
        }
      }
      if !faults.isEmpty {
        problem.array("errors") { list in
          for fault in faults {
            list.object { entry in
              entry.member("pointer", fault.place)
              entry.member("detail", fault.rule)
              if let value = fault.value { entry.member("value", value) }
            }
          }
        }
      }
      if !choices.isEmpty {
        problem.array("choices") { list in
          for choice in choices {
            list.object { entry in
              entry.member("action", choice.action)
              entry.member("method", "POST")
              entry.member("href", choice.path)
              entry.key("body")
              entry.raw(choice.bodyJSON.utf8)
              entry.member("needs", choice.needs)
              entry.member("words", choice.words)
            }
          }
        }
      }
      extra(&problem)
    }
    var response = Response(
      status: status,
      headers: ["Content-Type": "application/problem+json", "Cache-Control": "no-store"],
      body: .bytes(writer.bytes)
    )
    if let seconds = retryAfterS ?? defaultRetryAfterS {
      response.headers["Retry-After"] = String(seconds)
    }
    if status == 401 { response.headers["WWW-Authenticate"] = "Bearer realm=\"stowage\"" }
    return response
  }

  private var defaultRetryAfterS: Int? {
    switch code {
    case .overloaded, .limited, .busy, .inProgress, .timedOut: 1
    case .readOnly: 30
    default: nil
    }
  }
}

extension Refusal {
  /// The server's own refusal in the same shape.
  func problemDocument(instance: String) -> Response {
    var writer = JSONWriter(capacity: 256)
    let title = Failure.Code(rawValue: code).map { ProblemRegistry.entry($0).title } ?? message
    writer.object { problem in
      problem.member("type", ProblemRegistry.type(code))
      problem.member("title", title)
      problem.member("status", status)
      problem.member("detail", message)
      problem.member("instance", instance)
      problem.member("code", code)
      if let hint { problem.member("hint", hint) }
      if !context.isEmpty {
        problem.object("context") { members in
          for (key, value) in context.sorted(by: { $0.key < $1.key }) {
            members.member(key, value)
          }
        }
      }
    }
    var response = Response(
      status: status,
      headers: ["Content-Type": "application/problem+json", "Cache-Control": "no-store"],
      body: .bytes(writer.bytes)
    )
    for field in headers.fields { response.headers.add(field.name, field.value) }
    response.closesConnection = closes
    return response
  }
}

extension Refusal {
  /// A failure of the gate, told before the body is read.
  init(_ failure: Failure) {
    let status = ProblemRegistry.entry(failure.code).status
    var headers: Headers = [:]
    if let seconds = failure.retryAfterS { headers["Retry-After"] = String(seconds) }
    if status == 401 { headers["WWW-Authenticate"] = "Bearer realm=\"stowage\"" }
    self.init(
      status: status,
      code: failure.code.rawValue,
      message: failure.message,
      headers: headers,
      hint: failure.hint,
      context: failure.context
    )
  }
}

/// Problem documents for routes that are added outside this module.
public enum ProblemResponse {
  /// The failure as an answer.
  public static func make(_ failure: Failure, instance: String) -> Response {
    failure.response(instance: instance)
  }
}
