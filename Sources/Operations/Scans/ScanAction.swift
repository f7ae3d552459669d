import Warehouse
import WireFormat

/// Something that can be done with what was scanned: a call that is ready to be sent.
struct ScanAction: Sendable, JSONDocument {
  /// What it does, for programs.
  var name: String
  /// The method of the call.
  var method = "POST"
  /// The path of the call.
  var path: String
  /// The body, as far as it is known.
  var body: JSONValue = .object(JSONObject())
  /// The members of the body that a person must still give.
  var needs: [String] = []
  /// What it does, for people.
  var words: String

  /// Writes the call.
  func write(to writer: inout JSONWriter) {
    writer.object { action in
      action.member("action", name)
      action.member("method", method)
      action.member("href", path)
      if method == "POST" { action.member("body", body) }
      action.member("needs", needs)
      action.member("words", words)
    }
  }
}

/// What a scan advances: the task that it belongs to, and the calls that come next.
///
/// A scan itself books nothing, so that it can be repeated and needs no key: the answer holds the
/// calls, of which the client sends one under a key of its own.
struct ScanStep: Sendable {
  /// The task that the scan belongs to.
  var task: TaskView?
  /// Open tasks that it may belong to, where it is not one alone.
  var tasks: [TaskView] = []
  /// What can be done, the likeliest first.
  var actions: [ScanAction] = []
  /// What a person must know.
  var warnings: [Warning] = []
  /// What comes next, for people.
  var next: String?
}

/// Finds the task that a scan advances, and the calls that come next.
struct ScanSteps {
  static let recommendations = "/api/v1/putaway/recommendations"

  let environment: OperationsEnvironment
  let transaction: any ReadTransaction
  let request: ReadScan.Request
  /// The task in hand.
  let task: Recommendation?

  /// What the scan advances.
  func step(_ meaning: ScanMeaning) throws -> ScanStep {
    switch meaning {
    case .location(let place, let digits): try self.place(place, digits: digits)
    case .checkCode(let place, let digits): try self.place(place, digits: digits)
    case .lot(let lot): try goods(lot)
    case .material(let material, let number, let packaging):
      article(material, number, packaging)
    case .unit(_, let material): unit(material)
    case .receipt(let receipt): try delivery(receipt)
    case .order(let order): self.order(order)
    case .purchaseOrder(let order):
      ScanStep(next: "Receive purchase order \(order.draft.number): scan its first label.")
    case .badge(let badge): person(badge)
    case .command(let command): try self.command(command)
    }
  }

  /// The body of a report about a scanned code: how it came in goes along with it.
  func body(_ members: [(String, JSONValue?)]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in members { if let value { object[key] = value } }
    object["entry"] = .string(request.entry.rawValue)
    if let device = request.device { object["device"] = .string(device) }
    return .object(object)
  }

  func view(_ task: Recommendation) throws -> TaskView {
    try environment.task(of: task, in: transaction)
  }

  // MARK: Places

  private func place(_ place: Location, digits: String?) throws -> ScanStep {
    var step = ScanStep()
    if let hold = place.draft.hold {
      step.warnings.append(Warning("HOLD", "\(place.code) is on hold: \(hold)"))
    }
    if let digits, digits != place.draft.checkCode {
      step.warnings.append(
        Warning("CHECK_CODE", "the check digits \(digits) do not belong to \(place.code)")
      )
      step.next = "Look at the label in front of you and scan it again."
      return step
    }
    if let task = try task ?? onlyStarted(to: place) {
      return try arrive(at: place, digits, with: task, step)
    }
    let filter = RecommendationFilter(statuses: [.recommended, .started], to: place.id)
    let open = try transaction.recommendations(filter, PageRequest(limit: 20)).rows
    step.tasks = try environment.tasks(of: open, in: transaction)
    step.actions = [
      ScanAction(
        name: "COUNT",
        path: "/api/v1/transactions",
        body: body([("kind", "COUNT"), ("from", .string(place.code))]),
        needs: ["lot", "counted"],
        words: "Count what lies in \(place.code)"
      )
    ]
    step.next = "Scan the lot first, then the place."
    return step
  }

  /// The one task whose goods are on their way to a place.
  private func onlyStarted(to place: Location) throws -> Recommendation? {
    let filter = RecommendationFilter(statuses: [.started], to: place.id)
    let started = try transaction.recommendations(filter, PageRequest(limit: 2)).rows
    return started.count == 1 ? started[0] : nil
  }

