import Foundation
import StowageTesting
import Testing

@testable import Learning

/// An operator with a mind of their own, whose true probabilities are known.
struct SimulatedOperator {
  var intercept = 1.0
  var weights = [1.5, -1.0, 0.5, 0.0]

  func probability(_ features: [Double]) -> Double {
    var logit = intercept
    for (weight, feature) in zip(weights, features) { logit += weight * (2 * feature - 1) }
    return 1 / (1 + exp(-logit))
  }

  func outcomes(_ count: Int, _ random: inout SeededGenerator) -> [ConfidenceModel.Outcome] {
    (0..<count).map { _ in
      let features = weights.map { _ in Double.random(in: 0...1, using: &random) }
      let isAccepted = Double.random(in: 0..<1, using: &random) < probability(features)
      return ConfidenceModel.Outcome(features: features, isAccepted: isAccepted)
    }
  }

  /// Root mean square distance of a model's answers from the truth.
  func distance(of model: ConfidenceModel, _ random: inout SeededGenerator) throws -> Double {
    let sample = outcomes(2_000, &random)
    let squares = try sample.map { outcome in
      let distance = try model.confidence(outcome.features) - probability(outcome.features)
      return distance * distance
    }
    return (squares.reduce(0, +) / 2_000).squareRoot()
  }
}

@Suite("The confidence model")
struct ConfidenceModelTests {
  @Test("Before the first outcome the answer is the base rate, whatever the features")
  func coldStart() throws {
    let model = try ConfidenceModel(features: 3, prior: .init(baseRate: 0.83))
    for features in [[0, 0, 0], [1, 1, 1], [0.2, 0.9, .nan], [1e9, -1e9, .infinity]] {
      #expect(abs(try model.confidence(features) - 0.83) < 1e-12)
    }
    #expect(throws: LearningError.self) { try model.confidence([1, 2]) }
    #expect(throws: LearningError.self) { try ConfidenceModel(features: 0) }
    #expect(throws: LearningError.self) { try ConfidenceModel(features: 65) }
  }

  @Test("A first outcome moves the answer a little, and in the right direction")
  func firstSteps() throws {
    var model = try ConfidenceModel(features: 1, prior: .init(baseRate: 0.8))
    try model.learn(.init(features: [1], isAccepted: false))
    let there = try model.confidence([1])
    let elsewhere = try model.confidence([0])
    #expect((0.4..<0.8).contains(there))
    #expect(elsewhere > there)
    #expect(model.outcomes == 1)
    #expect(zip(model.variances, [1 / 1.6, 1]).allSatisfy { $0 < $1 })
  }

