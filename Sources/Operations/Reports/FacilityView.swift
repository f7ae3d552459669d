import Warehouse
import WireFormat

/// The warehouse as its pages need it: its name, zone and money, and the settings in force.
///
/// The settings that matter to people on the floor are shown, so that they see by which rules the
/// box decides; all of them, and whose each is, stand in ``SettingsView``.
public struct FacilityView: Sendable, JSONDocument {
  private let facility: Facility
  private let settings: FacilitySettings
  private let now: Instant

  init(_ facility: Facility, settings: FacilitySettings, now: Instant) {
    self.facility = facility
    self.settings = settings
    self.now = now
  }

  /// Writes the facility.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("code", facility.code)
      body.member("name", facility.name)
      body.member("time_zone", facility.timeZone)
      body.member("currency", facility.currency)
      body.member("gln", facility.gln)
      body.member("units", settings.units.rawValue)
      body.member("now", ms: now.ms)
      body.object("flags") { flags in
        flags.member("sku_affinity", settings.flags.skuAffinity)
        flags.member("cross_dock", settings.flags.crossDock)
        flags.member("congestion", settings.flags.congestion)
        flags.member("learned_confidence", settings.flags.learnedConfidence)
      }
      body.object("putaway") { write(settings.putaway, to: &$0) }
      body.object("planning") { planning in
        planning.member("horizon_days", settings.forecast.horizonDays)
        planning.member("method", settings.forecast.method)
        planning.member("service_level_a", settings.replenishment.serviceLevelA)
        planning.member("service_level_b", settings.replenishment.serviceLevelB)
        planning.member("service_level_c", settings.replenishment.serviceLevelC)
        planning.member("review_days", settings.replenishment.reviewDays)
        planning.member("default_lead_time_days", settings.replenishment.defaultLeadTimeDays)
      }
    }
  }

  private func write(_ putaway: PutawaySettings, to body: inout JSONWriter) {
    body.member("algorithm", putaway.algorithm.rawValue)
    body.member("plan_budget_ms", putaway.planBudgetMS)
    body.member("reservation_s", putaway.reservationTTLS)
    body.member("cross_dock_window_h", putaway.crossDockWindowH)
    body.member("min_support", putaway.minSupport)
    body.object("weights") { weights in
      weights.member("travel", putaway.travelWeight)
      weights.member("utilization", putaway.utilizationWeight)
      weights.member("affinity", putaway.affinityWeight)
      weights.member("congestion", putaway.congestionWeight)
      weights.member("consolidation", putaway.consolidationWeight)
      weights.member("expiry", putaway.expiryWeight)
    }
  }
}
