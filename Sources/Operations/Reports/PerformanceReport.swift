import Warehouse
import WireFormat

/// How the work of the last days went: what was put away where, how sure the box was, how far the
/// picks were.
///
/// Travel is stated against the site's own layout: the same picks out of the same zones, had each
/// lot lain in a place as far as the mean of its zone. That is what storing at random inside the
/// zone comes to; one pick counts as one trip there and back. Hours and money follow from it by the
/// walking speed and the labour cost of the settings.
public struct PerformanceReport: Sendable, JSONDocument {
  private let from: LocalDay
  private let today: [LedgerKind: Int]
  private let outcomes: [OutcomeCount]
  private let travel: [PickTravel]
  private let slotting: SlottingSettings

  init(
    from: LocalDay,
    today: [LedgerKind: Int],
    outcomes: [OutcomeCount],
    travel: [PickTravel],
    slotting: SlottingSettings
  ) {
    self.from = from
    self.today = today
    self.outcomes = outcomes
    self.travel = travel
    self.slotting = slotting
  }

  private func count(_ statuses: RecommendationStatus...) -> Int {
    outcomes.reduce(0) { $0 + (statuses.contains($1.status) ? $1.count : 0) }
  }

  /// Writes the report.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("from", day: from)
      body.object("today") { counts in
        for (kind, count) in today.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          counts.member(kind.rawValue, count)
        }
      }
      body.object("tasks") { counts in
        for status in RecommendationStatus.allCases {
          counts.member(status.rawValue, count(status))
        }
      }
      let answered = count(.confirmed, .overridden, .rejected)
      body.member("answered", answered)
      body.member("acceptance", answered == 0 ? nil : Double(count(.confirmed)) / Double(answered))
      writeReasons(&body)
      writeConfidence(&body)
      writeTravel(&body)
    }
  }

  private func writeReasons(_ body: inout JSONWriter) {
    body.object("reasons") { counts in
      for reason in OverrideReason.allCases {
        let count = outcomes.reduce(0) { $0 + ($1.reason == reason ? $1.count : 0) }
        if count > 0 { counts.member(reason.rawValue, count) }
      }
    }
  }

  /// Of those that were answered: what was promised and what came true, tenth by tenth.
  private func writeConfidence(_ body: inout JSONWriter) {
    let answered = outcomes.filter {
      [.confirmed, .overridden, .rejected].contains($0.status)
    }
    body.array("confidence") { list in
      for tenth in 0..<10 {
        let group = answered.filter { $0.confidenceTenth == tenth }
        let count = group.reduce(0) { $0 + $1.count }
        guard count > 0 else { continue }
        let accepted = group.reduce(0) { $0 + ($1.status == .confirmed ? $1.count : 0) }
        let sum = group.reduce(0) { $0 + $1.confidenceSum }
        list.object {
          $0.member("from", Double(tenth) / 10)
          $0.member("count", count)
          $0.member("promised", rounded(sum / Double(count)))
          $0.member("accepted", rounded(Double(accepted) / Double(count)))
        }
      }
    }
  }

  private func writeTravel(_ body: inout JSONWriter) {
    body.object("travel") { figures in
      let picks = travel.reduce(0) { $0 + $1.picks }
      let walked = travel.reduce(Int64(0)) { $0 + $1.travelMM }
      let baseline = travel.reduce(0.0) { $0 + $1.meanTravelMM * Double($1.picks) }
      figures.member("picks", picks)
      figures.member("walked_m", rounded(2 * Double(walked) / 1_000))
      figures.member("baseline_m", rounded(2 * baseline / 1_000))
      let savedMM = 2 * (baseline - Double(walked))
      figures.member("saved_m", rounded(savedMM / 1_000))
      figures.member("hours_saved", rounded(savedMM / 1_000 / slotting.walkingSpeed / 3_600))
      figures.member("cost_saved", rounded(slotting.cost(ofMM: savedMM)))
      figures.member("walking_speed_m_s", slotting.walkingSpeed)
      figures.member("labour_cost_per_hour", slotting.labourCostPerHour)
      figures.array("zones") { list in
        for zone in travel {
          list.object {
            $0.member("zone", zone.zone)
            $0.member("picks", zone.picks)
            $0.member("walked_m", rounded(2 * Double(zone.travelMM) / 1_000))
            $0.member("baseline_m", rounded(2 * zone.meanTravelMM * Double(zone.picks) / 1_000))
          }
        }
      }
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
