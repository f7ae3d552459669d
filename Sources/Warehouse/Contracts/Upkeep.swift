/// A day whose demand changed after it went upstream.
public struct ChangedDay: Sendable, Equatable {
  /// The day.
  public var day: LocalDay
  /// How often it changed: tells whether it changed once more while it was being told.
  public var changes: Int64

  /// Makes a row.
  public init(day: LocalDay, changes: Int64) {
    self.day = day
    self.changes = changes
  }
}

/// Reads what the box must know of itself to tell head office the truth.
public protocol UpkeepReading {
  /// Days whose demand changed after they went upstream, the newest first; none while an import is
  /// under way, whose rows nobody sees yet.
  func changedDays(limit: Int) throws -> [ChangedDay]
  /// The mark that the database has in common with the file beside it; nil in one that never had
  /// any.
  func copyMark() throws -> PublicID?
}

/// Writes the same.
public protocol UpkeepWriting {
  /// Forgets a changed day that was told, unless it changed once more meanwhile.
  func settle(_ day: ChangedDay) throws
  /// Gives the database another mark.
  func setCopyMark(_ mark: PublicID, at: Instant) throws
}
