import Replenishment
import Warehouse
import WireFormat

/// The ABC-XYZ matrix as it is shown.
public struct StockMatrixView: Sendable, JSONDocument {
  /// A place in the matrix.
  public struct Place: Sendable, Hashable {
    /// By value.
    public var value: ABCClass
    /// By steadiness.
    public var steadiness: SteadinessClass
  }

  /// What stands there.
  public struct Cell: Sendable {
    /// Materials.
    public private(set) var materials = 0
    /// Their demand of a year at unit cost, in minor units of money.
    public private(set) var demandMinor = 0.0
    /// What lies in stock of them, at unit cost.
    public private(set) var stockMinor = 0.0

    mutating func add(demandMinor: Double, stockMinor: Double) {
      materials += 1
      self.demandMinor += demandMinor
      self.stockMinor += stockMinor
    }
  }

  /// The cells; what is absent is empty.
  public var cells: [Place: Cell]
  /// For the service that each value class is promised.
  var settings: ReplenishmentSettings

  /// Writes all nine cells as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.array("cells") { list in
        for value in ABCClass.allCases {
          for steadiness in SteadinessClass.allCases {
            let cell = cells[Place(value: value, steadiness: steadiness)] ?? Cell()
            list.object { entry in
              entry.member("value_class", value.rawValue)
              entry.member("steadiness", steadiness.rawValue)
              entry.member("materials", cell.materials)
              entry.member("demand_value_minor", Money.whole(cell.demandMinor))
              entry.member("stock_value_minor", Money.whole(cell.stockMinor))
              entry.member("service_level", settings.serviceLevel(of: value))
            }
          }
        }
      }
      out.member("steady_up_to", SteadinessClass.steadyCut)
      out.member("changing_up_to", SteadinessClass.changingCut)
    }
  }
}

/// Dead and excess stock as it is shown.
public struct StockHealthView: Sendable, JSONDocument {
  /// One stock.
  struct Row: Sendable {
    var code: String
    var unit: String
    var onHandMilli: Int64
    var surplusMilli: Int64
    var valueMinor: Double
    var days: Double?
  }

  let deadDays: Int
  let coverDays: Int
  private var dead: [Row] = []
  private var excess: [Row] = []
  private var deadTotals = (count: 0, minor: 0.0)
  private var excessTotals = (count: 0, minor: 0.0)

  init(deadDays: Int, coverDays: Int) {
    self.deadDays = deadDays
    self.coverDays = coverDays
  }

  mutating func add(_ material: Material, onHandMilli: Int64, _ health: StockHealth) {
    let price = Double(material.draft.unitCostMinor ?? 0)
    func row(_ surplus: Int64, _ days: Double?) -> Row {
      Row(
        code: material.code,
        unit: material.draft.baseUnit.rawValue,
        onHandMilli: onHandMilli,
        surplusMilli: surplus,
        valueMinor: Double(surplus) / 1_000 * price,
        days: days
      )
    }
    switch health {
    case .sound: return
    case .dead(let days):
      let found = row(onHandMilli, days.map(Double.init))
      dead.append(found)
      deadTotals = (deadTotals.count + 1, deadTotals.minor + found.valueMinor)
    case .excess(let quantity, let cover):
      let found = row(Int64((quantity * 1_000).rounded(.down)), cover)
      excess.append(found)
      excessTotals = (excessTotals.count + 1, excessTotals.minor + found.valueMinor)
    }
  }

  /// Keeps the most valuable of each kind.
  mutating func cut(to limit: Int) {
    func first(_ rows: [Row]) -> [Row] {
      Array(
        rows.sorted {
          $0.valueMinor != $1.valueMinor ? $0.valueMinor > $1.valueMinor : $0.code < $1.code
        }.prefix(limit)
      )
    }
    dead = first(dead)
    excess = first(excess)
  }

  /// Writes both kinds as JSON.
  public func write(to writer: inout JSONWriter) {
    func kind(
      _ out: inout JSONWriter,
      _ name: String,
      _ rows: [Row],
      _ totals: (count: Int, minor: Double),
      _ days: String
    ) {
      out.object(name) { part in
        part.member("materials", totals.count)
        part.member("value_minor", Money.whole(totals.minor))
        part.array("rows") { list in
          for row in rows {
            list.object { entry in
              entry.member("material", row.code)
              entry.member("unit", row.unit)
              entry.member("on_hand", milli: row.onHandMilli)
              entry.member("surplus", milli: row.surplusMilli)
              entry.member("value_minor", Money.whole(row.valueMinor))
              entry.member(days, row.days.map(ForecastView.rounded))
            }
          }
        }
      }
    }
    writer.object { out in
      out.member("dead_after_days", deadDays)
      out.member("longest_cover_days", coverDays)
      kind(&out, "dead", dead, deadTotals, "days_without_demand")
      kind(&out, "excess", excess, excessTotals, "cover_days")
    }
  }
}

extension Money {
  /// A sum that was worked out in fractions, to whole minor units that JSON holds exactly.
  static func whole(_ minor: Double) -> Int64 {
    minor.isFinite ? Int64(min(max(minor.rounded(), -9e15), 9e15)) : 0
  }
}
