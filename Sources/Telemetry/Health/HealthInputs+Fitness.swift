import Warehouse

extension HealthInputs {
  /// Whether the box can do its work.
  var fitness: [HealthCheck] {
    [database, integrity, queryTime, disk, writer, durability, schema, listener]
  }

  private var database: HealthCheck {
    guard let store else {
      return HealthCheck(
        "database",
        .fitness,
        .unhealthy,
        words: "The database does not answer.",
        hint: "Look at the log; `stowage doctor` checks the file."
      )
    }
    if let reason = store.readOnlyReason {
      return HealthCheck(
        "database",
        .fitness,
        .unhealthy,
        words: "The database takes no writes: \(reason)",
        hint: "Remove the cause; writes come back by themselves or with a restart."
      )
    }
    return HealthCheck("database", .fitness, .healthy, words: "The database takes writes.")
  }

  private var integrity: HealthCheck {
    guard let faults = store?.integrityFaults else {
      return HealthCheck("integrity", .fitness, .unknown, words: "Not checked yet.")
    }
    return HealthCheck(
      "integrity",
      .fitness,
      faults.isEmpty ? .healthy : .unhealthy,
      value: Double(faults.count),
      words: faults.first.map { "The check found \(faults.count) faults: \($0)" }
        ?? "The check found no fault.",
      hint: "Stop the service and restore the newest backup."
    )
  }

  private var queryTime: HealthCheck {
    guard let p95 = store?.readP95US else {
      return HealthCheck("query_time", .fitness, .unknown, words: "No query was measured yet.")
    }
    let ms = Double(p95) / 1_000
    return HealthCheck(
      "query_time",
      .fitness,
      ms < 100 ? .healthy : ms < 500 ? .degraded : .unhealthy,
      value: ms,
      words: "95 of 100 queries take at most \(Self.rounded(ms)) ms.",
      hint: "Look for a failing disk, or for long reports that run at the same time."
    )
  }

  private var disk: HealthCheck {
    guard let store, store.diskTotalBytes > 0 else {
      return HealthCheck("disk", .fitness, .unknown, words: "The disk tells no size.")
    }
    let share = Double(store.diskFreeBytes) / Double(store.diskTotalBytes)
    return HealthCheck(
      "disk",
      .fitness,
      share > 0.15 ? .healthy : share > 0.05 ? .degraded : .unhealthy,
      value: share,
      words: "\(Self.rounded(share * 100)) % of the disk is free.",
      hint: "Free some space; shorten the retention in the configuration."
    )
  }

  private var writer: HealthCheck {
    guard let store else {
      return HealthCheck("writer", .fitness, .unknown, words: "The database does not answer.")
    }
    let share = Double(store.writerQueue) / Double(Limits.writerQueue)
    return HealthCheck(
      "writer",
      .fitness,
      share < 0.5 ? .healthy : share < 1 ? .degraded : .unhealthy,
      value: Double(store.writerQueue),
      words: "\(store.writerQueue) requests wait for the writer.",
      hint: "Look at the disk's sync times in the metrics."
    )
  }

  private var durability: HealthCheck {
    guard let store else {
      return HealthCheck("durability", .fitness, .unknown, words: "The database does not answer.")
    }
    return HealthCheck(
      "durability",
      .fitness,
      store.synchronous == 2 ? .healthy : .unhealthy,
      value: Double(store.synchronous),
      words: store.synchronous == 2
        ? "What is acknowledged survives a power cut."
        : "The writer runs with synchronous=\(store.synchronous), not 2 (FULL).",
      hint: "Restart the service."
    )
  }

  private var schema: HealthCheck {
    guard let store, let expected = expectedSchemaVersion else {
      return HealthCheck("schema", .fitness, .unknown, words: "The schema was not compared.")
    }
    return HealthCheck(
      "schema",
      .fitness,
      store.schemaVersion == expected ? .healthy : .unhealthy,
      value: Double(store.schemaVersion),
      words: "The schema has version \(store.schemaVersion); this program wants \(expected).",
      hint: "Start the program that fits the database, or upgrade it."
    )
  }

  private var listener: HealthCheck {
    guard let isListening else {
      return HealthCheck("listener", .fitness, .unknown, words: "The listener was not asked.")
    }
    return HealthCheck(
      "listener",
      .fitness,
      isListening ? .healthy : .unhealthy,
      words: isListening ? "The listener accepts connections." : "The listener is down.",
      hint: "Restart the service and look at the log."
    )
  }

  /// A figure with one decimal at most.
  static func rounded(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int64(tenths)) : String(tenths)
  }
}
