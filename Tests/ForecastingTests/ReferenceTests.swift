import Testing

@testable import Forecasting

/// Models beside statsmodels 0.15.0 and statsforecast 2.1.1.
///
/// Or a fine grid, where an optimiser stops early. Each test names the call that gave its values.
@Suite("Models against other people's programs")
struct ReferenceTests {
  static let sales: [Double] = [
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170,
    170, 158, 133, 114, 140,
  ]
  static let growing: [Double] = [
    3, 5, 4, 7, 6, 8, 5, 9, 7, 6, 10, 8, 7, 11, 9, 8, 12, 9, 10, 13,
  ]
  static let rare: [Double] = [
    0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 4, 0, 6, 0, 0, 5,
    0, 7, 0, 6,
  ]

  /// `SimpleExpSmoothing(y, initialization_method="estimated").fit()`.
  @Test("Simple smoothing has the constant, level and error of statsmodels")
  func simpleSmoothing() throws {
    let fit = try #require(SimpleSmoothing(Self.growing))
    #expect(abs(fit.alpha - 0.389502) < 1e-3)
    #expect(abs(fit.level - 11.003498) < 1e-2)
    #expect(abs(fit.meanSquare - 3.936089610) < 1e-5)
    let last = try #require(SimpleSmoothing(Self.sales))
    #expect(abs(last.level - 140) < 0.01)
    #expect(abs(last.meanSquare - 201.583335) < 0.01)
  }

  /// `ExponentialSmoothing(y, trend="add", damped_trend=..., initialization_method="estimated",
  /// bounds={"damping_trend": (.8, .98)}).fit()`.
  @Test("Trends fit at least as well as those of statsmodels, and forecast the same")
  func trends() throws {
    let holt = try #require(TrendSmoothing(Self.growing, damped: false))
    #expect(holt.meanSquare < 2.105977475 * 1.001)
    let expected = [11.678945, 12.043606, 12.408268, 12.772929, 13.137591]
    for (ours, theirs) in zip(holt.path(horizon: 5), expected) {
      #expect(abs(ours - theirs) < 0.02)
    }
    let damped = try #require(TrendSmoothing(Self.growing, damped: true))
    #expect(damped.meanSquare < 2.093254676 * 1.001)
    let fading = [11.352280, 11.629007, 11.899038, 12.162534, 12.419654]
    for (ours, theirs) in zip(damped.path(horizon: 5), fading) {
      #expect(abs(ours - theirs) < 0.15)
    }
    let other = try #require(TrendSmoothing(Self.sales, damped: true))
    #expect(other.meanSquare < 197.3945873 * 1.001)
  }

  // `ExponentialSmoothing(y, trend="add", seasonal="add" or "mul", seasonal_periods=4,
  // initialization_method="known", initial_level=120, initial_trend=1, initial_seasonal=...)
  // .fit(smoothing_level=.3, smoothing_trend=.1, smoothing_seasonal=.2, optimized=False)`; the
  // multiplicative one with `damped_trend=True` and `damping_trend=.9`. Their trend constant is a
  // share of the level's, ours is the product. Step 4 is left out: for the phase of the last value
  // statsmodels goes on with the index from before that value.
  @Test("Holt and Winters step as statsmodels does, from the same state")
  func seasonal() {
    let additive = SeasonalSmoothing(
      Self.sales,
      level: 120,
      trend: 1,
      season: [-5, 3, 6, -4],
      constants: .init(alpha: 0.3, beta: 0.03, gamma: 0.2, phi: 1),
      multiplicative: false
    )
    let sums = [
      133.87375140, 134.97343023, 138.64071329, 144.21681628, 134.69715236, 135.79683118,
    ]
    for (step, (ours, theirs)) in zip(additive.path(horizon: 6), sums).enumerated()
    where step != 3 {
      #expect(abs(ours - theirs) < 1e-7)
    }
    let multiplicative = SeasonalSmoothing(
      Self.sales,
      level: 120,
      trend: 1,
      season: [0.95, 1.02, 1.06, 0.97],
      constants: .init(alpha: 0.3, beta: 0.03, gamma: 0.2, phi: 0.9),
      multiplicative: true
    )
    let products = [
      131.67025263, 133.81536895, 137.69383118, 140.71248969, 130.37282997, 132.62525523,
    ]
    for (step, (ours, theirs)) in zip(multiplicative.path(horizon: 6), products).enumerated()
    where step != 3 {
      #expect(abs(ours - theirs) < 1e-7)
    }
  }

  @Test("Eight lanes of the search err as a single pass does", arguments: [false, true])
  func lanes(multiplicative: Bool) throws {
    let fit = try #require(
      SeasonalSmoothing(Self.sales, season: 4, multiplicative: multiplicative)
    )
    // What the search ended with must be no worse than any point of a grid, run one by one.
    for alpha in [0.05, 0.2, 0.5, 0.8] {
      for gamma in [0.01, 0.1, 0.2] {
        for (beta, phi) in [(0, 1), (0.1 * alpha, 0.95), (0.5 * alpha, 0.9)] {
          let other = SeasonalSmoothing(
            Self.sales,
            level: fit.startLevel,
            trend: fit.startTrend,
            season: fit.startSeason,
            constants: .init(alpha: alpha, beta: beta, gamma: gamma, phi: phi),
            multiplicative: multiplicative
          )
          #expect(fit.meanSquare <= other.meanSquare * 1.01, "\(alpha) \(gamma) \(beta) \(phi)")
        }
      }
    }
  }

  /// The series cut into buckets of 1, 2, 3 from its end; for each a grid of 20,000 constants with
  /// the start by least squares (numpy), which `SimpleExpSmoothing` meets where it converges.
  @Test("Aggregated smoothing of rare demand")
  func aggregated() throws {
    let adida = try #require(AggregatedSmoothing(Self.rare, every: false))
    #expect(adida.width == 3)
    #expect(abs(adida.rate - 3.362024) < 2e-3)
    let imapa = try #require(AggregatedSmoothing(Self.rare, every: true))
    #expect(abs(imapa.rate - 2.961871) < 2e-3)
    #expect(AggregatedSmoothing([0, 0, 0], every: true) == nil)
    #expect(AggregatedSmoothing([4], every: true)?.rate == 4)
  }

  /// `Naive().forecast(y, 5)`, `SeasonalNaive(4)`, `WindowAverage(12)` of statsforecast.
  @Test("The plain ones repeat what statsforecast repeats")
  func naive() {
    #expect(NaiveModels.naive(Self.sales, horizon: 2) == [140, 140])
    #expect(
      NaiveModels.seasonal(Self.sales, season: 4, horizon: 5) == [158, 133, 114, 140, 158]
    )
    let mean = NaiveModels.movingAverage(Self.sales, window: 12, horizon: 1)[0]
    #expect(abs(mean - 139.666_666_67) < 1e-7)
  }
}
