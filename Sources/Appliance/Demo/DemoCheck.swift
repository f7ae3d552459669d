import WireFormat

/// Walks the whole main job against a running demo plant and a hub, and says what it found.
///
/// Goods come in, are planned, confirmed, overridden, rejected and picked; demand is forecast and
/// turned into suggestions; nonsense is refused; the day's aggregates reach the hub; at the end the
/// books must be clean. Everything goes through the doors that clients use: HTTP, and the unix
/// socket for what only people on the box may do. Each step compares what the box says with what
/// the walk itself counted. The first wrong step ends the walk, since the later ones stand on it.
public final class DemoCheck {
  /// What one step found.
  public struct Step: Sendable {
    /// Its place in the walk, from 1.
    public let number: Int
    /// What it looks at, in two or three words.
    public let name: String
    /// Whether everything was as it must be.
    public let passed: Bool
    /// What was found, in words.
    public let words: String
    /// The figures behind the words, for programs.
    public let figures: [(String, JSONValue)]
    /// How long it took, in milliseconds.
    public let elapsedMS: Int64

    /// One line for people.
    public var line: String {
      let place = number < 10 ? " \(number)" : "\(number)"
      let label = name.count < 16 ? name + String(repeating: " ", count: 16 - name.count) : name
      return "\(place)  \(passed ? "ok   " : "WRONG")  \(label)  \(words) (\(elapsedMS) ms)"
    }
  }

  private let settings: ApplianceSettings
  private let server: String?
  private let report: (Step) -> Void

  /// Prepares a walk; `server` is the address where the settings do not name it.
  ///
  /// `step` hears of each step as it ends.
  public init(
    settings: ApplianceSettings,
    server: String?,
    step: @escaping (Step) -> Void
  ) {
    self.settings = settings
    self.server = server
    self.report = step
  }

  /// Walks, and gives the steps up to and including the first wrong one.
  public func run() throws -> [Step] {
    let walk = try DemoWalk(settings: settings, server: server)
    defer { walk.close() }
    var steps: [Step] = []
    for (index, stage) in DemoWalk.stages.enumerated() {
      let began = ZoneClock.uptimeMS()
      var finding = DemoFinding("")
      var isRight = true
      do {
        finding = try stage.look(walk)
      } catch {
        isRight = false
        finding.words = Self.words(of: error)
      }
      let step = Step(
        number: index + 1,
        name: stage.name,
        passed: isRight,
        words: finding.words,
        figures: finding.figures,
        elapsedMS: ZoneClock.uptimeMS() - began
      )
      steps.append(step)
      report(step)
      guard isRight else { break }
    }
    return steps
  }

  /// The steps as one JSON document.
  public static func report(_ steps: [Step]) -> JSONValue {
    let rows = steps.map { step -> JSONValue in
      var figures = JSONObject()
      for (name, value) in step.figures { figures[name] = value }
      return [
        "number": .integer(Int64(step.number)),
        "name": .string(step.name),
        "passed": .bool(step.passed),
        "words": .string(step.words),
        "figures": .object(figures),
        "elapsed_ms": .integer(step.elapsedMS),
      ]
    }
    let isGreen = steps.count == DemoWalk.stages.count && steps.allSatisfy(\.passed)
    return [
      "passed": .bool(isGreen),
      "steps_in_walk": .integer(Int64(DemoWalk.stages.count)),
      "steps": .array(rows),
    ]
  }

  private static func words(of error: any Error) -> String {
    if let wrong = error as? DemoFault { return wrong.words }
    return Problem(error).text
  }
}

/// What a step of the walk found.
struct DemoFinding {
  /// In words.
  var words: String
  /// In figures.
  var figures: [(String, JSONValue)]

  init(_ words: String, _ figures: [(String, JSONValue)] = []) {
    self.words = words
    self.figures = figures
  }
}

/// Something that is not as it must be.
struct DemoFault: Error {
  /// What was found, and what had to be there.
  let words: String

  init(_ words: String) {
    self.words = words
  }

  /// Fails unless two values are the same.
  static func unless<Value: Equatable>(
    _ found: Value,
    equals wanted: Value,
    _ what: @autoclosure () throws -> String
  ) throws {
    guard found == wanted else {
      throw DemoFault("\(try what()): found \(found), must be \(wanted)")
    }
  }

  /// Fails unless something holds.
  static func unless(_ holds: Bool, _ words: @autoclosure () throws -> String) throws {
    guard holds else { throw DemoFault(try words()) }
  }
}
