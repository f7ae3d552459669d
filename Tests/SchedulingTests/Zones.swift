import Foundation
import Scheduling
import Testing
import Warehouse

/// Real zones, so that the rules are tested against the real clock changes.
enum Zones {
  static func calendar(_ name: String) throws -> FacilityCalendar {
    let zone = try #require(TimeZone(identifier: name))
    return FacilityCalendar { moment in
      zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.ms) / 1_000))
    }
  }

  /// A moment from its UTC reading, `2026-03-29T01:00Z` without the Z.
  static func utc(_ text: String) throws -> Instant {
    let halves = text.split(separator: "T")
    let day = try #require(LocalDay(halves[0]))
    let parts = halves[1].split(separator: ":").compactMap { Int64($0) }
    let seconds = parts[0] * 3_600 + parts[1] * 60 + (parts.count > 2 ? parts[2] : 0)
    return Instant(ms: (Int64(day.rawValue) * 86_400 + seconds) * 1_000)
  }
}
