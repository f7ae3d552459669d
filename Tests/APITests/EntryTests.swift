import API
import Foundation
import HTTPServer
import Operations
import Synchronization
import Testing
import Warehouse
import WireFormat

/// Setting up, pairing, signing in, signing out, and everything that must not work.
@Suite("Getting in") struct EntryTests {
  private let plant: Plant
  private let driver: MemoryDriver

  init() throws {
    plant = try Plant()
    driver = MemoryDriver(router: plant.router)
  }

  private func ask(
    _ method: String,
    _ target: String,
    _ body: String = "",
    _ headers: [(String, String)] = [("Authorization", "")]
  ) throws -> Answer {
    let typed = body.isEmpty ? headers : headers + [("Content-Type", "application/json")]
    return try driver.send(
      Exchange(method: method, target: target, headers: typed, body: Array(body.utf8))
    )
  }

  /// The cookies that an answer sets, as a browser sends them back.
  private static func cookies(_ answers: Answer...) -> (String, String) {
    var kept: [(String, String)] = []
    for header in answers.flatMap(\.headers) where header.name == "Set-Cookie" {
      let parts = header.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      kept.removeAll { $0.0 == String(parts[0]) }
      kept.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
    }
    return ("Cookie", kept.map { "\($0.0)=\($0.1)" }.joined(separator: "; "))
  }

