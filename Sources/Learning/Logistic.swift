import RealModule

/// The logistic function and its inverse, safe at both ends.
enum Logistic {
  /// The probability of a log-odds.
  static func probability(_ logit: Double) -> Double {
    if logit >= 0 { return 1 / (1 + Double.exp(-logit)) }
    let odds = Double.exp(logit)
    return odds / (1 + odds)
  }

  /// The log-odds of a probability, held off 0 and 1.
  static func logit(_ probability: Double) -> Double {
    let held = min(max(probability, 1e-6), 1 - 1e-6)
    return Double.log(held / (1 - held))
  }

  /// The logarithm of the probability of what happened, given log-odds.
  static func logLikelihood(_ logit: Double, _ happened: Bool) -> Double {
    let signed = happened ? logit : -logit
    return signed > 0
      ? -Double.log(onePlus: Double.exp(-signed)) : signed - Double.log(onePlus: Double.exp(signed))
  }
}
