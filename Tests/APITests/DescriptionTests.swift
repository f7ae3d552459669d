import API
import HTTPServer
import Testing
import Warehouse
import WireFormat

@testable import API

@Suite("The description of the API") struct DescriptionTests {
  private let plant: Plant
  private let contract: Contract

  init() throws {
    plant = try Plant()
    contract = try Contract(MemoryDriver(router: plant.router))
  }

  /// Every operation with its method and path.
  private var operations: [(method: String, path: String, call: JSONValue)] {
    (contract.document["paths"]?.object?.members ?? []).flatMap { path in
      (path.value.object?.members ?? []).map { ($0.key.uppercased(), path.key, $0.value) }
    }
  }

  private func resolved(_ value: JSONValue?) -> JSONValue? {
    guard let reference = value?["$ref"]?.string else { return value }
    return contract.document.at(String(reference.dropFirst(1)))
  }

  @Test("It describes exactly the routes that are there")
  func routes() {
    let described = Set(operations.map { "\($0.method) \($0.path)" })
    let routes = Set(plant.router.table.map { "\($0.method.rawValue) \($0.pattern)" })
    #expect(described.subtracting(routes).isEmpty, "described, but not there")
    #expect(routes.subtracting(described).isEmpty, "there, but not described")
    #expect(contract.document["openapi"]?.string == "3.1.0")
  }

  @Test("Every operation has an id, a summary, its answers, and its parameters")
  func operationsAreWhole() {
    var ids: Set<String> = []
    for (method, path, call) in operations {
      let name = "\(method) \(path)"
      let isNew = ids.insert(call["operationId"]?.string ?? "").inserted
      #expect(isNew, "\(name): its id is not its own")
      #expect(call["summary"]?.string?.isEmpty == false, "\(name) has no summary")
      let statuses = (call["responses"]?.object?.keys ?? []).compactMap { Int($0) }
      #expect(statuses.contains { (200..<300).contains($0) }, "\(name) never succeeds")
      #expect(statuses.contains(500), "\(name) never fails")
      for status in statuses {
        let answer = resolved(call["responses"]?["\(status)"])
        #expect(answer?["description"]?.string?.isEmpty == false, "\(name) \(status)")
        guard status >= 400, !(path == "/readyz" && status == 503) else { continue }
        let types = answer?["content"]?.object?.keys ?? []
        #expect(types == ["application/problem+json"], "\(name) \(status)")
      }
      let parameters = (call["parameters"]?.array ?? []).compactMap { resolved($0) }
      let inPath = parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
      let wanted = path.split(separator: "/").filter { $0.hasPrefix("{") }
        .map { String($0.dropFirst().dropLast()) }
      #expect(Set(inPath) == Set(wanted), "\(name)")
      let keys = parameters.contains { $0["name"] == "Idempotency-Key" }
      // Answers that hold secrets are never stored: a repeat of these is safe, or needs a new code.
      let isEntry = ["/api/v1/setup", "/api/v1/devices/pair", "/api/v1/sessions"].contains(path)
      // A scan changes nothing; of a list of operations each has a key of its own.
      let isKeyless = isEntry || ["/api/v1/scans", "/api/v1/operations"].contains(path)
      let hasBody = ["POST", "PUT"].contains(method)
      #expect(keys == (hasBody && !isKeyless), "\(name)")
      #expect((call["requestBody"] != nil) == hasBody, "\(name)")
      // What replaces a whole document must say which version it replaces.
      let isConditional = parameters.contains { $0["name"] == "If-Match" && $0["required"] == true }
      #expect(isConditional == (method == "PUT"), "\(name)")
    }
  }

  @Test("Every operation names exactly the roles of the access table, and every route has a rule")
  func security() {
    for (method, path, call) in operations {
      let name = "\(method) \(path)"
      guard let rule = AccessTable.rule(Method(rawValue: method), path) else {
        Issue.record("\(name) has no rule in AccessTable.swift: nobody on the LAN may call it")
        continue
      }
      let wanted: JSONValue
      switch rule {
      case .anyone: wanted = []
      case .paired: wanted = [["token": []], ["browser": []]]
      case .roles(let roles):
        let names = JSONValue.array(roles.sorted().map { .string($0.rawValue) })
        wanted = [["token": names], ["browser": names]]
      }
      #expect(call["security"] == wanted, "\(name)")
      guard rule != .anyone else { continue }
      for status in ["401", "403", "429"] {
        #expect(call["responses"]?[status] != nil, "\(name) does not describe \(status)")
      }
    }
  }

