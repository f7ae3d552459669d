/// Reads demand.
public protocol DemandReading {
  /// Recorded demand of a material, by day; days without a row are left out.
  func demand(_ material: MaterialID, from: LocalDay, through: LocalDay) throws -> [DemandDay]
  /// Gap-free histories up to `through`, at most `days` long, for those that have any demand.
  func histories(
    _ materials: some Collection<MaterialID>,
    through: LocalDay,
    days: Int
  ) throws -> [DemandHistory]
  /// Materials in scope that have any demand, in the order of their keys.
  func materialsWithDemand() throws -> [MaterialID]
  /// Sums by material and day of the demand on one day, for what goes upstream.
  func demand(on day: LocalDay) throws -> [DemandDay]
}

/// Writes demand.
public protocol DemandWriting {
  /// Records imported demand: a day's row replaces what was imported for it before.
  func setDemand(_ rows: [DemandDay]) throws
}

/// Reads forecasts.
public protocol ForecastReading {
  /// The active run, where there is one.
  func activeRun() throws -> ForecastRun?
  /// The run of that name.
  func run(publicID: PublicID) throws -> ForecastRun?
  /// The active forecast of a material.
  func forecast(_ material: MaterialID) throws -> MaterialForecast?
  /// Active forecasts of many materials.
  func forecasts(
    _ materials: some Collection<MaterialID>
  ) throws -> [MaterialID: MaterialForecast]
  /// What was forecast of the days in that range, by material, day and lag.
  func forecastLags(
    _ materials: some Collection<MaterialID>,
    from: LocalDay,
    through: LocalDay
  ) throws -> [ForecastLag]
  /// The newest scores of each material, by lag.
  func forecastScores(_ materials: some Collection<MaterialID>) throws -> [ForecastScore]
}

/// Writes forecasts.
public protocol ForecastWriting {
  /// Begins a run.
  func beginRun(
    publicID: PublicID,
    method: String,
    originDay: LocalDay,
    horizonDays: Int,
    at: Instant
  ) throws -> ForecastRunID
  /// Stores forecasts of a running run; at most `Limits.sliceRows` at once.
  func save(_ forecasts: [MaterialForecast]) throws
  /// Keeps what was forecast of some days; a later run that had seen as much replaces it.
  func save(_ lags: [ForecastLag]) throws
  /// Stores scores, and drops those of other days but Sundays; at most `Limits.sliceRows`.
  func save(_ scores: [ForecastScore]) throws
  /// Ends a run: ACTIVE supersedes the run before, FAILED leaves it in force.
  func endRun(
    _ id: ForecastRunID,
    status: ForecastRunStatus,
    materials: Int,
    failures: Int,
    at: Instant
  ) throws
}

/// Reads suggestions.
public protocol SuggestionReading {
  /// Suggestions, the most urgent first, then by stock-out day.
  func suggestions(
    _ page: PageRequest,
    urgency: Urgency?,
    status: SuggestionStatus?
  ) throws -> Page<ReplenishmentSuggestion>
  /// The suggestions of these materials.
  func suggestions(
    of materials: some Collection<MaterialID>
  ) throws -> [MaterialID: ReplenishmentSuggestion]
  /// How many suggestions of each urgency nobody has decided about yet.
  func suggestionCounts() throws -> [Urgency: Int]
}

/// Writes suggestions.
public protocol SuggestionWriting {
  /// Replaces the suggestions of these materials, but those that a decision still holds.
  func replaceSuggestions(_ rows: [ReplenishmentSuggestion]) throws
  /// Puts a decision on the suggestions of these materials, or takes it off with nil.
  func decide(
    _ materials: some Collection<MaterialID>,
    _ decision: SuggestionDecision?
  ) throws
}

/// What has been learned, and from what.
public struct LearnedModel: Sendable, Equatable {
  /// What it predicts, for example `putaway_acceptance`.
  public var name: String
  /// Grows with each stored state.
  public var version: Int64
  /// The state, as the learner lays it out.
  public var state: [Double]
  /// From how many outcomes.
  public var outcomes: Int64
  /// When it was stored.
  public var storedAt: Instant

  /// Makes a model.
  public init(
    name: String,
    version: Int64,
    state: [Double],
    outcomes: Int64,
    storedAt: Instant
  ) {
    self.name = name
    self.version = version
    self.state = state
    self.outcomes = outcomes
    self.storedAt = storedAt
  }
}

/// Reads what has been learned.
public protocol LearningReading {
  /// The model in force.
  func model(_ name: String) throws -> LearnedModel?
  /// Features, probability at the time and outcome of feedback since then, the oldest first.
  func feedback(
    since: Instant,
    limit: Int
  ) throws -> [(features: [Double], confidence: Double, accepted: Bool)]
}

/// Writes what has been learned.
public protocol LearningWriting {
  /// Stores a new state as the model in force.
  func saveModel(_ model: LearnedModel) throws
  /// Records one outcome of a recommendation.
  func recordFeedback(
    recommendation: RecommendationID,
    features: [Double],
    confidence: Double,
    accepted: Bool,
    at: Instant
  ) throws
}
