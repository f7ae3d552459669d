import HTTPClient
import Warehouse
import WireFormat

/// A refusal of the appliance, as the command line reports it.
public struct ProblemAnswer: Error {
  /// The answer that was no success.
  public let reply: GatewayReply

  /// Wraps an answer.
  public init(_ reply: GatewayReply) {
    self.reply = reply
  }
}

/// Any error in the two forms that the command line prints: a text and a JSON document.
public struct Problem {
  /// What went wrong and what to do, for people.
  public let text: String
  /// The same for programs.
  public let json: JSONValue

  /// Reads what an error says.
  public init(_ error: any Error) {
    switch error {
    case let answer as ProblemAnswer:
      let body = (try? JSONReader.parse(answer.reply.body)) ?? .null
      self.text = Self.text(of: body, status: answer.reply.status)
      self.json = body.isNull ? ["status": .integer(Int64(answer.reply.status))] : body
    case let failure as Failure:
      self.text = failure.description
      self.json = [
        "code": .string(failure.code.rawValue), "detail": .string(failure.message),
        "hint": failure.hint.map { .string($0) } ?? .null,
      ]
    default:
      self.text = "\(error)"
      self.json = ["code": "internal", "detail": .string("\(error)")]
    }
  }

  private static func text(of body: JSONValue, status: Int) -> String {
    var text =
      body["detail"]?.string ?? body["title"]?.string ?? "the appliance answered \(status)"
    for fault in body["errors"]?.array ?? [] {
      let value = fault["value"]?.string.map { " = \($0)" } ?? ""
      text += "\n  \(fault["pointer"]?.string ?? "")\(value): \(fault["detail"]?.string ?? "")"
    }
    if let wayOut = body["way_out"]?.string { text += "\n  \(wayOut)" }
    if let hint = body["hint"]?.string { text += "\n  \(hint)" }
    return text
  }
}
