extension MetricDescription {
  /// The metrics of the product, by their fixed names.
  public static let standard: [MetricDescription] =
    warehouse + learning + upkeep + requests + store + process

  private static func counter(_ name: String, _ help: String) -> MetricDescription {
    MetricDescription(name, kind: .counter, help: help)
  }

  private static func gauge(_ name: String, _ help: String) -> MetricDescription {
    MetricDescription(name, kind: .gauge, help: help)
  }

  private static func histogram(
    _ name: String,
    _ help: String,
    _ buckets: [Double]
  ) -> MetricDescription {
    MetricDescription(name, kind: .histogram, help: help, buckets: buckets)
  }

  private static let warehouse: [MetricDescription] = [
    gauge("bin_utilization_cache_age_seconds", "Seconds since the cache was last refreshed."),
    counter("bin_utilization_cache_refreshes_total", "Full refreshes of the cache."),
    counter("bin_utilization_cache_errors_total", "Refreshes of the cache that failed."),
    histogram(
      "bin_utilization_cache_refresh_duration_seconds",
      "Time of a full refresh of the cache.",
      jobBuckets
    ),
    histogram(
      "bin_utilization_query_duration_seconds",
      "Time of a query of the cache.",
      callBuckets
    ),
    gauge("bin_utilization_average_ratio", "Mean utilisation of the storage locations."),
    counter("scans_total", "Scanned or typed codes by kind and entry."),
    counter("scans_without_separator_total", "Labels that may have lost a separator."),
    counter("putaway_recommendations_total", "Recommendations by algorithm and status."),
    histogram(
      "putaway_recommendation_confidence_score",
      "Confidence of recommendations, 0 to 1.",
      shareBuckets
    ),
    gauge("putaway_acceptance_ratio", "Share of the last 7 days' recommendations accepted."),
    histogram(
      "batch_putaway_processing_seconds",
      "Time of a plan for a whole receipt, by algorithm.",
      callBuckets
    ),
    gauge(
      "capacity_validation_failures_unresolved",
      "Facts that breached capacity and stand open."
    ),
    histogram("forecast_generation_seconds", "Time of a forecast run.", jobBuckets),
    gauge("forecast_accuracy_mape_ratio", "Mean absolute percentage error, non-zero actuals."),
    gauge("forecast_bias_ratio", "Mean bias of forecasts, relative to demand."),
    gauge("replenishment_suggestions", "Open suggestions by urgency."),
  ]

  private static let learning: [MetricDescription] = [
    gauge("ml_model_accuracy_ratio", "Share of 7 days' outcomes on the right side of p = 0.5."),
    histogram("ml_model_training_duration_seconds", "Time of a training.", jobBuckets),
    gauge("statistical_analysis_sample_size", "Observations in the newest summary."),
    gauge("statistical_analysis_outliers", "Pending outliers by severity."),
    gauge("correlation_analysis_coefficient", "Correlation of two figures."),
    gauge("ab_test_p_value", "p-value of a running experiment."),
  ]

  private static let upkeep: [MetricDescription] = [
    gauge("sync_backlog_batches", "Batches that head office has not acknowledged."),
    gauge("sync_backlog_events", "Aggregates that no batch holds yet."),
    gauge("sync_last_success_timestamp_seconds", "When head office last acknowledged."),
    gauge("sync_clock_skew_seconds", "Head office's clock minus ours."),
    counter("sync_batches_total", "Batches sent, by outcome."),
    counter("sync_sent_bytes_total", "Bytes sent upstream, packed."),
    counter("sync_settings_total", "Settings of head office, by what became of them."),
    gauge("sync_settings_version", "Version of head office's settings in force; 0 for none."),
    gauge("sync_dead_letters", "Batches that head office refused for good and nobody sent again."),
    gauge("backup_last_success_timestamp_seconds", "When the last good backup ended."),
    gauge("job_last_success_timestamp_seconds", "When a job last ended well."),
    counter("job_runs_total", "Runs of jobs, by outcome."),
    histogram("job_duration_seconds", "Time of a job.", jobBuckets),
    gauge("health_status", "Health by check: 2 healthy, 1 degraded, 0 unhealthy."),
    gauge("build_info", "The running version; always 1."),
  ]

  private static let requests: [MetricDescription] = [
    counter("http_requests_total", "Requests by route and status."),
    histogram("http_request_duration_seconds", "Time of a request by route.", callBuckets),
    counter("http_request_bytes_total", "Bytes of request bodies."),
    counter("http_response_bytes_total", "Bytes of answers."),
    gauge("http_connections", "Open connections."),
    gauge("http_event_streams", "Open streams of events."),
  ]

  private static let store: [MetricDescription] = [
    gauge("sqlite_wal_bytes", "Size of the write-ahead log."),
    gauge("sqlite_database_bytes", "Size of the database."),
    gauge("sqlite_oldest_reader_seconds", "Age of the oldest open read."),
    gauge("sqlite_writer_queue", "Requests waiting for the writer."),
    counter("sqlite_commits_total", "Commits."),
    counter("sqlite_committed_requests_total", "Requests that commits made durable."),
    histogram("sqlite_commit_duration_seconds", "Time of a commit.", callBuckets),
    histogram("sqlite_sync_duration_seconds", "Time of a sync of the disk.", callBuckets),
    counter("sqlite_written_bytes_total", "Bytes written to the disk."),
    gauge("disk_free_bytes", "Free bytes of the database's disk."),
    gauge("disk_total_bytes", "Size of the database's disk."),
  ]

  private static let process: [MetricDescription] = [
    counter("process_cpu_seconds_total", "CPU time, user and system."),
    gauge("process_resident_memory_bytes", "Memory in RAM."),
    gauge("process_virtual_memory_bytes", "Address space."),
    gauge("process_open_fds", "Open files and sockets."),
    gauge("process_max_fds", "How many files and sockets may be open."),
    gauge("process_threads", "Threads."),
    gauge("process_start_time_seconds", "When the process started, in seconds since 1970."),
    counter(MetricsRegistry.droppedName, "Series left out because there were too many."),
  ]
}
