import Operations
import Packing
import Warehouse

extension ApplianceSettings {
  /// Reads how the site is laid out and walked, and what moves cost.
  mutating func readSlotting(_ reader: SettingReader) {
    reader.text("slotting.routing") { name in
      if let routing = PickLayout.Routing(rawValue: name) {
        operations.slotting.routing = routing
      } else {
        reader.note("slotting.routing", "must be S_SHAPE, RETURN or MIDPOINT", name)
      }
    }
    let length = 0...Int(Limits.edgeMM)
    reader.integer("slotting.aisle-step-mm", in: length) {
      operations.slotting.steps.aisleMM = Int64($0)
    }
    reader.integer("slotting.bay-step-mm", in: length) {
      operations.slotting.steps.bayMM = Int64($0)
    }
    reader.integer("slotting.aisle-end-mm", in: length) {
      operations.slotting.steps.endMM = Int64($0)
    }
    reader.integer("slotting.level-mm", in: length) {
      operations.slotting.steps.levelMM = Int64($0)
    }
    reader.integer("slotting.history-days", in: 7...730) { operations.slotting.historyDays = $0 }
    reader.integer("slotting.minimum-orders", in: 2...10_000) {
      operations.slotting.minimumOrders = $0
    }
    reader.number("slotting.walking-speed-m-s", in: 0.1...10) {
      operations.slotting.walkingSpeed = $0
    }
    reader.integer("slotting.move-s", in: 1...36_000) { operations.slotting.moveS = Double($0) }
    reader.number("slotting.labour-cost-per-hour", in: 0...1_000_000) {
      operations.slotting.labourCostPerHour = $0
    }
    reader.integer("slotting.horizon-days", in: 1...730) { operations.slotting.horizonDays = $0 }
    reader.integer("slotting.payback-days", in: 1...730) { operations.slotting.paybackDays = $0 }
    reader.number("slotting.hysteresis", in: 1...100) { operations.slotting.hysteresis = $0 }
    reader.integer("slotting.moves-per-shift", in: 1...1_000) {
      operations.slotting.movesPerShift = $0
    }
  }
}
