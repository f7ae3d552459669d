import Warehouse
import WireFormat

/// What the box does by itself, as people at a desk see and steer it.
///
/// The composition root runs jobs and uplink; the API only asks. Answers are JSON in the shape of
/// the description; a job that nobody knows fails with `notFound`.
public struct Upkeep: Sendable {
  /// Where each job stands.
  public var jobs: @Sendable () throws -> JSONValue = { ["rows": .array([])] }
  /// The newest runs of a job.
  public var runs: @Sendable (_ job: String, _ limit: Int) throws -> JSONValue
  /// Queues a job to run now; does not wait for it.
  public var start: @Sendable (_ job: String) throws -> JSONValue
  /// Tells a running or waiting job to stop.
  public var cancel: @Sendable (_ job: String) throws -> JSONValue
  /// How far the sending to head office has come.
  public var upstream: @Sendable () throws -> JSONValue = { ["configured": false] }
  /// Batches that head office refuses for good.
  public var deadLetters: @Sendable () throws -> JSONValue = { ["rows": .array([])] }
  /// Sends them once more, as new batches.
  public var requeue: @Sendable () throws -> JSONValue = { ["letters": 0, "events": 0] }

  /// A box without jobs.
  public init() {
    runs = { job, _ in throw Self.unknown(job) }
    start = { throw Self.unknown($0) }
    cancel = { throw Self.unknown($0) }
  }

  private static func unknown(_ job: String) -> Failure {
    Failure(.notFound, "There is no job \(job.prefix(60)).", hint: "See /api/v1/jobs.")
  }
}