  @Test("Online learning finds an operator's true probabilities, faster with more outcomes")
  func convergence() throws {
    let seed: UInt64 = 2_718
    print("simulated operator, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let worker = SimulatedOperator()
    var model = try ConfidenceModel(features: 4)
    var distances: [Double] = []
    for count in [0, 50, 450, 4_500] {
      for outcome in worker.outcomes(count, &random) { try model.learn(outcome) }
      distances.append(try worker.distance(of: model, &random))
    }
    #expect(distances[1] < distances[0])
    #expect(distances[2] < distances[1])
    // Training at once on 450 outcomes comes to 0.070 here.
    #expect(distances[2] < 0.09)
    #expect(distances[3] < 0.03, "\(distances)")
    #expect(abs(model.means[1] - 1.5) < 0.3)
    #expect(abs(model.means[4]) < 0.25)
    // Judged on outcomes that it has not seen.
    let fresh = worker.outcomes(5_000, &random)
    let calibration = Calibration(
      predictions: try fresh.map { try model.confidence($0.features) },
      outcomes: fresh.map(\.isAccepted)
    )
    #expect(try #require(calibration.expectedCalibrationError) < 0.03)
    #expect(try #require(calibration.brierSkill) > 0.10)
    #expect(try #require(calibration.accuracy) >= calibration.baseRate ?? 1)
  }

  @Test("A site that accepts everything, and one that accepts nothing, are learned too")
  func oneSided() throws {
    for isAccepted in [true, false] {
      var model = try ConfidenceModel(features: 2)
      for index in 0..<2_000 {
        let feature = Double(index % 10) / 10
        try model.learn(.init(features: [feature, 1 - feature], isAccepted: isAccepted))
      }
      let confidence = try model.confidence([0.5, 0.5])
      #expect(isAccepted ? confidence > 0.98 : confidence < 0.02)
      #expect((0.001...0.999).contains(confidence))
    }
  }

  @Test("When an operator changes, a model that forgets follows")
  func drift() throws {
    let seed: UInt64 = 31
    print("drift, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let before = SimulatedOperator()
    let after = SimulatedOperator(intercept: -0.5, weights: [-1.5, 1.0, 0.5, 0.0])
    var forgetful = try ConfidenceModel(features: 4, prior: .init(halfLife: 500))
    var stubborn = try ConfidenceModel(features: 4, prior: .init(halfLife: nil))
    for outcome in before.outcomes(6_000, &random) + after.outcomes(1_500, &random) {
      try forgetful.learn(outcome)
      try stubborn.learn(outcome)
    }
    let followed = try after.distance(of: forgetful, &random)
    #expect(followed < 0.10)
    #expect(try after.distance(of: stubborn, &random) > 2 * followed)
  }

  @Test("Training at once stands at the peak: no slope is left")
  func optimum() throws {
    let seed: UInt64 = 8
    print("training, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let outcomes = SimulatedOperator().outcomes(800, &random)
    let prior = ConfidenceModel.Prior(baseRate: 0.7, deviation: 0.8, halfLife: nil)
    let model = try ConfidenceModel.trained(on: outcomes, features: 4, prior: prior)
    // The gradient of the log posterior, written out here from its definition.
    for place in 0..<5 {
      var slope =
        place == 0
        ? (log(0.7 / 0.3) - model.means[0]) * 10 * 0.7 * 0.3 : -model.means[place] / 0.64
      for outcome in outcomes {
        let inputs = [1] + outcome.features.map { 2 * $0 - 1 }
        let logit = zip(model.means, inputs).reduce(0) { $0 + $1.0 * $1.1 }
        slope += ((outcome.isAccepted ? 1 : 0) - 1 / (1 + exp(-logit))) * inputs[place]
      }
      #expect(abs(slope) < 1e-4, "\(place)")
    }
    // Any order of the outcomes gives the same model, though each rounds its sums otherwise.
    for _ in 0..<60 {
      let order = outcomes.shuffled(using: &random)
      let again = try ConfidenceModel.trained(on: order, features: 4, prior: prior)
      for (left, right) in zip(model.state, again.state) { #expect(abs(left - right) < 1e-9) }
    }
  }

  @Test("Learning one by one and training at once agree")
  func onlineAgainstBatch() throws {
    let seed: UInt64 = 9
    print("online against batch, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let outcomes = SimulatedOperator().outcomes(4_000, &random)
    let prior = ConfidenceModel.Prior(halfLife: nil)
    var online = try ConfidenceModel(features: 4, prior: prior)
    for outcome in outcomes { try online.learn(outcome) }
    let batch = try ConfidenceModel.trained(on: outcomes, features: 4, prior: prior)
    for (left, right) in zip(online.means, batch.means) { #expect(abs(left - right) < 0.08) }
    for (left, right) in zip(online.variances, batch.variances) {
      #expect((0.7...1.4).contains(left / right))
    }
    #expect(batch.outcomes == 4_000)
  }

  @Test("Training without outcomes is the prior, and with absurd ones it still ends")
  func edges() throws {
    let empty = try ConfidenceModel.trained(on: [], features: 2)
    #expect(abs(try empty.confidence([1, 0]) - 0.8) < 1e-9)
    let absurd = (0..<50).map { index in
      ConfidenceModel.Outcome(features: [1e300, .nan], isAccepted: index % 2 == 0)
    }
    let model = try ConfidenceModel.trained(on: absurd, features: 2)
    #expect(model.state.allSatisfy { $0.isFinite })
    // Separable outcomes, whose likelihood alone has no peak.
    let separable = (0..<100).map { index in
      ConfidenceModel.Outcome(features: [Double(index) / 100, 0.5], isAccepted: index >= 50)
    }
    let sharp = try ConfidenceModel.trained(on: separable, features: 2)
    #expect(try sharp.confidence([1, 0.5]) > 0.8)
    #expect(try sharp.confidence([0, 0.5]) < 0.4)
  }

  @Test("The state reads back as the same model; broken states are refused")
  func state() throws {
    var random = SeededGenerator(seed: 4)
    var model = try ConfidenceModel(features: 4, prior: .init(baseRate: 0.6, halfLife: nil))
    for outcome in SimulatedOperator().outcomes(100, &random) { try model.learn(outcome) }
    let stored = model.state
    #expect(try ConfidenceModel(state: stored) == model)
    #expect(stored.count == 17)
    for length in 0..<stored.count {
      #expect(throws: LearningError.self) {
        try ConfidenceModel(state: Array(stored.prefix(length)))
      }
    }
    for (place, value) in [(0, 2.0), (1, 3), (1, .nan), (2, -1), (8, .nan), (16, 0), (16, -1)] {
      var broken = stored
      broken[place] = value
      #expect(throws: LearningError.self, "\(place)") { try ConfidenceModel(state: broken) }
    }
  }

  @Test("Contributions add up to what the features say")
  func contributions() throws {
    var random = SeededGenerator(seed: 5)
    let model = try ConfidenceModel.trained(
      on: SimulatedOperator().outcomes(2_000, &random),
      features: 4
    )
    let parts = try model.contributions([1, 1, 0.5, 0.5])
    #expect(parts[0] > 1)
    #expect(parts[1] < -0.5)
    #expect(parts[2] == 0)
  }

  @Test("A new model serves only where it is no worse on what neither has seen")
  func trial() throws {
    let seed: UInt64 = 12
    print("model trial, seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let worker = SimulatedOperator()
    let good = try ConfidenceModel.trained(on: worker.outcomes(3_000, &random), features: 4)
    let naive = try ConfidenceModel(features: 4)
    let heldBack = worker.outcomes(600, &random)
    let up = try ModelTrial(current: naive, candidate: good, heldBack: heldBack)
    #expect(up.candidateServes)
    let down = try ModelTrial(current: good, candidate: naive, heldBack: heldBack)
    #expect(!down.candidateServes)
    #expect(try ModelTrial(current: good, candidate: good, heldBack: heldBack).candidateServes)
    let few = try ModelTrial(current: naive, candidate: good, heldBack: Array(heldBack.prefix(49)))
    #expect(!few.candidateServes)
    #expect(few.reason.contains("49"))
  }
}
