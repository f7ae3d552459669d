/// One shift of a day, in minutes after midnight of the facility.
public struct Shift: Sendable, Equatable {
  /// When it begins, 0 to 1,439.
  public var startMinute: Int
  /// When it ends; at or before its beginning means on the next day.
  public var endMinute: Int

  /// Makes a shift.
  public init(startMinute: Int, endMinute: Int) {
    self.startMinute = startMinute
    self.endMinute = endMinute
  }
}

/// A day of the facility's calendar.
public struct CalendarDay: Sendable, Equatable {
  /// The day.
  public var day: LocalDay
  /// Whether nobody works: such a day is no day without demand.
  public var isClosed: Bool
  /// Its shifts; empty where nobody said.
  public var shifts: [Shift]
  /// Why it is as it is.
  public var note: String?

  /// Makes a day.
  public init(day: LocalDay, isClosed: Bool = false, shifts: [Shift] = [], note: String? = nil) {
    self.day = day
    self.isClosed = isClosed
    self.shifts = shifts
    self.note = note
  }
}

/// Reads the facility's calendar.
public protocol CalendarReading {
  /// What the calendar says of a day; nil where it says nothing: an ordinary working day.
  func calendarDay(_ day: LocalDay) throws -> CalendarDay?
  /// The days of the range of which the calendar says something.
  func calendarDays(from: LocalDay, through: LocalDay) throws -> [CalendarDay]
}

/// Writes the facility's calendar.
public protocol CalendarWriting {
  /// Sets what the calendar says of a day.
  func save(_ day: CalendarDay) throws
}
