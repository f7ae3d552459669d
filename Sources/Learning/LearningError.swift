/// Why a learner refuses its input.
public struct LearningError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence for people that says what is wrong.
  public let message: String

  init(_ message: String) {
    self.message = message
  }

  /// The sentence.
  public var description: String { message }
}