  @Test("Every query item that it names is taken, and no other one is")
  func queries() throws {
    let driver = MemoryDriver(router: plant.router)
    for (method, path, call) in operations where method == "GET" {
      let target = path.replacing("{kind}", with: "stock").replacing("{code}", with: "X")
        .replacing("{number}", with: "X").replacing("{supplier}", with: "X")
        .replacing("{name}", with: "X")
        .replacing("{id}", with: "019cad8f-ac00-7003-8000-0000000000ff")
      let items = (call["parameters"]?.array ?? []).compactMap { resolved($0) }
        .filter { $0["in"] == "query" }.compactMap { $0["name"]?.string }
      for item in items {
        let answer = try driver.send(Exchange(method: method, target: "\(target)?\(item)=1"))
        #expect(!answer.text.contains("is not known here"), "\(path) \(item): \(answer.text)")
      }
      guard call["responses"]?["422"] != nil else { continue }
      let answer = try driver.send(Exchange(method: method, target: "\(target)?unheard=1"))
      #expect(answer.status == 422, "\(path)")
    }
  }

  @Test("Every kind of problem is described with its status, its title and what it means")
  func problemTypes() throws {
    let code = contract.document.at("/components/schemas/Problem/properties/code")
    let described = code?["x-problem-types"]?.array ?? []
    #expect(described.count == Failure.Code.allCases.count)
    #expect(code?["enum"]?.array?.count == Failure.Code.allCases.count)
    for known in Failure.Code.allCases {
      let (status, title) = ProblemRegistry.entry(known)
      let entry = described.first { $0["code"]?.string == known.rawValue }
      #expect(entry?["status"]?.integer == Int64(status), "\(known)")
      #expect(entry?["title"]?.string == title, "\(known)")
      #expect((entry?["meaning"]?.string ?? "").count > 20, "\(known)")
      #expect(code?["enum"]?.array?.contains(.string(known.rawValue)) == true, "\(known)")
      let answer = Failure(known, "x").response(instance: "1")
      #expect(answer.status == status)
      let type = try JSONReader.parse(answer.bytes)["type"]?.string
      #expect(type == "urn:stowage:problem:\(known.rawValue)")
    }
  }

  @Test("Every reference leads somewhere, and everything described is used")
  func references() {
    var used: Set<String> = []
    collect(contract.document, &used)
    for reference in used {
      #expect(reference.hasPrefix("#/"), "\(reference)")
      #expect(contract.document.at(String(reference.dropFirst(1))) != nil, "\(reference)")
    }
    for kind in ["schemas", "parameters", "responses"] {
      for name in contract.document["components"]?[kind]?.object?.keys ?? [] {
        #expect(used.contains("#/components/\(kind)/\(name)"), "nobody uses \(kind)/\(name)")
      }
    }
  }

  private func collect(_ value: JSONValue, _ used: inout Set<String>) {
    for element in value.array ?? [] { collect(element, &used) }
    for member in value.object?.members ?? [] {
      if member.key == "$ref", let text = member.value.string { used.insert(text) }
      collect(member.value, &used)
    }
  }

  @Test("Its examples keep its own schemas")
  func examples() {
    for member in contract.document["components"]?["schemas"]?.object?.members ?? [] {
      for example in member.value["examples"]?.array ?? [] {
        var faults: [String] = []
        contract.check(example, member.value, member.key, &faults)
        #expect(faults.isEmpty)
      }
    }
    for (method, path, call) in operations {
      let media = call["requestBody"]?["content"]?["application/json"]
      guard let example = media?["example"] else { continue }
      var faults: [String] = []
      contract.check(example, media?["schema"], "\(method) \(path)", &faults)
      #expect(faults.isEmpty)
    }
  }

  @Test("The checker itself finds what is wrong")
  func checker() {
    var faults: [String] = []
    let schema: JSONValue = [
      "type": "object", "required": ["a"],
      "properties": ["a": ["type": ["integer", "null"]], "b": ["enum": ["X"]]],
      "patternProperties": ["^q0\\.[0-9]+$": ["type": "number"]],
    ]
    contract.check(["a": 1, "b": "X", "q0.95": 2.5], schema, "", &faults)
    contract.check(["a": nil], schema, "", &faults)
    #expect(faults.isEmpty)
    for bad: JSONValue in [
      [:], ["a": 1.5], ["a": 1, "b": "Y"], ["a": 1, "c": 1], ["a": 1, "q0": 1],
    ] {
      faults = []
      contract.check(bad, schema, "", &faults)
      #expect(faults.count == 1, "\(bad.text): \(faults)")
    }
  }
}
