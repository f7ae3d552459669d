import Replenishment
import Warehouse
import WireFormat

/// Promised beside achieved service, per value class.
public struct StockSimulationReport: Sendable, JSONDocument {
  /// The sums over the materials of a class, by one kind of reorder point.
  struct Tally: Sendable {
    var cycles = 0
    var goodCycles = 0
    var demand = 0.0
    var served = 0.0
    var stockDays = 0.0
    var stockMinor = 0.0

    mutating func add(_ played: StockSimulation, dailyMean: Double, unitCostMinor: Int64) {
      cycles += played.cycles
      goodCycles += played.goodCycles
      // In days of demand, so that materials of different units can be added up.
      demand += played.demand / dailyMean
      served += played.served / dailyMean
      stockDays += played.averageStock / dailyMean
      stockMinor += played.averageStock * Double(unitCostMinor)
    }

    func write(_ out: inout JSONWriter, materials: Int) {
      let count = Double(max(1, materials))
      out.member("cycles", cycles)
      out.member(
        "cycle_service",
        cycles > 0 ? ForecastView.rounded(Double(goodCycles) / Double(cycles)) : nil
      )
      out.member("fill_rate", demand > 0 ? ForecastView.rounded(served / demand) : nil)
      out.member("average_stock_days", ForecastView.rounded(stockDays / count))
      out.member("average_stock_minor", Money.whole(stockMinor))
    }
  }

  /// What stands for one class.
  struct Row: Sendable {
    var materials = 0
    var promised = 0.0
    var achieved = Tally()
    var textbook = Tally()
  }

  let days: Int
  let asked: Int
  private var rows: [ABCClass: Row] = [:]
  private var unplayed = 0

  init(days: Int, materials: Int) {
    self.days = days
    self.asked = materials
  }

  mutating func count(_ trial: StockTrial?, valueClass: ABCClass, unitCostMinor: Int64) {
    guard let trial else {
      unplayed += 1
      return
    }
    var row = rows[valueClass] ?? Row()
    row.materials += 1
    row.promised += trial.serviceLevel
    row.achieved.add(trial.promised, dailyMean: trial.dailyMean, unitCostMinor: unitCostMinor)
    row.textbook.add(trial.textbook, dailyMean: trial.dailyMean, unitCostMinor: unitCostMinor)
    rows[valueClass] = row
  }

  /// Writes the report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("days", days)
      out.member("materials", asked)
      out.member("without_enough_past", unplayed)
      out.array("classes") { list in
        for value in ABCClass.allCases {
          guard let row = rows[value] else { continue }
          list.object { entry in
            entry.member("value_class", value.rawValue)
            entry.member("materials", row.materials)
            entry.member(
              "promised_service",
              ForecastView.rounded(row.promised / Double(row.materials))
            )
            entry.object("achieved") { row.achieved.write(&$0, materials: row.materials) }
            entry.object("textbook") { row.textbook.write(&$0, materials: row.materials) }
          }
        }
      }
    }
  }
}
