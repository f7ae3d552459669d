import Warehouse
import WireFormat

/// Gives open tasks to a device till the end of its shift, so that it can work without the network.
///
/// A leased task keeps its space and is offered to nobody else. What the device does with it is
/// reported when it is heard of again.
public struct LeaseTasks: DurableUseCase {
  /// What is asked for.
  public struct Request: Sendable, Equatable {
    /// The device.
    public var device: String
    /// How many tasks it takes at the most.
    public var limit: Int
    /// Until when; nil means the end of the shift.
    public var until: Instant?
    /// Of this receipt alone.
    public var receipt: PublicID?

    /// Makes a request.
    public init(device: String, limit: Int = 10, until: Instant? = nil, receipt: PublicID? = nil) {
      self.device = device
      self.limit = limit
      self.until = until
      self.receipt = receipt
    }

    /// Reads the JSON body.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      self.init(
        device: body.text("device", isRequired: true, limit: Limits.codeLength) ?? "",
        limit: Int(body.whole("limit", 1...Int64(Limits.leasedTasks)) ?? 10),
        until: body.moment("until"),
        receipt: body.publicID("receipt")
      )
      try body.finish()
    }
  }

  /// What came of it.
  public struct Outcome: Sendable, JSONDocument {
    var device: String
    var until: Instant
    var tasks: [TaskView]

    /// Writes the tasks that the device has now.
    public func write(to writer: inout JSONWriter) {
      writer.object { body in
        body.member("device", device)
        body.member("until", ms: until.ms)
        body.member("rows", documents: tasks)
      }
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Until when the lease runs.
  public func prepare(_ request: Request, scope: TenantScope) throws -> Instant {
    let now = environment.now()
    let longest = now.adding(seconds: Limits.leaseS)
    guard let until = request.until else { return try shiftEnd(scope: scope) ?? longest }
    guard until > now, until <= longest else {
      throw Failure(
        .invalid,
        "A lease ends after now and within \(Limits.leaseS / 3_600) hours.",
        faults: [.init(place: "/until", rule: "must be within \(Limits.leaseS / 3_600) hours")]
      )
    }
    return until
  }

  /// The end of the shift that runs now; nil where the calendar names none.
  private func shiftEnd(scope: TenantScope) throws -> Instant? {
    let now = environment.now()
    let day = environment.today
    let shifts = try environment.store.read(scope) { transaction in
      try [day.adding(days: -1), day].flatMap { day in
        try transaction.calendarDay(day)?.shifts.map { (day, $0) } ?? []
      }
    }
    return shifts.map { day, shift in
      let start = environment.startOfDay(day)
      let end = shift.endMinute > shift.startMinute ? shift.endMinute : shift.endMinute + 1_440
      return (
        start.adding(seconds: Int64(shift.startMinute) * 60), start.adding(seconds: Int64(end) * 60)
      )
    }.filter { $0.0 <= now && now < $0.1 }.map(\.1).min()
  }

  /// Leases what is free, the oldest first; what the device has already is renewed.
  public func apply(
    _ until: Instant,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> Outcome {
    var filter = RecommendationFilter(statuses: [.recommended])
    if let name = request.receipt {
      guard let receipt = try transaction.receipt(publicID: name) else {
        throw Receipts.missing(name)
      }
      filter.receipt = receipt.id
    }
    let open = try transaction.recommendations(filter, PageRequest(limit: Limits.pageRows)).rows
    let own = open.filter { $0.leasedTo == request.device }
    let free = open.filter { $0.leasedTo == nil }
    var taken: [PublicID] = []
    for task in own + free where taken.count < request.limit {
      if try transaction.lease(task.id, to: request.device, until: until) {
        taken.append(task.draft.publicID)
      }
    }
    let tasks = try taken.map { try environment.recommendation($0, in: transaction) }
    return Outcome(
      device: request.device,
      until: until,
      tasks: try environment.tasks(of: tasks, in: transaction)
    )
  }
}

extension OperationsEnvironment {
  /// Refuses an intent about a task that another device has.
  func refuseForeign(_ task: Recommendation, device: String?) throws {
    guard let holder = task.leasedTo, let device, holder != device else { return }
    throw Failure(
      .conflict,
      "The task belongs to \(holder).",
      hint: "Take another one, or ask a supervisor to release it.",
      context: ["leased_to": holder, "status": task.status.rawValue],
      choices: [
        .init(
          "RELEASE",
          "\(ScanSteps.recommendations)/\(task.draft.publicID)/release",
          "A supervisor takes it from \(holder)"
        )
      ]
    )
  }
}
