import Forecasting
import Warehouse
import WireFormat

/// What a forecast run did.
public struct ForecastRunReport: Sendable, JSONDocument {
  /// The name of the run that is active now.
  public var run: PublicID?
  /// The last day of history.
  public var originDay: LocalDay
  /// Days ahead.
  public var horizonDays: Int
  /// How many materials were answered.
  public private(set) var materials = 0
  /// Those that could only be answered with a stand-in, and why.
  public private(set) var failures: [(material: String, reason: String)] = []
  /// How often each method was used.
  public private(set) var methods: [String: Int] = [:]
  /// How many of the materials had not moved, and kept their forecast, moved on to today.
  public private(set) var moved = 0
  /// How long it took.
  public var elapsedMS: Int64 = 0

  init(originDay: LocalDay, horizonDays: Int) {
    self.originDay = originDay
    self.horizonDays = horizonDays
  }

  mutating func count(_ answer: ForecastAnswer, _ code: String) {
    materials += 1
    methods[answer.method.rawValue, default: 0] += 1
    if let failure = answer.failure { failures.append((code, failure)) }
  }

  mutating func count(moved forecast: MaterialForecast) {
    materials += 1
    moved += 1
    methods[forecast.method, default: 0] += 1
  }

  /// Writes the report as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("run", run?.text)
      out.member("origin_day", originDay.description)
      out.member("horizon", horizonDays)
      out.member("materials", materials)
      out.member("moved_on", moved)
      out.array("failures") { list in
        for failure in failures {
          list.object { entry in
            entry.member("material", failure.material)
            entry.member("reason", failure.reason)
          }
        }
      }
      out.object("methods") { members in
        for (method, count) in methods.sorted(by: { $0.key < $1.key }) {
          members.member(method, count)
        }
      }
      out.member("elapsed_ms", elapsedMS)
    }
  }
}