  /// A paired device of a kind, and the answer that paired it.
  private func paired(_ kind: String, name: String = "Device") throws -> Answer {
    let key = ("Idempotency-Key", "code-\(name)")
    let admin = ("Authorization", "Bearer \(Plant.token)")
    let path = "/api/v1/devices/pairing-codes"
    let offer = try ask("POST", path, #"{"kind":"\#(kind)"}"#, [admin, key])
    let code = try #require(try JSONReader.parse(offer.bytes)["code"]?.string, "\(offer.text)")
    let body = #"{"code":"\#(code)","name":"\#(name)","kind":"\#(kind)"}"#
    let answer = try ask("POST", "/api/v1/devices/pair", body)
    #expect(answer.status == 201, "\(answer.text)")
    return answer
  }

  private func addPerson(_ badge: String, _ roles: String, pin: String = "480293") throws {
    let body = #"{"badge":"\#(badge)","name":"Somebody","roles":[\#(roles)],"pin":"\#(pin)"}"#
    let headers = [
      ("Authorization", "Bearer \(Plant.token)"), ("Idempotency-Key", "add-\(badge)"),
    ]
    let answer = try ask("POST", "/api/v1/operators", body, headers)
    #expect(answer.status == 201, "\(answer.text)")
  }

  @Test("The first link makes the first admin, once, and never where there is one")
  func setup() throws {
    let code = try #require(try plant.desk.offerSetup())
    let later = try #require(try plant.desk.offerSetup())
    func body(_ code: String) -> String {
      #"{"code":"\#(code)","badge":"A-1","name":"Ann","pin":"480293"}"#
    }
    // A second start replaces the link of the first one.
    #expect(try ask("POST", "/api/v1/setup", body(code)).status == 401)
    let made = try ask("POST", "/api/v1/setup", body(later))
    #expect(made.status == 201, "\(made.text)")
    #expect(try ask("POST", "/api/v1/setup", body(later)).status == 401)
    #expect(try plant.desk.offerSetup() == nil)
    let session = try JSONReader.parse(made.bytes)
    #expect(session.at("/operator/roles") == ["admin", "supervisor"])
    let cookies = Self.cookies(made)
    let who = try ask("GET", "/api/v1/sessions/current", "", [cookies])
    #expect(who.status == 200 && who.text == made.text)
    #expect(try ask("GET", "/api/v1/operators", "", [cookies]).status == 200)
    for header in made.headers where header.name == "Set-Cookie" {
      #expect(header.value.contains("; HttpOnly; SameSite=Strict"), "\(header.value)")
    }
  }

  @Test("A pairing code works once, for its kind of device, however it is typed")
  func pairing() throws {
    let admin = ("Authorization", "Bearer \(Plant.token)")
    let path = "/api/v1/devices/pairing-codes"
    let headers = [admin, ("Idempotency-Key", "one")]
    let offer = try ask("POST", path, #"{"kind":"STATION"}"#, headers)
    let told = try JSONReader.parse(offer.bytes)
    let code = try #require(told["code"]?.string)
    #expect(told["link"]?.string == "http://127.0.0.1:8480/pair#\(code)")
    #expect(told["qr_svg"]?.string?.hasPrefix("<svg ") == true)
    // A repeat is the same answer without the secrets, which nobody stored.
    let again = try ask("POST", path, #"{"kind":"STATION"}"#, headers)
    #expect(again.header("Idempotent-Replayed") == "true")
    #expect(try JSONReader.parse(again.bytes)["code"]?.isNull == true)
    func body(_ code: String, _ kind: String) -> String {
      #"{"code":"\#(code)","name":"T-1","kind":"\#(kind)"}"#
    }
    let other = try ask("POST", "/api/v1/devices/pair", body(code, "HANDHELD"))
    #expect(other.status == 401)
    let typed = code.lowercased().replacing("-", with: " ")
    let paired = try ask("POST", "/api/v1/devices/pair", body(typed, "STATION"))
    #expect(paired.status == 201, "\(paired.text)")
    let second = try ask("POST", "/api/v1/devices/pair", body(code, "STATION"))
    #expect(second.status == 401)
    let token = try #require(try JSONReader.parse(paired.bytes)["token"]?.string)
    let shown = ("Authorization", "Bearer \(token)")
    #expect(try ask("GET", "/api/v1/materials", "", [shown]).status == 200)
    #expect(try ask("GET", "/api/v1/operators", "", [shown]).status == 403)
    // Turned away, at once.
    let id = try #require(try JSONReader.parse(paired.bytes).at("/device/id")?.string)
    #expect(try ask("DELETE", "/api/v1/devices/\(id)", "", [admin]).status == 200)
    #expect(try ask("GET", "/api/v1/materials", "", [shown]).status == 401)
    // Its name is free again.
    _ = try self.paired("STATION", name: "T-1")
  }

  @Test("A supervisor lets people's devices in, and only an admin lets programs in")
  func scripts() throws {
    try plant.addToken("stw_supervisor", [.supervisor])
    let supervisor = ("Authorization", "Bearer stw_supervisor")
    let path = "/api/v1/devices/pairing-codes"
    let refused = try ask(
      "POST",
      path,
      #"{"kind":"SCRIPT"}"#,
      [supervisor, ("Idempotency-Key", "a")]
    )
    #expect(refused.status == 403)
    let any = try ask("POST", path, "{}", [supervisor, ("Idempotency-Key", "b")])
    let code = try #require(try JSONReader.parse(any.bytes)["code"]?.string)
    let body = #"{"code":"\#(code)","name":"S","kind":"SCRIPT"}"#
    #expect(try ask("POST", "/api/v1/devices/pair", body).status == 401)
  }

  @Test("A browser may nothing alone, what the person may with one, and proves where it comes from")
  func browser() throws {
    try addPerson("R-1", #""scanner""#)
    let device = try paired("BROWSER")
    let alone = Self.cookies(device)
    #expect(try ask("GET", "/api/v1/materials", "", [alone]).status == 403)
    let nobody = try ask("GET", "/api/v1/sessions/current", "", [alone])
    #expect(nobody.status == 404)
    let pin = #"{"badge":"R-1","pin":"480293"}"#
    let opened = try ask("POST", "/api/v1/sessions", pin, [alone])
    #expect(opened.status == 201, "\(opened.text)")
    let cookies = Self.cookies(device, opened)
    #expect(try ask("GET", "/api/v1/materials", "", [cookies]).status == 200)
    #expect(try ask("GET", "/api/v1/devices", "", [cookies]).status == 403)
    let csrf = try #require(try JSONReader.parse(opened.bytes)["csrf_token"]?.string)
    let move = "/api/v1/transactions"
    let forged = try ask("POST", move, "{}", [cookies])
    #expect(forged.status == 403)
    #expect(try JSONReader.parse(forged.bytes).at("/context/reason") == "csrf")
    let proof = ("X-Stowage-CSRF", csrf)
    let elsewhere = ("Sec-Fetch-Site", "cross-site")
    #expect(try ask("POST", move, "{}", [cookies, proof, elsewhere]).status == 403)
    // Through the gate: now it is the missing key that is refused.
    #expect(try ask("POST", move, "{}", [cookies, proof]).status == 400)
    // A wrong proof of the right length.
    let wrong = ("X-Stowage-CSRF", String(csrf.reversed()))
    #expect(try ask("POST", move, "{}", [cookies, wrong]).status == 403)
    let left = try ask("DELETE", "/api/v1/sessions/current", "", [cookies, proof])
    #expect(left.status == 204, "\(left.text)")
    #expect(try ask("GET", "/api/v1/materials", "", [cookies]).status == 403)
    // The cookie of a session is worth nothing at another device.
    let again = try ask("POST", "/api/v1/sessions", pin, [alone])
    let other = try paired("BROWSER", name: "Other")
    let stolen = Self.cookies(again, other)
    #expect(try ask("GET", "/api/v1/materials", "", [stolen]).status == 403)
  }

  @Test("Wrong PINs lock the person and then the device, whoever knows the right one by then")
  func lockout() throws {
    try addPerson("R-1", #""scanner""#)
    try addPerson("R-2", #""scanner""#, pin: "739105")
    let alone = Self.cookies(try paired("BROWSER"))
    func signIn(_ badge: String, _ pin: String) throws -> Answer {
      try ask("POST", "/api/v1/sessions", #"{"badge":"\#(badge)","pin":"\#(pin)"}"#, [alone])
    }
    let unknown = try signIn("NOBODY", "000000")
    for _ in 1...Limits.freePersonFailures {
      let refused = try signIn("R-1", "999999")
      #expect(refused.status == 401)
      // A wrong PIN and a wrong badge are told in the same words.
      #expect(refused.text == unknown.text)
    }
    let locked = try signIn("R-1", "480293")
    #expect(locked.status == 429)
    #expect(locked.header("Retry-After") == "\(Limits.lockoutFirstS)")
    // Somebody else may still sign in here, which also clears the device.
    #expect(try signIn("R-2", "739105").status == 201)
    for _ in 1...Limits.freeDeviceFailures { _ = try signIn("NOBODY", "111111") }
    #expect(try signIn("R-2", "739105").status == 429)
    // An admin sets a new PIN, which ends the person's wait; the device still waits.
    let admin = [("Authorization", "Bearer \(Plant.token)"), ("Idempotency-Key", "new-pin")]
    let body = #"{"badge":"R-1","pin":"620471"}"#
    #expect(try ask("POST", "/api/v1/operators", body, admin).status == 200)
    let elsewhere = Self.cookies(try paired("BROWSER", name: "Other"))
    let path = "/api/v1/sessions"
    #expect(try ask("POST", path, #"{"badge":"R-1","pin":"480293"}"#, [elsewhere]).status == 401)
    #expect(try ask("POST", path, body, [elsewhere]).status == 201)
  }

  @Test("Of many guesses at the same time no more are looked at than one after another")
  func guesses() throws {
    try addPerson("R-1", #""scanner""#)
    let devices = try (1...3).map { Self.cookies(try paired("BROWSER", name: "Device-\($0)")) }
    let statuses = Mutex<[Int]>([])
    DispatchQueue.concurrentPerform(iterations: 24) { number in
      let pin = number == 23 ? "480293" : "\(100_000 + number)"
      let answer = try? ask(
        "POST",
        "/api/v1/sessions",
        #"{"badge":"R-1","pin":"\#(pin)"}"#,
        [devices[number % 3]]
      )
      statuses.withLock { $0.append(answer?.status ?? 0) }
    }
    let all = statuses.withLock { $0 }
    // The right one may be among the first, which begins the count anew.
    let isIn = all.contains(201)
    let seen = all.filter { $0 == 401 }.count
    #expect(seen <= Limits.freePersonFailures * (isIn ? 2 : 1), "\(all)")
    #expect(all.allSatisfy { [201, 401, 429].contains($0) }, "\(all)")
  }

  @Test("PINs that everybody tries first are refused, and no answer shows one")
  func pins() throws {
    let headers = { (key: String) in
      [("Authorization", "Bearer \(Plant.token)"), ("Idempotency-Key", key)]
    }
    let bad = ["123", "1234", "4321", "0000", "12ab", "1234567890123", ""]
    for (index, pin) in bad.enumerated() {
      let body = #"{"badge":"R-\#(index)","name":"N","roles":["scanner"],"pin":"\#(pin)"}"#
      let answer = try ask("POST", "/api/v1/operators", body, headers("bad-\(index)"))
      #expect(answer.status == 422, "\(pin): \(answer.text)")
      if pin.count > 2 { #expect(!answer.text.contains(pin), "\(answer.text)") }
    }
    try addPerson("R-1", #""scanner""#)
    let listed = try ask("GET", "/api/v1/operators", "", headers(""))
    #expect(!listed.text.contains("480293") && !listed.text.contains("scrypt"))
  }

  @Test("The last admin cannot be taken away, and a change ends the person's sessions")
  func lastAdmin() throws {
    try addPerson("A-1", #""admin""#)
    let alone = Self.cookies(try paired("BROWSER"))
    let opened = try ask(
      "POST",
      "/api/v1/sessions",
      #"{"badge":"A-1","pin":"480293"}"#,
      [alone]
    )
    let headers = [("Authorization", "Bearer \(Plant.token)"), ("Idempotency-Key", "demote")]
    let body = #"{"badge":"A-1","roles":["scanner"]}"#
    let refused = try ask("POST", "/api/v1/operators", body, headers)
    #expect(refused.status == 409, "\(refused.text)")
    let cookies = ("Cookie", alone.1 + "; " + Self.cookies(opened).1)
    #expect(try ask("GET", "/api/v1/operators", "", [cookies]).status == 200)
    try addPerson("A-2", #""admin""#)
    let demoted = [headers[0], ("Idempotency-Key", "demote again")]
    #expect(try ask("POST", "/api/v1/operators", body, demoted).status == 422)
    let really = [headers[0], ("Idempotency-Key", "demote-again")]
    #expect(try ask("POST", "/api/v1/operators", body, really).status == 200)
    #expect(try ask("GET", "/api/v1/operators", "", [cookies]).status == 403)
  }

  @Test("Headers and tokens that are none are 401, also beside good cookies")
  func nonsense() throws {
    let device = Self.cookies(try paired("HANDHELD"))
    #expect(try ask("GET", "/api/v1/materials", "", [device]).status == 200)
    let bad = ["Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "stw_x", "Bearer \(Plant.token)x"]
    for header in bad {
      let answer = try ask("GET", "/api/v1/materials", "", [("Authorization", header), device])
      #expect(answer.status == 401, "\(header)")
      #expect(answer.header("WWW-Authenticate") == "Bearer realm=\"stowage\"")
    }
    // What changes something wants a person, also from a handheld's browser.
    let cookieOnly = try ask("POST", "/api/v1/transactions", "{}", [device])
    #expect(cookieOnly.status == 401)
    #expect(try JSONReader.parse(cookieOnly.bytes).at("/context/reason") == "signed_out")
  }
}
