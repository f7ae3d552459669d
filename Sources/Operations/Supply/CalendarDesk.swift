import Warehouse
import WireFormat

extension CalendarDay: JSONDocument {
  /// Writes the day with its shifts.
  public func write(to writer: inout JSONWriter) {
    writer.object { row in
      row.member("day", day: day)
      row.member("closed", isClosed)
      row.array("shifts") { list in
        for shift in shifts {
          list.object {
            $0.member("from", Self.text(shift.startMinute))
            $0.member("to", Self.text(shift.endMinute))
          }
        }
      }
      row.member("note", note)
    }
  }

  private static func text(_ minute: Int) -> String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }
}

/// Shows the facility's calendar.
public struct CalendarDesk: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// The days of a range of which the calendar says something; nil means from today, a year on.
  public func callAsFunction(
    from: LocalDay?,
    through: LocalDay?,
    scope: TenantScope
  ) throws -> Page<CalendarDay> {
    let first = from ?? environment.today
    let last = through ?? first.adding(days: 366)
    guard last >= first, last <= first.adding(days: Limits.pageRows) else {
      throw Failure(
        .invalid,
        "The range must be 1 to \(Limits.pageRows) days.",
        faults: [.init(place: "?to", rule: "must be within \(Limits.pageRows) days of from")]
      )
    }
    return try environment.store.read(scope) { transaction in
      Page(rows: try transaction.calendarDays(from: first, through: last), next: nil)
    }
  }
}

/// Sets what the calendar says of a day: closed, its shifts, a note.
public struct SaveCalendarDay: DurableUseCase {
  /// What is to be saved.
  public struct Request: Sendable {
    var day: CalendarDay

    /// Reads the JSON body.
    public init(document: JSONValue) throws {
      let body = try DocumentReader(document)
      let day = body.day("day")
      if body.object["day"] == nil { body.fault("day", "is required") }
      self.day = CalendarDay(
        day: day ?? LocalDay(rawValue: 0),
        isClosed: body.flag("closed") ?? false,
        note: body.text("note", limit: Limits.noteLength)
      )
      if body.object["shifts"]?.array?.isEmpty != true {
        self.day.shifts = body.objects("shifts", isRequired: false, limit: 10).compactMap { shift in
          let start = Self.minute("from", shift)
          let end = Self.minute("to", shift)
          shift.refuseUnknown()
          guard let start, let end else { return nil }
          return Shift(startMinute: start, endMinute: end)
        }
      } else {
        _ = body.value("shifts")
      }
      try body.finish()
    }

    private static func minute(_ key: String, _ shift: DocumentReader) -> Int? {
      let text = shift.text(key, isRequired: true, limit: 5) ?? ""
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]),
        let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
      else {
        shift.fault(key, "must be a time of day, written like \"06:00\"")
        return nil
      }
      return hour * 60 + minute
    }
  }

  /// What it stands on.
  public let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// Saves it.
  public func apply(
    _ prepared: Void,
    of request: Request,
    in transaction: any WriteTransaction
  ) throws -> CalendarDay {
    try transaction.save(request.day)
    return try transaction.calendarDay(request.day.day) ?? request.day
  }
}
