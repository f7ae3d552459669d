import Warehouse

extension HealthInputs {
  /// How well the work goes.
  var business: [HealthCheck] {
    [
      utilizationAge, accuracy, capacityFailures, outliers, statistics, syncBacklog, backup,
      clock, jobs,
    ]
  }

  private var utilizationAge: HealthCheck {
    age(
      "utilization_cache_age",
      since: utilizationRefreshedAt,
      healthyBelowS: 15 * 60,
      degradedBelowS: 30 * 60,
      unknown: "The utilisation cache was not refreshed yet.",
      words: { "The utilisation cache was refreshed \($0) ago." },
      hint: "Run `stowage job run utilization` and look at the job's history."
    )
  }

  private var accuracy: HealthCheck {
    guard let modelAccuracy else {
      return HealthCheck(
        "model_accuracy",
        .business,
        .unknown,
        words: "Fewer than 100 outcomes in 7 days: too few to tell."
      )
    }
    return HealthCheck(
      "model_accuracy",
      .business,
      modelAccuracy > 0.8 ? .healthy : modelAccuracy > 0.7 ? .degraded : .unhealthy,
      value: modelAccuracy,
      words: "The model was right about \(Self.rounded(modelAccuracy * 100)) % of the outcomes.",
      hint: "Look at the reasons of the overrides; retrain the model."
    )
  }

  private var capacityFailures: HealthCheck {
    count(
      "capacity_failures",
      unresolvedCapacityFailures,
      isHealthy: { $0 == 0 },
      isDegraded: { $0 < 5 },
      words: { "\($0) facts of the last 24 hours breach a capacity and stand open." },
      hint: "Correct the location's capacity or move the goods, then resolve the finding."
    )
  }

  private var outliers: HealthCheck {
    count(
      "outliers",
      pendingOutliers,
      isHealthy: { $0 == 0 },
      isDegraded: { $0 <= 10 },
      words: { "\($0) severe or extreme outliers stand open." },
      hint: "Look at them and resolve or dismiss each."
    )
  }

  private var statistics: HealthCheck {
    count(
      "statistics",
      statisticsCollected,
      isHealthy: { $0 > 0 },
      isDegraded: { _ in true },
      words: { "\($0) statistics were collected in 7 days." },
      hint: "Look at the history of the statistics job."
    )
  }

  private var syncBacklog: HealthCheck {
    guard let sync else {
      return HealthCheck(
        "sync_backlog",
        .business,
        .unknown,
        words: "No head office is set up; aggregates are kept."
      )
    }
    var check = age(
      "sync_backlog",
      since: sync.oldestPendingAt ?? now,
      healthyBelowS: 3_600,
      degradedBelowS: 24 * 3_600,
      unknown: "",
      words: { "The oldest aggregate that is not acknowledged is \($0) old." },
      hint: "Check the line to head office; nothing is lost meanwhile."
    )
    if let reason = sync.heldReason {
      check.status = check.status == .unhealthy ? .unhealthy : .degraded
      check.words += " Head office refuses a batch: \(reason)"
      check.hint = "`stowage sync status` shows the batch; it is kept."
    } else if sync.isReceiverBehind {
      check.status = check.status == .unhealthy ? .unhealthy : .degraded
      check.words += " Head office has lost batches that it had acknowledged."
      check.hint = "Tell head office; acknowledged batches are kept for some days."
    } else if sync.deadLetters > 0 {
      check.status = check.status == .unhealthy ? .unhealthy : .degraded
      check.words += " Head office refused \(sync.deadLetters) batches for good."
      check.hint = "`stowage sync letters` shows why; once mended, `stowage sync requeue`."
    } else if check.status != .healthy, let error = sync.lastError {
      check.words += " Last error: \(error)"
    }
    return check
  }

  private var backup: HealthCheck {
    guard let backupsExpectedSince else {
      return HealthCheck("backup", .business, .unknown, words: "No backups are set up.")
    }
    return age(
      "backup",
      since: lastGoodBackupAt ?? backupsExpectedSince,
      healthyBelowS: 26 * 3_600,
      degradedBelowS: 50 * 3_600,
      unknown: "",
      words: { [lastGoodBackupAt] in
        lastGoodBackupAt == nil
          ? "There is no good backup yet; backups were set up \($0) ago."
          : "The last good backup ended \($0) ago."
      },
      hint: "Run `stowage job run backup` and look at the job's history."
    )
  }

  private var clock: HealthCheck {
    guard let clockSkewMS else {
      return HealthCheck("clock", .business, .unknown, words: "The clock was not compared yet.")
    }
    let seconds = Double(clockSkewMS) / 1_000
    return HealthCheck(
      "clock",
      .business,
      abs(clockSkewMS) <= 300_000 ? .healthy : .degraded,
      value: seconds,
      words: "Head office's clock is \(Self.rounded(seconds)) s off ours.",
      hint: "Check the time service (`timedatectl`)."
    )
  }

  private var jobs: HealthCheck {
    guard let lateJobs, let failedJobs else {
      return HealthCheck("jobs", .business, .unknown, words: "The jobs were not asked.")
    }
    let late = lateJobs.sorted().joined(separator: ", ")
    let failed = failedJobs.sorted().joined(separator: ", ")
    var words: [String] = []
    if !failedJobs.isEmpty { words.append("Failed: \(failed).") }
    if !lateJobs.isEmpty { words.append("Late: \(late).") }
    return HealthCheck(
      "jobs",
      .business,
      words.isEmpty ? .healthy : .unhealthy,
      value: Double(lateJobs.count + failedJobs.count),
      words: words.isEmpty ? "All jobs ran when due." : words.joined(separator: " "),
      hint: "`stowage job history` says why."
    )
  }

  private func age(
    _ name: String,
    since: Instant?,
    healthyBelowS: Int64,
    degradedBelowS: Int64,
    unknown: String,
    words: (String) -> String,
    hint: String
  ) -> HealthCheck {
    guard let since else {
      return HealthCheck(name, .business, .unknown, words: unknown)
    }
    // A clock that was set back makes ages negative; that is no reason for an alarm.
    let seconds = max(0, (now.ms - since.ms) / 1_000)
    return HealthCheck(
      name,
      .business,
      seconds < healthyBelowS ? .healthy : seconds < degradedBelowS ? .degraded : .unhealthy,
      value: Double(seconds),
      words: words(Self.duration(seconds)),
      hint: hint
    )
  }

  private func count(
    _ name: String,
    _ count: Int?,
    isHealthy: (Int) -> Bool,
    isDegraded: (Int) -> Bool,
    words: (Int) -> String,
    hint: String
  ) -> HealthCheck {
    guard let count else {
      return HealthCheck(name, .business, .unknown, words: "Not counted yet.")
    }
    return HealthCheck(
      name,
      .business,
      isHealthy(count) ? .healthy : isDegraded(count) ? .degraded : .unhealthy,
      value: Double(count),
      words: words(count),
      hint: hint
    )
  }

  /// A duration in the largest unit that tells it well.
  static func duration(_ seconds: Int64) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7_200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
