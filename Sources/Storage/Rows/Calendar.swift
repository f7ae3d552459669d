import GRDB
import Warehouse
import WireFormat

extension ReadSession {
  /// What the calendar says of a day; nil where it says nothing: an ordinary working day.
  func calendarDay(_ day: LocalDay) throws -> CalendarDay? {
    try calendarDays(from: day, through: day).first
  }

  /// The days of the range of which the calendar says something.
  func calendarDays(from: LocalDay, through: LocalDay) throws -> [CalendarDay] {
    try db.all(
      """
      SELECT day, is_closed, shifts_json, note FROM facility_calendar
      WHERE day BETWEEN ? AND ? ORDER BY day
      """,
      [from.rawValue, through.rawValue]
    ) { row in
      CalendarDay(
        day: row.day(0),
        isClosed: row[1],
        shifts: try Self.shifts(row[2]),
        note: row[3]
      )
    }
  }

  /// `[[360, 840], ...]`: beginning and end in minutes.
  private static func shifts(_ json: String?) throws -> [Shift] {
    guard let json else { return [] }
    return (try JSONReader.parse(json).array ?? []).compactMap { pair in
      guard let start = pair[0]?.integer, let end = pair[1]?.integer else { return nil }
      return Shift(startMinute: Int(start), endMinute: Int(end))
    }
  }
}

extension WriteSession {
  /// Sets what the calendar says of a day.
  func save(_ day: CalendarDay) throws {
    let shifts = day.shifts.map { "[\($0.startMinute),\($0.endMinute)]" }.joined(separator: ",")
    try db.run(
      """
      INSERT INTO facility_calendar (day, is_closed, shifts_json, note) VALUES (?, ?, ?, ?)
      ON CONFLICT (day) DO UPDATE SET is_closed = excluded.is_closed,
        shifts_json = excluded.shifts_json, note = excluded.note
      """,
      [
        day.day.rawValue, day.isClosed, day.shifts.isEmpty ? nil : "[\(shifts)]", day.note,
      ]
    )
  }
}
