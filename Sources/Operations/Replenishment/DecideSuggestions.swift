import Warehouse
import WireFormat

/// Approves suggestions, turns them down, or takes either back; all that are named, or none.
///
/// A decision is about what somebody has seen: a suggestion that was made anew meanwhile, or that
/// somebody else has decided about, is a conflict that names it, and nothing is changed.
public struct DecideSuggestions: DurableUseCase {
  /// What is decided.
  public enum Verdict: String, Sendable, CaseIterable {
    case approve = "APPROVE"
    case reject = "REJECT"
    /// Takes the decision back.
    case reopen = "REOPEN"

    /// Where the suggestion stands afterwards.
    var status: SuggestionStatus {
      switch self {
      case .approve: .approved
      case .reject: .rejected
      case .reopen: .open
      }
    }

    /// What it is called in the audit log and among the events.
    var kind: String {
      self == .reopen ? "replenishment.reopened" : "replenishment.\(status.rawValue.lowercased())"
    }
  }

  /// One suggestion.
  public struct Line: Sendable, Equatable {
    /// The code of its material.
    public var material: String
    /// When the suggestion was made that somebody has seen; nil takes the one that is there.
    public var createdAt: Instant?

    /// Makes a line.
    public init(material: String, createdAt: Instant? = nil) {
      self.material = material
      self.createdAt = createdAt
    }
  }

  /// What is asked for.
  public struct Request: Sendable {
    var verdict: Verdict
    var lines: [Line]
    var note: String?

    /// Makes a request.
    public init(_ verdict: Verdict, _ lines: [Line], note: String? = nil) {
      self.verdict = verdict
      self.lines = lines
      self.note = note
    }

    /// Reads the JSON body.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      verdict = body.word("decision", as: Verdict.self, isRequired: true) ?? .reopen
      note = body.text("note", limit: Limits.noteLength)
      let list = body.objects("suggestions", isRequired: true, limit: Limits.decidedSuggestions)
      lines = list.map { line in
        let material = line.text("material", isRequired: true, limit: Limits.codeLength) ?? ""
        let made = Line(material: material, createdAt: line.moment("created_at"))
        line.refuseUnknown()
        return made
      }
      try body.finish()
    }
  }

  /// What was decided.
  public struct Outcome: Sendable, JSONDocument {
    var status: SuggestionStatus
    var at: Instant
    var by: String
    var materials: [String]

    /// Writes who decided what about which materials.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("status", status.rawValue)
        body.member("decided_at", ms: at.ms)
        body.member("decided_by", by)
        body.member("materials", materials)
      }
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Finds the materials.
  public func prepare(_ request: Request, scope: TenantScope) throws -> [Material] {
    var faults: [Failure.Fault] = []
    let found = try environment.store.read(scope) { transaction in
      try request.lines.enumerated().compactMap { index, line -> Material? in
        do {
          return try environment.material(line.material, in: transaction)
        } catch let failure as Failure where failure.code == .notFound {
          faults.append(
            Self.fault(index, line.material, "no material has this code or GTIN")
          )
          return nil
        }
      }
    }
    var seen: Set<MaterialID> = []
    for (index, material) in found.enumerated() where faults.isEmpty {
      guard !seen.insert(material.id).inserted else { continue }
      faults.append(Self.fault(index, material.code, "is named twice"))
    }
    guard faults.isEmpty else { throw Self.refused(.invalid, faults) }
    return found
  }

  /// Decides, and notes who did: on the suggestion, in the audit log, and for screens.
  public func apply(
    _ materials: [Material],
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    let found = try transaction.suggestions(of: materials.map(\.id))
    var faults: [Failure.Fault] = []
    for (index, (line, material)) in zip(request.lines, materials).enumerated() {
      guard let rule = Self.obstacle(request.verdict, line, found[material.id]) else { continue }
      faults.append(Self.fault(index, material.code, rule))
    }
    guard faults.isEmpty else { throw Self.refused(.conflict, faults) }
    let outcome = Outcome(
      status: request.verdict.status,
      at: environment.now(),
      by: transaction.scope.actor,
      materials: materials.map(\.code)
    )
    let decision = SuggestionDecision(
      status: outcome.status,
      at: outcome.at,
      by: outcome.by,
      note: request.note
    )
    try transaction.decide(
      materials.map(\.id),
      request.verdict == .reopen ? nil : decision
    )
    try note(materials, found, request, outcome, in: transaction)
    return outcome
  }

  /// Why a suggestion cannot be decided about so; nil where it can.
  private static func obstacle(
    _ verdict: Verdict,
    _ line: Line,
    _ suggestion: ReplenishmentSuggestion?
  ) -> String? {
    guard let suggestion else { return "has no suggestion" }
    if let seen = line.createdAt, seen != suggestion.createdAt {
      return "was worked out anew meanwhile"
    }
    let isOpen = suggestion.status == .open
    if verdict == .reopen { return isOpen ? "is open" : nil }
    if !isOpen { return "is \(suggestion.status.rawValue) already" }
    let isEmpty = verdict == .approve && suggestion.quantityMilli == 0
    return isEmpty ? "needs nothing to be ordered" : nil
  }

  private func note(
    _ materials: [Material],
    _ found: [MaterialID: ReplenishmentSuggestion],
    _ request: Request,
    _ outcome: Outcome,
    in transaction: any WriteTransaction
  ) throws {
    var detail = JSONWriter(capacity: 64 * materials.count + 64)
    detail.object { body in
      body.member("note", request.note)
      body.array("suggestions") { list in
        for material in materials {
          list.object { row in
            row.member("material", material.code)
            row.member("quantity", milli: found[material.id]?.quantityMilli ?? 0)
            row.member("supplier", found[material.id]?.supplierCode)
          }
        }
      }
    }
    let kind = request.verdict.kind
    let count = materials.count
    let first = materials.first?.code ?? ""
    try transaction.audit(
      kind,
      subject: count == 1 ? first : "\(first) and \(count - 1) more",
      detailJSON: detail.text,
      at: outcome.at
    )
    let byOwner = Dictionary(grouping: materials, by: \.tenant).sorted { $0.key < $1.key }
    for (tenant, owned) in byOwner {
      try transaction.emit(
        kind,
        subject: owned.first?.code ?? "",
        tenant: tenant,
        at: outcome.at,
        dataJSON: #"{"status":"\#(outcome.status.rawValue)","materials":\#(owned.count)}"#
      )
    }
  }

  private static func fault(_ index: Int, _ code: String, _ rule: String) -> Failure.Fault {
    Failure.Fault(
      place: "/suggestions/\(index)/material",
      value: String(code.prefix(60)),
      rule: rule
    )
  }

  private static func refused(_ code: Failure.Code, _ faults: [Failure.Fault]) -> Failure {
    let count = faults.count
    return Failure(
      code,
      count == 1
        ? "\(faults[0].value ?? "One suggestion") \(faults[0].rule)."
        : "\(count) suggestions cannot be decided about.",
      hint: "Nothing was changed. Read the suggestions again, and leave out what is named.",
      faults: Array(faults.prefix(Limits.importFaults))
    )
  }
}
