import Logging
import Metrics
import Warehouse

/// Runs one job to its end, with history, metrics and log; for the scheduler's lanes and for the
/// command line where no appliance is running.
public struct JobRunner: Sendable {
  private let history: any JobHistory
  private let clock: JobClock
  private let logger: Logger

  /// Makes a runner.
  public init(
    history: any JobHistory,
    clock: JobClock,
    logger: Logger = Logger(label: "stowage.jobs")
  ) {
    self.history = history
    self.clock = clock
    self.logger = logger
  }

  /// Runs the job on the calling thread and returns how it went; it throws nothing, because a
  /// failed job is a fact to be recorded and shown.
  ///
  /// A history that cannot be written does not keep the job from running: retention may be what
  /// frees the disk.
  public func run(_ job: Job, context: JobContext) -> JobRun {
    let began = clock.uptimeMS()
    var key: Int64?
    do {
      key = try history.begin(job.name, at: context.startedAt)
    } catch {
      logger.warning(
        "The start of a job could not be recorded.",
        metadata: ["job": "\(job.name)", "error": "\(error)"]
      )
    }
    var (succeeded, detail) = perform(job, context)
    if let reason = context.stopReason, !succeeded { detail = "\(reason) \(detail)" }
    detail = String(detail.prefix(Limits.noteLength))
    let endedAt = clock.now()
    if let key { recordEnd(key, job, succeeded, detail, endedAt) }
    report(job, succeeded, detail, took: clock.uptimeMS() - began, endedAt)
    return JobRun(
      job: job.name,
      startedAt: context.startedAt,
      endedAt: endedAt,
      succeeded: succeeded,
      detail: detail
    )
  }

  private func perform(_ job: Job, _ context: JobContext) -> (Bool, String) {
    do {
      return (true, try job.work(context))
    } catch let failure as Failure {
      return (false, failure.message)
    } catch {
      return (false, String(describing: error))
    }
  }

  private func recordEnd(
    _ key: Int64,
    _ job: Job,
    _ succeeded: Bool,
    _ detail: String,
    _ endedAt: Instant
  ) {
    do {
      try history.end(key, succeeded: succeeded, detail: detail, at: endedAt)
    } catch {
      logger.warning(
        "The end of a job could not be recorded.",
        metadata: ["job": "\(job.name)", "error": "\(error)"]
      )
    }
  }

  private func report(
    _ job: Job,
    _ succeeded: Bool,
    _ detail: String,
    took: Int64,
    _ endedAt: Instant
  ) {
    let outcome = succeeded ? "succeeded" : "failed"
    Counter(label: "job_runs_total", dimensions: [("job", job.name), ("outcome", outcome)])
      .increment()
    Timer(label: "job_duration_seconds", dimensions: [("job", job.name)]).recordMilliseconds(took)
    if succeeded {
      Meter(label: "job_last_success_timestamp_seconds", dimensions: [("job", job.name)])
        .set(Double(endedAt.ms) / 1_000)
    }
    logger.log(
      level: succeeded ? .info : .error,
      "A job has \(outcome).",
      metadata: ["job": "\(job.name)", "took_ms": "\(took)", "detail": "\(detail)"]
    )
  }
}
