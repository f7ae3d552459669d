import Appliance
import ArgumentParser
import WireFormat

/// `stowage putaway`: recommendations and what became of them.
struct PutawayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "putaway",
    abstract: "Recommend locations, plan receipts, confirm and reject.",
    subcommands: [Recommend.self, Plan.self, Confirm.self, Reject.self, List.self]
  )

  /// `stowage putaway recommend LOT`.
  struct Recommend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recommend the best location for a lot."
    )
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The lot: its id, its number, or its scanned label.") var lot: String
    @Option(name: .long, help: "FFD, BFD or HYBRID.") var algorithm: String?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var body: [(String, JSONValue)] = [("lot", .string(lot))]
      if let algorithm { body.append(("algorithm", .string(algorithm))) }
      let answer = try session.send(.post("/api/v1/putaway/recommendations", body))
      session.show(answer, text: RecommendationText.show)
    }
  }

  /// `stowage putaway plan RECEIPT`.
  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Plan all lines of a receipt.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The receipt's id.") var receipt: String
    @Option(name: .long, help: "FFD, BFD or HYBRID.") var algorithm: String?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let body: [(String, JSONValue)] = algorithm.map { [("algorithm", .string($0))] } ?? []
      let answer = try session.send(.post("/api/v1/receipts/\(receipt)/plan", body))
      session.show(answer) { answer in
        var table = TextTable(["line", "status", "locations", "reason"])
        for line in answer["lines"]?.array ?? [] {
          let places = line["recommendations"]?.array?.map { $0.shown("location") } ?? []
          table.add([
            line.shown("line"), line.shown("status"), places.joined(separator: " "),
            line.shown("reason"),
          ])
        }
        table.show()
        Terminal.say(
          "\(answer.shown("placed")) placed, \(answer.shown("split")) split, "
            + "\(answer.shown("refused")) refused by \(answer.shown("algorithm")) "
            + "in \(answer.shown("elapsed_ms")) ms"
        )
      }
    }
  }

  /// `stowage putaway confirm ID LOCATION`.
  struct Confirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Confirm that the goods are in a location."
    )
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recommendation's id.") var id: String
    @Argument(help: "The location where the goods are.") var location: String
    @Option(name: .long, help: "Why another location than recommended.") var reason: String?
    @Option(name: .long, help: "The check code on the location's label.") var checkCode: String?

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var body: [(String, JSONValue)] = [("location", .string(location))]
      if let reason { body.append(("reason", .string(reason))) }
      if let checkCode { body.append(("check_code", .string(checkCode))) }
      let answer = try session.send(
        .post("/api/v1/putaway/recommendations/\(id)/confirm", body)
      )
      session.show(answer) { answer in
        Terminal.say(answer.shown("status"))
        for warning in answer["warnings"]?.array ?? [] {
          Terminal.say("warning \(warning.shown("code")): \(warning.shown("message"))")
        }
      }
    }
  }

  /// `stowage putaway reject ID REASON`.
  struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Reject a recommendation.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The recommendation's id.") var id: String
    @Argument(help: "FULL BLOCKED NOT_FOUND CLOSER DAMAGED_LOCATION MIX OTHER.")
    var reason: String

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      let answer = try session.send(
        .post(
          "/api/v1/putaway/recommendations/\(id)/reject",
          [("reason", .string(reason))]
        )
      )
      session.show(answer, text: RecommendationText.show)
    }
  }

  /// `stowage putaway list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List open recommendations.")
    @OptionGroup var options: GlobalOptions
    @Option(name: .long, help: "RECOMMENDED, STARTED, CONFIRMED, ...") var status = "RECOMMENDED"

    func run() async throws {
      let session = try await Session(options)
      defer { session.close() }
      var call = GatewayCall(.get, "/api/v1/putaway/recommendations")
      call.query = [("status", status)]
      let answer = try session.send(call)
      session.show(answer) { answer in
        var table = TextTable(["id", "lot", "location", "quantity", "confidence"])
        table.add(
          answer["rows"]?.array ?? [],
          ["id", "lot_number", "location", "quantity", "confidence"]
        )
        table.show()
      }
    }
  }
}

/// What a recommendation says to people.
enum RecommendationText {
  static func show(_ answer: JSONValue) {
    Terminal.say(
      "\(answer.shown("lot_number")) -> \(answer.shown("location"))  "
        + "(\(answer.shown("algorithm")), confidence \(answer.shown("confidence")), "
        + "\(answer.shown("status")), id \(answer.shown("id")))"
    )
    for reason in answer["reasons"]?.array ?? [] { Terminal.say("  \(reason.string ?? "")") }
    for other in answer["runners_up"]?.array ?? [] {
      Terminal.say(
        "  next: \(other.shown("location")) (\(other.shown("score"))): "
          + other.shown("decided_by")
      )
    }
    if let rejected = answer["rejected"]?.object, !rejected.isEmpty {
      let counts = rejected.keys.map { "\(answer["rejected"]?.shown($0) ?? "") \($0)" }
      Terminal.say("  rejected: \(counts.joined(separator: ", "))")
    }
  }
}
