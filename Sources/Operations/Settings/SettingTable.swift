import Forecasting
import Packing
import Warehouse

extension Setting {
  /// Every setting of the use cases, in the order of the configuration file.
  public static let all: [Setting] =
    facility + putaway + slotting + classes + forecast + replenishment + flags

  /// The same by key.
  public static let byKey = Dictionary(all.map { ($0.key, $0) }) { first, _ in first }

  private static let facility: [Setting] = [.choice("facility.units", \.units)]

  private static let share = 0.0...1.0

  private static let putaway: [Setting] = [
    .choice("putaway.algorithm", \.putaway.algorithm),
    .integer("putaway.plan-budget-ms", in: 0...Limits.planBudgetMS, \.putaway.planBudgetMS),
    .number("putaway.weights.travel", in: share, \.putaway.travelWeight),
    .number("putaway.weights.utilization", in: share, \.putaway.utilizationWeight),
    .number("putaway.weights.affinity", in: share, \.putaway.affinityWeight),
    .number("putaway.weights.congestion", in: share, \.putaway.congestionWeight),
    .number("putaway.weights.consolidation", in: share, \.putaway.consolidationWeight),
    .number("putaway.weights.expiry", in: share, \.putaway.expiryWeight),
    .number("putaway.utilization-low", in: share, \.putaway.utilizationLow),
    .number("putaway.utilization-high", in: share, \.putaway.utilizationHigh),
    .number("putaway.min-support", in: share, \.putaway.minSupport),
    Setting("putaway.maximum-reach-mm", .integer(0...Int(Limits.edgeMM))) {
      .integer(Int($0.putaway.maximumReachMM ?? 0))
    } set: {
      if case .integer(let edge) = $1 {
        $0.putaway.maximumReachMM = edge == 0 ? nil : Int64(edge)
      }
    },
    .integer("putaway.reservation-ttl-s", in: 10...86_400, \.putaway.reservationTTLS),
    .integer("putaway.cross-dock-window-h", in: 0...720, \.putaway.crossDockWindowH),
    .integer("putaway.congestion-window-s", in: 1...86_400, \.putaway.congestionWindowS),
    .integer("putaway.congestion-tasks", in: 1...1_000, \.putaway.congestionTasks),
    Setting("putaway.default-dock", .text) {
      .text($0.putaway.defaultDock ?? "")
    } set: {
      if case .text(let code) = $1 { $0.putaway.defaultDock = code.isEmpty ? nil : code }
    },
  ]

  private static let edge = 0...Int(Limits.edgeMM)

  private static let slotting: [Setting] = [
    .choice("slotting.routing", \.slotting.routing),
    .integer("slotting.aisle-step-mm", in: edge, \.slotting.steps.aisleMM),
    .integer("slotting.bay-step-mm", in: edge, \.slotting.steps.bayMM),
    .integer("slotting.aisle-end-mm", in: edge, \.slotting.steps.endMM),
    .integer("slotting.level-mm", in: edge, \.slotting.steps.levelMM),
    .integer("slotting.history-days", in: 7...730, \.slotting.historyDays),
    .integer("slotting.minimum-orders", in: 2...10_000, \.slotting.minimumOrders),
    .number("slotting.walking-speed-m-s", in: 0.1...10, \.slotting.walkingSpeed),
    .number("slotting.move-s", in: 1...36_000, \.slotting.moveS),
    .number("slotting.labour-cost-per-hour", in: 0...1_000_000, \.slotting.labourCostPerHour),
    .integer("slotting.horizon-days", in: 1...730, \.slotting.horizonDays),
    .integer("slotting.payback-days", in: 1...730, \.slotting.paybackDays),
    .number("slotting.hysteresis", in: 1...100, \.slotting.hysteresis),
    .integer("slotting.moves-per-shift", in: 1...1_000, \.slotting.movesPerShift),
  ]

  private static let classes: [Setting] = [
    .number("classes.share-a", in: share, \.classes.shareA),
    .number("classes.share-ab", in: share, \.classes.shareAB),
  ]

  private static let forecast: [Setting] = [
    .integer("forecast.horizon-days", in: 1...Limits.horizonDays, \.forecast.horizonDays),
    Setting("forecast.method", .choice(ForecastMethod.allCases.map(\.rawValue))) {
      .text($0.forecast.method)
    } set: {
      if case .text(let method) = $1 { $0.forecast.method = method }
    },
    .integer("forecast.season-days", in: 1...Limits.seasonPeriods, \.forecast.seasonDays),
    .integer("forecast.history-days", in: 28...4_000, \.forecast.historyDays),
    Setting("forecast.levels", .numbers(0.0001...0.9999)) {
      .numbers($0.forecast.levels)
    } set: {
      if case .numbers(let levels) = $1 { $0.forecast.levels = levels }
    },
    Setting("forecast.cumulative-days", .numbers(1...Double(Limits.horizonDays))) {
      .numbers($0.forecast.cumulativeDays.map(Double.init))
    } set: {
      if case .numbers(let days) = $1 { $0.forecast.cumulativeDays = days.map { Int($0) } }
    },
  ]

  private static let level = 0.5...0.9999

  private static let replenishment: [Setting] = [
    .number("replenishment.service-level.a", in: level, \.replenishment.serviceLevelA),
    .number("replenishment.service-level.b", in: level, \.replenishment.serviceLevelB),
    .number("replenishment.service-level.c", in: level, \.replenishment.serviceLevelC),
    .toggle("replenishment.fill-rate", \.replenishment.isFillRate),
    .number("replenishment.review-days", in: 0...365, \.replenishment.reviewDays),
    .integer("replenishment.maximum-cover-days", in: 1...3_650, \.replenishment.maximumCoverDays),
    .integer("replenishment.dead-days", in: 28...3_650, \.replenishment.deadDays),
    .number(
      "replenishment.default-lead-time-days",
      in: 0...365,
      \.replenishment.defaultLeadTimeDays
    ),
  ]

  private static let flags: [Setting] = [
    .toggle("flags.sku-affinity", \.flags.skuAffinity),
    .toggle("flags.cross-dock", \.flags.crossDock),
    .toggle("flags.congestion", \.flags.congestion),
    .toggle("flags.learned-confidence", \.flags.learnedConfidence),
  ]
}
