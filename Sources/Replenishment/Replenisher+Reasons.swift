import Warehouse

extension Replenisher {
  /// The advice in words: what the stock does, what is promised, what to order and why as much.
  func reasons(for advice: ReplenishmentAdvice, isDue: Bool) -> [String] {
    var reasons: [String] = []
    if outlook.dailyMean.isEmpty {
      reasons.append("There is no forecast; make one, or nothing can be said of the future.")
    }
    reasons.append(stockSentence(advice))
    reasons.append(promiseSentence(advice))
    reasons += supplySentences(advice)
    if advice.quantityMilli > 0 { reasons += orderSentences(advice, isDue: isDue) }
    if advice.excessMilli > 0, let cover = policy.maximumCoverDays {
      reasons.append(
        "\(Words.quantity(advice.excessMilli)) lie beyond the longest cover of \(cover) days."
      )
    }
    return reasons
  }

  private func stockSentence(_ advice: ReplenishmentAdvice) -> String {
    let lead = "a new order takes \(Words.number(policy.leadTimeDays)) days"
    guard let day = advice.stockOutDay, let days = advice.daysUntilStockOut else {
      return "The stock lasts through \(projection.today.adding(days: projection.stock.count - 1)),"
        + " as far as is projected; \(lead)."
    }
    if days == 0 { return "The stock does not last through today; \(lead)." }
    return "The stock is expected to be used up on \(day), in \(days) days; \(lead)."
  }

  private func promiseSentence(_ advice: ReplenishmentAdvice) -> String {
    let promise =
      switch policy.service {
      case .cycle(let level): "\(Words.percent(level)) of cycles without a stock-out"
      case .fillRate(let level): "\(Words.percent(level)) of units served at once"
      }
    return "A reorder point of \(Words.quantity(advice.reorderPointMilli)) keeps \(promise): "
      + "\(Words.number(safety.meanDemand)) expected in "
      + "\(Words.number(policy.protectionDays)) days, "
      + "\(Words.quantity(advice.safetyStockMilli)) for safety."
  }

  private func supplySentences(_ advice: ReplenishmentAdvice) -> [String] {
    var sentences: [String] = []
    let overdue = supply.onOrder.filter { $0.day < today && $0.quantityMilli > 0 }
    if !overdue.isEmpty {
      let sum = overdue.reduce(0) { $0 + $1.quantityMilli }
      sentences.append("\(Words.quantity(sum)) on order are overdue and counted for today.")
    }
    let days = policy.protectionDays
    let above = projection.required(days: days) - outlook.mean(from: today, days: days)
    if above > 0.0005 {
      sentences.append(
        "Open orders ask for \(Words.number(above)) more than the forecast in that time."
      )
    }
    if advice.onHandMilli < 0 {
      sentences.append("The stock is below zero; count it before you order.")
    }
    return sentences
  }

  private func orderSentences(_ advice: ReplenishmentAdvice, isDue: Bool) -> [String] {
    var sentences: [String] = []
    let quantity = Words.quantity(advice.quantityMilli)
    if let day = advice.orderBy, day < today {
      sentences.append("Order \(quantity) at once: \(day) was the last day to order in time.")
    } else if let day = advice.orderBy, !isDue {
      sentences.append("Order \(quantity) by \(day).")
    } else {
      sentences.append("Order \(quantity) today: the next look at the stock would be too late.")
    }
    if let economic = advice.economicMilli {
      sentences.append("\(Words.quantity(economic)) is the economic order quantity.")
    } else {
      sentences.append(
        "Without costs, an order covers \(Words.number(policy.usualCoverDays)) days."
      )
    }
    if advice.quantityMilli == policy.minimumOrderMilli {
      sentences.append("The supplier takes no smaller order.")
    }
    if order.passesLimit {
      let cover = [policy.shelfLifeDays, policy.maximumCoverDays].compactMap { $0 }.min() ?? 0
      sentences.append(
        "The smallest order is more than the demand of \(cover) days, the longest that "
          + "shelf life and cover allow: part of it may expire."
      )
    }
    return sentences
  }
}

/// Figures as people read them.
enum Words {
  /// A quantity from milli units.
  static func quantity(_ milli: Int64) -> String {
    number(Double(milli) / 1_000)
  }

  /// A number with as many decimals as its size deserves, at most three.
  static func number(_ value: Double) -> String {
    let size = abs(value)
    let places = size >= 1_000 ? 0 : size >= 10 ? 1 : 3
    let scale = [1.0, 10, 100, 1_000][places]
    let digits = Int64((min(size, 1e15) * scale).rounded())
    let whole = digits / Int64(scale)
    var fraction = String(digits % Int64(scale))
    fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = value < 0 && digits > 0 ? "-" : ""
    return "\(sign)\(whole)" + (places > 0 && !fraction.isEmpty ? ".\(fraction)" : "")
  }

  /// A share in per cent.
  static func percent(_ share: Double) -> String { "\(number(share * 100)) %" }
}
