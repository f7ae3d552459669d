import RealModule

/// How a demand behaves: how often it comes, and how much its size varies.
///
/// The cut-offs are those of Syntetos, Boylan and Croston (JORS 56, 2005): the average interval
/// between demands (ADI) at 1.32 periods, the squared coefficient of variation of the sizes at
/// 0.49. They are a first sorting, not a choice of method.
public enum DemandClass: String, Sendable, CaseIterable {
  /// Frequent, of steady size.
  case smooth = "SMOOTH"
  /// Frequent, of changing size.
  case erratic = "ERRATIC"
  /// Rare, of steady size.
  case intermittent = "INTERMITTENT"
  /// Rare, of changing size.
  case lumpy = "LUMPY"

  /// The interval between demands from which a demand counts as rare, in periods.
  public static let intervalCut = 1.32
  /// The squared coefficient of variation from which sizes count as changing.
  public static let variationCut = 0.49

  /// Sorts a series by its observed values (missing ones as `.nan`); nil where none is positive.
  public init?(values: [Double]) {
    var observed = 0
    var positive = 0
    var sum = 0.0
    var squares = 0.0
    for value in values where !value.isNaN {
      observed += 1
      guard value > 0 else { continue }
      positive += 1
      sum += value
      squares += value * value
    }
    guard positive > 0 else { return nil }
    let mean = sum / Double(positive)
    let variance = positive > 1 ? (squares - sum * mean) / Double(positive - 1) : 0
    let variation = variance > 0 ? variance / (mean * mean) : 0
    let interval = Double(observed) / Double(positive)
    switch (interval < Self.intervalCut, variation < Self.variationCut) {
    case (true, true): self = .smooth
    case (true, false): self = .erratic
    case (false, true): self = .intermittent
    case (false, false): self = .lumpy
    }
  }

  /// Whether zeros are a regular part of this demand.
  public var isRare: Bool { self == .intermittent || self == .lumpy }
}
