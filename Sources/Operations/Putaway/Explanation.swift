import Packing
import Warehouse
import WireFormat

/// Writes why a place was chosen, as the JSON object that is kept with the recommendation.
///
/// Its members stand in the recommendation's own JSON as they are: score, parts with the figure
/// behind each, reasons in words, the next best places and what decided, and how many places each
/// rule kept out.
enum Explanation {
  /// The explanation of a part.
  static func json(_ part: PlacedPart, receipt: String?, line: Int?, rounds: Int) -> String {
    var writer = JSONWriter(capacity: 1_024)
    writer.object { body in
      if let suggestion = part.suggestion {
        write(suggestion, part, to: &body)
      } else if let chance = part.crossDock {
        write(chance, to: &body)
      }
      if let receipt { body.member("receipt_number", receipt) }
      if let line { body.member("receipt_line", line) }
      if rounds > 0 { body.member("rounds", rounds) }
    }
    return writer.text
  }

  private static func write(
    _ suggestion: PutawaySuggestion,
    _ part: PlacedPart,
    to body: inout JSONWriter
  ) {
    body.member("score", rounded(suggestion.score))
    body.array("parts") { list in
      for item in suggestion.parts {
        list.object {
          $0.member("name", item.kind.rawValue)
          $0.member("score", rounded(item.value))
          $0.member("weight", rounded(item.weight))
          $0.member("figure", rounded(item.figure))
          $0.member("unit", item.unit)
          $0.member("words", item.reason)
          if let partner = item.partner {
            $0.member("near", partner.code)
            $0.member("distance_m", partner.metres.map(rounded))
          }
        }
      }
    }
    body.member("reasons", suggestion.reasons)
    body.array("runners_up") { list in
      for other in part.runnersUp.prefix(Limits.runnersUp) {
        list.object {
          $0.member("location", other.code)
          $0.member("score", rounded(other.score))
          $0.member("decided_by", other.decided)
        }
      }
    }
    body.object("rejected") { counts in
      for (rule, count) in part.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        counts.member(rule.rawValue, count)
      }
    }
    body.member("geometry", suggestion.isGeometric ? "CHECKED" : "VOLUME_AND_WEIGHT")
    if let first = suggestion.boxes.first { body.member("position_mm", size: first.position) }
    writeUnits(suggestion.boxes, to: &body)
    body.member("cross_dock", false)
  }

  /// Where each unit stands, and its edges as it stands there: what a picture of the place needs.
  private static func writeUnits(_ boxes: [PackedBox], to body: inout JSONWriter) {
    guard !boxes.isEmpty else { return }
    body.array("units_mm") { list in
      for box in boxes.prefix(Limits.picturedUnits) {
        list.object {
          $0.member("at", size: box.position)
          $0.member("size", size: box.size)
        }
      }
    }
  }

  private static func write(_ chance: CrossDockChance, to body: inout JSONWriter) {
    body.member("score", 1.0)
    body.array("parts") { _ in }
    body.member(
      "reasons",
      [
        "order \(chance.order) waits for it, due \(Timestamp.text(ms: chance.dueAt.ms)):"
          + " straight to staging \(chance.code)"
      ]
    )
    body.array("runners_up") { _ in }
    body.object("rejected") { _ in }
    body.member("geometry", "VOLUME_AND_WEIGHT")
    body.member("cross_dock", true)
    body.member("order", chance.order)
  }

  /// A figure with at most six decimals, so that texts stay short.
  private static func rounded(_ value: Double) -> Double {
    guard value.isFinite, abs(value) < 1e12 else { return value }
    return (value * 1_000_000).rounded() / 1_000_000
  }

  /// The features of a part, from which the confidence is learned: the parts of the score in their
  /// fixed order, then score, lead over the next best, geometry, split.
  static func features(_ part: PlacedPart, isSplit: Bool) -> [Double] {
    guard let suggestion = part.suggestion else { return [] }
    var values = PutawayPartKind.allCases.map { kind in
      suggestion.parts.first { $0.kind == kind }?.value ?? 0
    }
    let lead = part.runnersUp.first.map { suggestion.score - $0.score } ?? 0
    values += [
      suggestion.score, min(max(lead, 0), 1), suggestion.isGeometric ? 1 : 0, isSplit ? 1 : 0,
    ]
    return values
  }
}
