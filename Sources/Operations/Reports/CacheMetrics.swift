import Metrics

/// Counts refreshes of the utilisation cache.
enum CacheMetrics {
  /// Counts one that succeeded, and how long it took.
  static func refreshed(_ duration: Duration) {
    Counter(label: "bin_utilization_cache_refreshes_total").increment()
    Timer(label: "bin_utilization_cache_refresh_duration_seconds")
      .recordNanoseconds(Int64(duration.milliseconds * 1_000_000))
  }

  /// Counts one that failed.
  static func failed() {
    Counter(label: "bin_utilization_cache_errors_total").increment()
  }
}
