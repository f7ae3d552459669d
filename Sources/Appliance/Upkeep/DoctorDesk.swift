import Operations
import Warehouse
import WireFormat

/// Checks the books: every unit of stock is explained by the ledger, and the cache by the stock.
struct DoctorDesk: Sendable {
  private static let shownFindings = 100
  private let environment: OperationsEnvironment
  private let scope: TenantScope

  init(_ environment: OperationsEnvironment, scope: TenantScope) {
    self.environment = environment
    self.scope = scope
  }

  /// All checks with their findings, as JSON.
  func report() throws -> JSONValue {
    let vitals = try environment.store.vitals()
    return try environment.store.read(scope) { transaction in
      let unexplained = try transaction.unexplainedStock(limit: Self.shownFindings)
      let stale = try transaction.staleUtilization(limit: Self.shownFindings)
      let rows = try transaction.rowCounts()
      let quality = try transaction.auditCounts().counts
      let negative = quality["negative_stock"] ?? 0
      let chain = try transaction.auditFaults(limit: Self.shownFindings)
      let checks: [JSONValue] = [
        Self.check(
          "ledger explains stock",
          unexplained.map(Self.words),
          "\(rows["stock"] ?? 0) stock rows, \(rows["inventory_transactions"] ?? 0) ledger rows"
        ),
        Self.check(
          "utilisation cache",
          stale,
          "\(rows["locations"] ?? 0) locations equal recomputation"
        ),
        Self.check(
          "integrity",
          vitals.integrityFaults ?? [],
          vitals.integrityFaults == nil ? "the check is still running" : "quick_check is clean"
        ),
        Self.check(
          "durability",
          vitals.synchronous == 2 ? [] : ["synchronous is \(vitals.synchronous), not 2 (FULL)"],
          "synchronous 2 (FULL), journal \(vitals.journalMode), read back from the writer"
        ),
        Self.check(
          "writes",
          vitals.readOnlyReason.map { [$0] } ?? [],
          "the database takes writes"
        ),
        Self.check(
          "negative stock",
          negative > 0 ? ["\(negative) stock rows are below zero"] : [],
          "no stock row is below zero"
        ),
        Self.check(
          "audit log",
          chain.faults,
          "\(chain.rows) rows in one chain that vouches for the ledger, head "
            + HexText.lower(chain.head.prefix(8))
        ),
      ]
      let findings = checks.reduce(0) { $0 + ($1["findings"]?.array?.count ?? 0) }
      return [
        "findings": .integer(Int64(findings)),
        "checks": .array(checks),
        "rows": counts(rows),
        "quality": counts(quality),
      ]
    }
  }

  private func counts(_ counts: [String: Int]) -> JSONValue {
    var object = JSONObject()
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      _ = object.append(name, .integer(Int64(count)))
    }
    return .object(object)
  }

  private static func check(_ name: String, _ findings: [String], _ words: String) -> JSONValue {
    [
      "name": .string(name),
      "status": .string(findings.isEmpty ? "OK" : "FINDING"),
      "words": .string(words),
      "findings": .array(findings.map { .string($0) }),
    ]
  }

  private static func words(_ difference: StockDifference) -> String {
    "\(difference.materialCode) lot \(difference.lotNumber) in \(difference.locationCode): stock "
      + "\(DecimalText.text(difference.stockMilli, decimals: 3)), ledger explains "
      + DecimalText.text(difference.ledgerMilli, decimals: 3)
  }
}
