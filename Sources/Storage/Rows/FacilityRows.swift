import GRDB
import Warehouse

extension ReadSession {
  /// The facility; fails where the database was never initialised.
  func facility() throws -> Facility {
    let found = try db.first(
      "SELECT code, name, time_zone, currency, gln, epoch FROM facility WHERE id = 1"
    ) { row in
      Facility(
        code: row[0],
        name: row[1],
        timeZone: row[2],
        currency: row[3],
        gln: row[4],
        epoch: try row.publicID(5)
      )
    }
    guard let found else {
      throw Failure(.unusable, "This database has no facility.", hint: "Run `stowage init`.")
    }
    return found
  }

  /// The tenants in scope, by code.
  func tenants() throws -> [String: TenantID] {
    let found = try db.all("SELECT code, id FROM tenants WHERE 1\(owned("id"))") {
      row -> (String, TenantID) in (row[0], row.key(1))
    }
    return Dictionary(found, uniquingKeysWith: { first, _ in first })
  }

  /// The days in the range on which the facility is closed.
  func closedDays(from: LocalDay, through: LocalDay) throws -> Set<LocalDay> {
    Set(
      try db.all(
        "SELECT day FROM facility_calendar WHERE is_closed = 1 AND day BETWEEN ? AND ?",
        [from.rawValue, through.rawValue]
      ) { $0.day(0) }
    )
  }

  /// All rules of the site.
  func hazardMatrix() throws -> HazardMatrix {
    var matrix = HazardMatrix()
    _ = try db.all(
      "SELECT first_class, second_class, may_mix, distance FROM hazard_segregation"
    ) { row in
      let pair = HazardMatrix.Pair(row[0], row[1])
      let distance: HazardMatrix.Distance = try row.word(3)
      matrix.rules[pair] = row[2]
      if distance > .location { matrix.distances[pair] = distance }
    }
    return matrix
  }

  /// The pairs whose rule carries a note.
  func hazardPairs(noted note: String) throws -> [HazardMatrix.Pair] {
    try db.all(
      "SELECT first_class, second_class FROM hazard_segregation WHERE note = ?",
      [note]
    ) { HazardMatrix.Pair($0[0], $0[1]) }
  }
}

extension WriteSession {
  /// Marks a day as closed, or opens it again.
  func setClosed(_ day: LocalDay, _ isClosed: Bool, note: String?) throws {
    try db.run(
      """
      INSERT INTO facility_calendar (day, is_closed, note) VALUES (?, ?, ?)
      ON CONFLICT (day) DO UPDATE SET is_closed = excluded.is_closed, note = excluded.note
      """,
      [day.rawValue, isClosed, note]
    )
  }

  /// Rules on one pair; nil takes the rule back, so that the pair is refused again.
  func setHazardRule(
    _ pair: HazardMatrix.Pair,
    mayMix: Bool?,
    distance: HazardMatrix.Distance,
    note: String?
  ) throws {
    guard let mayMix else {
      return try db.run(
        "DELETE FROM hazard_segregation WHERE first_class = ? AND second_class = ?",
        [pair.first, pair.second]
      )
    }
    try db.run(
      """
      INSERT INTO hazard_segregation (first_class, second_class, may_mix, distance, note)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (first_class, second_class) DO UPDATE SET may_mix = excluded.may_mix,
        distance = excluded.distance, note = excluded.note
      """,
      [
        pair.first, pair.second, mayMix,
        (mayMix ? HazardMatrix.Distance.location : distance).rawValue, note,
      ]
    )
  }
}
