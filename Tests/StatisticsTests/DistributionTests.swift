import Testing

@testable import Statistics

@Suite("Distributions")
struct DistributionTests {
  @Test("The normal distribution agrees with tabulated values and inverts itself")
  func normal() {
    // Abramowitz and Stegun, tables 26.1 and 26.5.
    #expect(abs(NormalDistribution.cumulative(1) - 0.841_344_746_068_543) < 1e-14)
    #expect(abs(NormalDistribution.cumulative(-3) - 0.001_349_898_031_630_1) < 1e-16)
    #expect(abs(NormalDistribution.quantile(0.975) - 1.959_963_984_540_054) < 1e-12)
    #expect(abs(NormalDistribution.quantile(0.99) - 2.326_347_874_040_841) < 1e-12)
    for step in 1..<2000 {
      let p = Double(step) / 2000
      #expect(abs(NormalDistribution.cumulative(NormalDistribution.quantile(p)) - p) < 1e-14)
    }
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(1.5).isNaN)
  }

  @Test("The incomplete gamma function has its closed forms, and its quantile inverts it")
  func gamma() {
    // P(1, x) = 1 - exp(-x); P(2, x) = 1 - (1 + x) exp(-x).
    #expect(abs(IncompleteGamma.lower(1, 0.7) - 0.503_414_696_208_590_5) < 1e-14)
    #expect(abs(IncompleteGamma.lower(2, 3) - 0.800_851_726_528_544_2) < 1e-14)
    #expect(abs(IncompleteGamma.upper(2, 3) - 0.199_148_273_471_455_8) < 1e-14)
    for shape in [0.05, 0.3, 1, 2.5, 40, 900] {
      for p in [0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.999] {
        let x = IncompleteGamma.quantile(shape: shape, probability: p)
        #expect(abs(IncompleteGamma.lower(shape, x) - p) < 1e-9, "shape \(shape) p \(p)")
      }
    }
    // chi-square with 10 degrees, 95 %: 18.307 (any table).
    #expect(abs(2 * IncompleteGamma.quantile(shape: 5, probability: 0.95) - 18.307) < 5e-4)
    #expect(IncompleteGamma.lower(-1, 2).isNaN)
  }

  @Test("The incomplete beta function gives binomial sums and Student's t")
  func beta() {
    // I_p(k, n - k + 1) = P(Bin(n, p) >= k): n 5, p 0.3, k 2.
    #expect(abs(IncompleteBeta.regularized(0.3, 2, 4) - 0.471_78) < 1e-12)
    // t tables: 2.228 at 10 degrees is 97.5 %; 1 degree is the Cauchy distribution.
    #expect(abs(IncompleteBeta.studentT(2.228_138_852, degrees: 10) - 0.975) < 1e-9)
    #expect(abs(IncompleteBeta.studentT(1, degrees: 1) - 0.75) < 1e-13)
    #expect(IncompleteBeta.regularized(2, 1, 1).isNaN)
  }

  @Test("The negative binomial adds up, and its quantile is the first count that reaches the level")
  func negativeBinomial() {
    for (mean, size) in [(0.2, 0.3), (3.0, 1.0), (20, 4), (5, Double.infinity)] {
      let law = NegativeBinomial(mean: mean, size: size)
      var (sum, first) = (0.0, 0.0)
      for count in 0..<2000 {
        let p = law.probability(count)
        sum += p
        first += p * Double(count)
        if count % 7 == 0 { #expect(abs(law.cumulative(count) - sum) < 1e-9) }
      }
      #expect(abs(sum - 1) < 1e-9)
      #expect(abs(first - mean) < 1e-6)
      for level in [0.01, 0.1, 0.5, 0.9, 0.95, 0.999] {
        let count = law.quantile(level)
        #expect(law.cumulative(count) >= level - 1e-12)
        #expect(count == 0 || law.cumulative(count - 1) < level)
      }
    }
    // Geometric with mean 1: P(0) = 1/2.
    #expect(abs(NegativeBinomial(mean: 1, size: 1).probability(0) - 0.5) < 1e-14)
    #expect(NegativeBinomial(mean: 0, size: 1).quantile(0.99) == 0)
    #expect(NegativeBinomial(mean: 2, variance: 1).size == .infinity)
  }
}
