/// Units of length that inputs may be given in; inside, everything is whole millimetres.
public enum LengthUnit: String, Sendable, CaseIterable {
  case millimetre = "mm"
  case centimetre = "cm"
  case metre = "m"
  case inch = "in"
  case foot = "ft"

  /// Micrometres in one unit; exact (the inch is 25.4 mm by definition, 1959).
  public var micrometres: Int64 {
    switch self {
    case .millimetre: 1_000
    case .centimetre: 10_000
    case .metre: 1_000_000
    case .inch: 25_400
    case .foot: 304_800
    }
  }

  /// Whole millimetres of a value in thousandths of this unit, rounded up: goods must fit.
  public func millimetres(milli: Int64) -> Int64 {
    Units.scaled(milli, by: micrometres, over: 1_000_000)
  }
}

/// Units of weight that inputs may be given in; inside, everything is whole grams.
public enum WeightUnit: String, Sendable, CaseIterable {
  case gram = "g"
  case kilogram = "kg"
  case tonne = "t"
  case pound = "lb"
  case ounce = "oz"

  /// Nanograms in one unit; exact (the pound is 0.45359237 kg by definition, 1959).
  public var nanograms: Int64 {
    switch self {
    case .gram: 1_000_000_000
    case .kilogram: 1_000_000_000_000
    case .tonne: 1_000_000_000_000_000
    case .pound: 453_592_370_000
    case .ounce: 28_349_523_125
    }
  }

  /// Whole grams of a value in thousandths of this unit, rounded up.
  public func grams(milli: Int64) -> Int64 {
    Units.scaled(milli, by: nanograms, over: 1_000_000_000_000)
  }
}

/// Exact scaling of integers.
enum Units {
  /// `value * factor / divisor`, rounded up, saturating; `factor` and `divisor` are positive.
  static func scaled(_ value: Int64, by factor: Int64, over divisor: Int64) -> Int64 {
    guard value > 0 else { return value == 0 ? 0 : -scaledDown(-value, factor, divisor) }
    let (high, low) = value.multipliedFullWidth(by: factor)
    guard high < divisor else { return .max }
    let (quotient, rest) = divisor.dividingFullWidth((high, low))
    return rest > 0 ? quotient + 1 : quotient
  }

  private static func scaledDown(_ value: Int64, _ factor: Int64, _ divisor: Int64) -> Int64 {
    let (high, low) = value.multipliedFullWidth(by: factor)
    guard high < divisor else { return .max }
    return divisor.dividingFullWidth((high, low)).quotient
  }
}
