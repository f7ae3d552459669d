import Warehouse

/// `AUTO`: candidates weighed from rolling origins, and combined.
enum AutomaticForecast {
  static func outline(
    _ series: PreparedSeries,
    _ request: ForecastRequest,
    pool: GroupPool?
  ) -> ForecastOutline {
    let reach = series.gap + ForecastOutline.reach(request)
    guard let study = AutomaticStudy(series, request, pool: pool, reach: reach) else {
      let profile = SeasonProfile(
        series,
        season: request.season,
        stops: [series.values.count],
        steps: reach,
        pool: pool
      )
      return short(series, profile, reach: reach, groupLevel: series.isNew ? pool?.level : nil)
    }
    let weights = study.weights(pool?.errors[study.isRare ? 1 : 0])
    let combined = study.combined(weights)
    let shares = Self.shares(study.candidates, weights)
    let test = BackTest(
      values: series.values,
      plan: study.plan,
      paths: combined,
      stride: reach
    )
    let pairs = test.singles()
    let pull = PullChoice(forecasts: pairs.forecasts, outcomes: pairs.outcomes)
      .best(with: pool?.pulls[study.isRare ? 1 : 0])
    return ForecastOutline(
      path: Array(combined.suffix(reach)),
      test: test,
      pull: pull,
      weights: shares,
      reason: reason(shares, plan: study.plan, rare: study.isRare),
      failure: nil
    )
  }

  /// The shares by method, largest first; equal ones in the order of the methods.
  private static func shares(_ candidates: [CandidatePaths], _ weights: [Double])
    -> [MethodWeight]
  {
    var total: [ForecastMethod: Double] = [:]
    for (candidate, weight) in zip(candidates, weights) where weight > 0 {
      total[candidate.method, default: 0] += weight
    }
    var shares: [MethodWeight] = []
    for method in ForecastMethod.allCases {
      if let weight = total[method] { shares.append(MethodWeight(method: method, weight: weight)) }
    }
    return shares.enumerated().sorted {
      $0.element.weight > $1.element.weight
        || ($0.element.weight == $1.element.weight && $0.offset < $1.offset)
    }.map(\.element)
  }

  private static func reason(_ shares: [MethodWeight], plan: OriginPlan, rare: Bool) -> String {
    let parts = shares.prefix(3).map {
      "\($0.method.rawValue) \(Int(($0.weight * 100).rounded())) %"
    }
    return "Combined by squared error from \(counted(plan.origins.count, "past origin")) over "
      + "\(counted(plan.horizon, "period"))\(rare ? " of rare demand" : ""): "
      + parts.joined(separator: ", ") + "."
  }

  /// Too short for a back-test: the mean so far, in the shape of the group, and for a new item
  /// drawn towards what is usual there.
  private static func short(
    _ series: PreparedSeries,
    _ profile: SeasonProfile,
    reach: Int,
    groupLevel: GroupLevel?
  ) -> ForecastOutline {
    var top = (groupLevel?.mean ?? 0) * (groupLevel?.worth ?? 0)
    var bottom = groupLevel?.worth ?? 0
    for (index, value) in series.values.enumerated() where !value.isNaN {
      top += value
      bottom += profile.past[index]
    }
    let level = bottom > 0 ? top / bottom : series.mean
    return ForecastOutline(
      path: profile.ahead[SeasonProfile.Shape.shared.rawValue].map { level * $0 },
      test: nil,
      pull: nil,
      weights: [MethodWeight(method: .movingAverage, weight: 1)],
      reason: "Only \(counted(series.observed, "observed period")): their mean, in the shape of "
        + "the group\(groupLevel == nil ? "" : " and drawn towards what is usual there").",
      failure: nil
    )
  }
}
