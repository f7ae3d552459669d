import Warehouse

/// Whether the books agree with themselves.
public struct AuditReport: Sendable, Equatable {
  /// How much a finding matters.
  public enum Gravity: String, Sendable {
    /// The books contradict themselves.
    case wrong = "WRONG"
    /// Something is missing or looks odd.
    case warning = "WARNING"
  }

  /// One finding, in words.
  public struct Finding: Sendable, Equatable {
    /// The check.
    public var check: String
    /// How much it matters.
    public var gravity: Gravity
    /// How many.
    public var count: Int
    /// What was found.
    public var words: String
  }

  /// Stock that the ledger does not explain, the first of it.
  public var differences: [StockDifference]
  /// Places whose cached utilisation is not what stock and reservations make it, the first of them.
  public var staleLocations: [String]
  /// The counts of the data-quality audit.
  public var counts: [String: Int]
  /// Rows per table.
  public var rowCounts: [String: Int]
  /// What the store says of itself.
  public var vitals: StoreVitals
  /// When it was read.
  public var at: Instant

  /// Whether nothing is wrong; warnings do not count.
  public var isClean: Bool { !findings.contains { $0.gravity == .wrong } }

  /// What was found, the wrong first.
  public var findings: [Finding] {
    var found: [Finding] = []
    func wrong(_ check: String, _ count: Int, _ words: String) {
      if count > 0 {
        found.append(Finding(check: check, gravity: .wrong, count: count, words: words))
      }
    }
    let unexplained = max(counts["unexplained_stock"] ?? 0, differences.count)
    wrong("ledger_explains_stock", unexplained, "stock rows that the ledger does not explain")
    let stale = max(counts["stale_utilization"] ?? 0, staleLocations.count)
    wrong("utilization_cache", stale, "cached utilisations that differ from stock")
    let faults = vitals.integrityFaults ?? []
    wrong(
      "integrity",
      faults.count,
      "faults of the file: " + faults.prefix(3).joined(separator: "; ")
    )
    if vitals.synchronous != 2 {
      wrong("durability", 1, "the writer runs with synchronous \(vitals.synchronous), not 2 (FULL)")
    }
    if let reason = vitals.readOnlyReason { wrong("writable", 1, "writes are refused: \(reason)") }
    for (check, limit, words) in Self.warnings {
      let count = counts[check] ?? 0
      guard count >= limit else { continue }
      found.append(Finding(check: check, gravity: .warning, count: count, words: words))
    }
    return found
  }

  /// From which count on a figure of the audit is worth a warning (REQUIREMENTS, data quality).
  private static let warnings: [(String, Int, String)] = [
    ("materials_without_dimensions", 10, "materials without dimensions"),
    ("materials_without_class", 100, "materials without a class"),
    ("locations_without_capacity", 1, "locations without any capacity"),
    ("negative_stock", 1, "stock rows below zero: a late fact, or a count is due"),
    ("lots_without_location", 1, "lots that lie nowhere"),
    ("demand_gaps", 1, "open days without any demand: an import may be missing"),
    ("duplicate_barcodes", 1, "barcodes that several things share"),
  ]
}