  private func arrive(
    at place: Location,
    _ digits: String?,
    with task: Recommendation,
    _ begun: ScanStep
  ) throws -> ScanStep {
    var step = begun
    let shown = try view(task)
    step.task = shown
    if !task.status.isOpen {
      step.warnings.append(
        Warning("TASK_CLOSED", "the task is \(task.status.rawValue) already")
      )
      guard task.status != .confirmed, task.status != .overridden else {
        step.next = "Scan the next lot."
        return step
      }
    }
    let code = digits ?? request.checkCode
    var needs: [String] = []
    if place.draft.checkCode != nil, code == nil { needs.append("check_code") }
    var action = ScanAction(
      name: "CONFIRM",
      path: "\(Self.recommendations)/\(task.draft.publicID)/confirm",
      body: body([
        ("location", .string(place.code)), ("check_code", code.map { .string($0) }),
      ]),
      needs: needs,
      words: "Lot \(shown.lotNumber) is in \(place.code)"
    )
    if place.id != task.draft.to {
      action.name = "OVERRIDE"
      action.needs.append("reason")
      step.warnings.append(
        Warning("OTHER_LOCATION", "\(place.code) is another place than \(shown.toCode)")
      )
      step.next = "Go to \(shown.toCode), or say why it must be \(place.code)."
    }
    step.actions = [action]
    return step
  }

  // MARK: Goods

  private func goods(_ lot: Lot) throws -> ScanStep {
    var step = ScanStep()
    if let hold = lot.hold {
      step.warnings.append(Warning("HOLD", "lot \(lot.draft.number) is on hold: \(hold)"))
    }
    if let task, task.draft.lot != lot.id {
      step.warnings.append(Warning("OTHER_LOT", "the task in hand is for another lot"))
    }
    let filter = RecommendationFilter(statuses: [.recommended, .started], lot: lot.id)
    let open = try transaction.recommendations(filter, PageRequest(limit: 50)).rows
    let own = task.flatMap { task in open.first { $0.id == task.id } }
    guard let current = own ?? (open.count == 1 ? open[0] : nil) else {
      if open.isEmpty { return try untasked(lot, step) }
      step.tasks = try environment.tasks(of: open, in: transaction)
      step.next = "The lot goes to \(open.count) places; take one task after the other."
      step.actions = open.filter { $0.status == .recommended }.map(start)
      return step
    }
    let shown = try view(current)
    step.task = shown
    step.next = "Go to \(shown.toCode) and scan its label."
    if current.status == .recommended { step.actions = [start(current)] }
    return step
  }

  private func start(_ task: Recommendation) -> ScanAction {
    ScanAction(
      name: "START",
      path: "\(Self.recommendations)/\(task.draft.publicID)/start",
      body: request.device.map { ["device": .string($0)] } ?? .object(JSONObject()),
      words: "Take the task"
    )
  }

  /// A lot without a task: from a dock it wants a place, in a rack it can be moved or picked.
  private func untasked(_ lot: Lot, _ begun: ScanStep) throws -> ScanStep {
    var step = begun
    let lines = try transaction.stock(StockFilter(lot: lot.id), PageRequest(limit: 50)).rows
    let name = JSONValue.string(lot.publicID.text)
    let waiting = try lines.filter { line in
      guard line.quantityMilli > 0 else { return false }
      let kind = try environment.location(line.location, in: transaction)?.draft.kind
      return kind == .dock || kind == .staging
    }
    if let line = waiting.first {
      step.actions.append(
        ScanAction(
          name: "RECOMMEND",
          path: Self.recommendations,
          body: ["lot": name, "from": .string(line.locationCode)],
          words: "Find a place for what lies at \(line.locationCode)"
        )
      )
    }
    for line in lines.prefix(1) where waiting.isEmpty {
      let from = JSONValue.string(line.locationCode)
      step.actions += [("MOVE", ["to", "quantity"]), ("PICK", ["quantity"])].map { kind, needs in
        ScanAction(
          name: kind,
          path: "/api/v1/transactions",
          body: body([("kind", .string(kind)), ("lot", name), ("from", from)]),
          needs: needs,
          words: "\(kind == "MOVE" ? "Move" : "Pick") it from \(line.locationCode)"
        )
      }
    }
    step.next =
      lines.isEmpty
      ? "Nothing of it lies in the warehouse: book its receipt or its return."
      : "It lies in \(lines.prefix(3).map(\.locationCode).joined(separator: ", "))."
    return step
  }
}
