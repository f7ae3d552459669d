import Synchronization

extension MetricsRegistry {
  /// The content type of `text()`.
  public static let textType = "text/plain; version=0.0.4; charset=utf-8"
  /// The content type of `openMetrics()`.
  public static let openMetricsType =
    "application/openmetrics-text; version=1.0.0; charset=utf-8"

  /// Everything in the Prometheus text format 0.0.4.
  public func text() -> [UInt8] { written(.text) }

  /// Everything in the OpenMetrics 1.0 format.
  public func openMetrics() -> [UInt8] { written(.openMetrics) }

  /// The format that an `Accept` field asks for: OpenMetrics where it is named and not refused.
  public func exposition(accept: String?) -> (type: String, body: [UInt8]) {
    let wanted = (accept ?? "").split(separator: ",").contains { part in
      let pieces = part.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
      return pieces.first == "application/openmetrics-text"
        && !pieces.dropFirst().contains { $0.hasPrefix("q=0") && !$0.contains { "1"..."9" ~= $0 } }
    }
    return wanted ? (Self.openMetricsType, openMetrics()) : (Self.textType, text())
  }

  /// An estimate of a quantile over all series of a histogram since the start, or nil where
  /// nothing was observed; straight lines within buckets, as `histogram_quantile` draws them.
  ///
  /// What lies beyond the last bound is told as that bound.
  public func quantile(_ share: Double, of name: String) -> Double? {
    let found = state.withLock { state -> (bounds: [Double], counts: [UInt64])? in
      guard let family = state.families[name], family.description.kind == .histogram else {
        return nil
      }
      var sums = [UInt64](repeating: 0, count: family.description.buckets.count + 1)
      for cell in family.cells.values {
        guard case .histogram(let counts, _) = cell.reading else { continue }
        for index in sums.indices { sums[index] += counts[index] }
      }
      return (family.description.buckets, sums)
    }
    guard let (bounds, counts) = found else { return nil }
    let total = counts.reduce(0, +)
    guard total > 0, let last = bounds.last else { return nil }
    let rank = min(max(share, 0), 1) * Double(total)
    var before = 0.0
    for (index, bound) in bounds.enumerated() {
      let count = Double(counts[index])
      if before + count >= rank, count > 0 {
        let lower = index == 0 ? min(0, bound) : bounds[index - 1]
        return lower + (bound - lower) * (rank - before) / count
      }
      before += count
    }
    return last
  }

  private func written(_ format: Exposition.Format) -> [UInt8] {
    let families = state.withLock { Array($0.families.values) }
    var exposition = Exposition(format)
    // Sampled values are asked for outside the lock: they may take their own locks, or time.
    for family in families.sorted(by: { $0.description.name < $1.description.name }) {
      var series = family.cells.mapValues(\.reading)
      for (labels, value) in family.samples {
        series[labels] = value().map { .value($0) }
      }
      exposition.family(family.description, series.map { ($0.key, $0.value) })
    }
    if case .value(let count) = dropped.reading, count > 0 {
      exposition.family(
        MetricDescription(
          Self.droppedName,
          kind: .counter,
          help: "Series left out because there were too many or their name was taken."
        ),
        [("", dropped.reading)]
      )
    }
    return exposition.finish()
  }
}
