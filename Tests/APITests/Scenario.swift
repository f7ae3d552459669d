import HTTPServer
import Testing
import Warehouse
import WireFormat

@testable import API

/// One line of a scenario: what is sent, and what must come back.
struct Step: Sendable {
  var name: String
  var method: String
  var target: String
  var headers: [(String, String)]
  var body: [UInt8]
  var status: Int
  /// Texts that the answer must hold.
  var holds: [String]
  /// Texts that the answer must not hold.
  var lacks: [String]
  /// Members of the answer by their JSON pointer.
  var members: [(pointer: String, value: JSONValue)]
  /// What later steps call `{name}`: members of the answer by their JSON pointer.
  var keeps: [(name: String, pointer: String)]

  /// A GET.
  static func get(
    _ name: String,
    _ target: String,
    _ status: Int = 200,
    headers: [(String, String)] = [],
    holds: [String] = [],
    lacks: [String] = [],
    members: [(pointer: String, value: JSONValue)] = [],
    keeps: [(name: String, pointer: String)] = []
  ) -> Step {
    Step(
      name: name,
      method: "GET",
      target: target,
      headers: headers,
      body: [],
      status: status,
      holds: holds,
      lacks: lacks,
      members: members,
      keeps: keeps
    )
  }

  /// A POST under a key of its own: the name of the step.
  static func post(
    _ name: String,
    _ target: String,
    _ body: String,
    _ status: Int = 200,
    type: String = "application/json",
    key: String? = nil,
    headers: [(String, String)] = [],
    holds: [String] = [],
    lacks: [String] = [],
    members: [(pointer: String, value: JSONValue)] = [],
    keeps: [(name: String, pointer: String)] = []
  ) -> Step {
    let made = name.replacing(" ", with: "-")
    return Step(
      name: name,
      method: "POST",
      target: target,
      headers: [("Content-Type", type), ("Idempotency-Key", key ?? made)] + headers,
      body: Array(body.utf8),
      status: status,
      holds: holds,
      lacks: lacks,
      members: members,
      keeps: keeps
    )
  }

  /// A DELETE.
  static func delete(
    _ name: String,
    _ target: String,
    _ status: Int = 200,
    headers: [(String, String)] = [],
    members: [(pointer: String, value: JSONValue)] = []
  ) -> Step {
    var step = Step.get(name, target, status, headers: headers, members: members)
    step.method = "DELETE"
    return step
  }

  /// A PUT on the version that its condition names; an empty one sends no condition.
  static func put(
    _ name: String,
    _ target: String,
    _ body: String,
    _ status: Int = 200,
    match: String = "*",
    headers: [(String, String)] = [],
    holds: [String] = [],
    lacks: [String] = [],
    members: [(pointer: String, value: JSONValue)] = []
  ) -> Step {
    let condition = match.isEmpty ? [] : [("If-Match", match)]
    return Step(
      name: name,
      method: "PUT",
      target: target,
      headers: [("Content-Type", "application/json")] + condition + headers,
      body: Array(body.utf8),
      status: status,
      holds: holds,
      lacks: lacks,
      members: members,
      keeps: []
    )
  }
}

/// Walks steps, one after another, with what earlier ones kept.
///
/// Every answer is also held against the description that the surface serves of itself, and every
/// refusal against the one registry of problems. Where a plant is watched, a refused change must
/// leave as many rows in every table as there were.
struct Scenario {
  let driver: any Driver
  private let contract: Contract
  private let watched: Plant?
  private(set) var kept: [String: String] = [:]

  init(_ driver: any Driver, watching plant: Plant? = nil) throws {
    self.driver = driver
    watched = plant
    contract = try Contract(driver)
  }

  mutating func walk(_ steps: [Step]) throws {
    for step in steps { try take(step) }
  }

  /// Takes one step, with what earlier ones kept put into it.
  @discardableResult
  mutating func take(_ step: Step) throws -> Answer {
    var step = step
    step.target = filled(step.target)
    step.headers = step.headers.map { ($0.0, filled($0.1)) }
    step.body = Array(filled(String(decoding: step.body, as: UTF8.self)).utf8)
    return try take(raw: step)
  }

  /// Takes one step with exactly its bytes.
  @discardableResult
  mutating func take(raw step: Step) throws -> Answer {
    let exchange = Exchange(
      method: step.method,
      target: step.target,
      headers: step.headers,
      body: step.body
    )
    let isRefused = step.status >= 400 && step.method != "GET"
    let before = isRefused ? try rows() : nil
    let answer = try driver.send(exchange)
    if let before { #expect(try rows() == before, "\(step.name) changed something") }
    if answer.status >= 400 { try checkProblem(answer, step.name) }
    let described = try contract.faults(exchange, answer)
    #expect(described.isEmpty, "\(step.name)")
    let told = Comment(rawValue: "\(step.name): \(answer.status) \(answer.text.prefix(600))")
    #expect(answer.status == step.status, told)
    for text in step.holds {
      #expect(answer.text.contains(filled(text)), "\(step.name) holds \(text)\n\(told)")
    }
    for text in step.lacks {
      #expect(!answer.text.contains(filled(text)), "\(step.name) lacks \(text)\n\(told)")
    }
    guard !step.members.isEmpty || !step.keeps.isEmpty else { return answer }
    let document = try JSONReader.parse(answer.bytes)
    for (pointer, value) in step.members {
      let wanted = value.string.map { .string(filled($0)) } ?? value
      let found = document.at(pointer) ?? .string("nothing")
      let isSame = found == wanted || (found.double != nil && found.double == wanted.double)
      #expect(isSame, "\(step.name): \(pointer) is \(found.text), not \(wanted.text)\n\(told)")
    }
    for (name, pointer) in step.keeps {
      let value = try #require(document.at(pointer), "\(step.name): \(pointer)\n\(told)")
      kept[name] = value.string ?? value.text
    }
    return answer
  }

  /// Rows of every table; the log of what was tried may grow.
  private func rows() throws -> [String: Int]? {
    var rows = try watched?.rowCounts()
    rows?["audit_log"] = nil
    return rows
  }

  /// Holds a refusal against the registry: its code has this status, title and type.
  private func checkProblem(_ answer: Answer, _ name: String) throws {
    guard answer.header("Content-Type") == "application/problem+json" else { return }
    let problem = try JSONReader.parse(answer.bytes)
    let code = try #require(Failure.Code(rawValue: problem["code"]?.string ?? ""), "\(name)")
    let (status, title) = ProblemRegistry.entry(code)
    #expect(status == answer.status, "\(name): \(code) is \(status)")
    #expect(problem["status"]?.integer == Int64(status), "\(name)")
    #expect(problem["title"]?.string == title, "\(name)")
    #expect(problem["type"]?.string == ProblemRegistry.type(code.rawValue), "\(name)")
    #expect(problem["detail"]?.string?.isEmpty == false, "\(name)")
  }

  private func filled(_ text: String) -> String {
    guard text.contains("{") else { return text }
    var text = text
    for (name, value) in kept { text = text.replacing("{\(name)}", with: value) }
    return text
  }
}

extension JSONValue {
  /// The member that a JSON pointer names (RFC 6901, without escapes).
  func at(_ pointer: String) -> JSONValue? {
    var value: JSONValue? = self
    for part in pointer.split(separator: "/") {
      if let index = Int(part), value?.array != nil {
        value = value?[index]
      } else {
        value = value?[String(part)]
      }
    }
    return value
  }
}
