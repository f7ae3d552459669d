/// What went wrong, in words that an operator can act on.
///
/// One shape for every layer: a machine code that callers branch on, a sentence for people, the
/// values it speaks of, and a hint that says what to do next. The API maps `code` to an HTTP
/// status in one table; nothing else invents error shapes.
public struct Failure: Error, Sendable, Equatable {
  /// The machine codes; few on purpose, and each maps to one HTTP status.
  public enum Code: String, Sendable, CaseIterable {
    /// The bytes could not be read at all: broken JSON, bad UTF-8, a cut line.
    case malformed
    /// The bytes were read, but a value breaks a rule.
    case invalid
    /// A required header or parameter is missing.
    case missing
    /// The thing named does not exist, or not for this tenant.
    case notFound = "not_found"
    /// What is there now does not allow this intent.
    case conflict
    /// The same key was used before with another body.
    case keyReused = "key_reused"
    /// The same key is being worked on right now.
    case inProgress = "in_progress"
    /// What is there is not what the request's `If-Match` or `If-None-Match` names.
    case preconditionFailed = "precondition_failed"
    /// A change that needs an `If-Match` has none.
    case preconditionRequired = "precondition_required"
    /// The method is not allowed for this resource.
    case methodNotAllowed = "method_not_allowed"
    /// The body, the header or the answer is larger than its limit.
    case tooLarge = "too_large"
    /// The content type is not one that this call takes.
    case unsupportedMedia = "unsupported_media"
    /// Nobody is signed in, or the credentials are wrong.
    case unauthorized
    /// Signed in, but not allowed.
    case forbidden
    /// Too many requests of this caller; try again after the time given.
    case limited
    /// Too much at once; try again after the time given.
    case overloaded
    /// The disk is full.
    case storageFull = "storage_full"
    /// The database takes no writes at the moment.
    case readOnly = "read_only"
    /// The file is not ours, is newer than this program, or is damaged.
    case unusable
    /// Took longer than its limit.
    case timedOut = "timed_out"
    /// Another process is at work on the same data.
    case busy
    /// A fault of this program; the details are in the log.
    case `internal`
  }

  /// One fault inside a larger input: where it stands and which rule it breaks.
  public struct Fault: Sendable, Equatable {
    /// Where: a JSON pointer (`/lines/3/quantity`) or `row 7, column weight_kg`.
    public var place: String
    /// The value as it was given, shortened.
    public var value: String?
    /// The rule that it breaks, in words.
    public var rule: String

    /// Makes a fault from its place, the offending value and the broken rule.
    public init(place: String, value: String? = nil, rule: String) {
      self.place = place
      self.value = value
      self.rule = rule
    }
  }

  /// Something that can be done instead: a call, as far as it is known.
  public struct Choice: Sendable, Equatable {
    /// What it does, for programs.
    public var action: String
    /// The path of the call, a POST.
    public var path: String
    /// The body of the call as JSON, as far as it is known.
    public var bodyJSON: String
    /// The members of the body that a person must still give.
    public var needs: [String]
    /// What it does, for people.
    public var words: String

    /// Makes a choice.
    public init(
      _ action: String,
      _ path: String,
      bodyJSON: String = "{}",
      needs: [String] = [],
      _ words: String
    ) {
      self.action = action
      self.path = path
      self.bodyJSON = bodyJSON
      self.needs = needs
      self.words = words
    }
  }

  /// The machine code.
  public var code: Code
  /// One sentence for people.
  public var message: String
  /// What to do next, where there is something to do.
  public var hint: String?
  /// The values that the message speaks of, for logs and programs.
  public var context: [String: String]
  /// The single faults, where the input held several.
  public var faults: [Fault]
  /// What can be done instead, where what is there now does not allow it.
  public var choices: [Choice]
  /// After how many seconds a retry makes sense: `overloaded`, `limited`, `busy`, `inProgress`.
  public var retryAfterS: Int?

  /// Makes a failure; only code and message are needed.
  public init(
    _ code: Code,
    _ message: String,
    hint: String? = nil,
    context: [String: String] = [:],
    faults: [Fault] = [],
    choices: [Choice] = [],
    retryAfterS: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.context = context
    self.faults = faults
    self.choices = choices
    self.retryAfterS = retryAfterS
  }
}

extension Failure: CustomStringConvertible {
  /// The message with its hint and faults, as the command line prints it.
  public var description: String {
    var text = message
    for fault in faults {
      text += "\n  \(fault.place)"
      if let value = fault.value { text += " = \(value)" }
      text += ": \(fault.rule)"
    }
    if let hint { text += "\n  \(hint)" }
    return text
  }
}
