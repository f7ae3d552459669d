/// The key of a forecast run.
public typealias ForecastRunID = Key<ForecastRun>

/// How far a forecast run has come.
public enum ForecastRunStatus: String, Sendable, CaseIterable {
  case running = "RUNNING"
  case active = "ACTIVE"
  case superseded = "SUPERSEDED"
  case failed = "FAILED"
}

/// One run of the forecasting engine over many materials.
public struct ForecastRun: Sendable, Equatable {
  /// The key inside this facility.
  public var id: ForecastRunID
  /// The name outside.
  public var publicID: PublicID
  /// How far it has come.
  public var status: ForecastRunStatus
  /// The method that was asked for.
  public var method: String
  /// The last day of history that it saw.
  public var originDay: LocalDay
  /// How many days it looks ahead.
  public var horizonDays: Int
  /// When it began.
  public var startedAt: Instant
  /// When it ended.
  public var endedAt: Instant?
  /// How many materials it answered.
  public var materials: Int
  /// How many of them could only be answered with a reason.
  public var failures: Int

  /// Makes a run.
  public init(
    id: ForecastRunID,
    publicID: PublicID,
    status: ForecastRunStatus,
    method: String,
    originDay: LocalDay,
    horizonDays: Int,
    startedAt: Instant,
    endedAt: Instant?,
    materials: Int,
    failures: Int
  ) {
    self.id = id
    self.publicID = publicID
    self.status = status
    self.method = method
    self.originDay = originDay
    self.horizonDays = horizonDays
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.materials = materials
    self.failures = failures
  }
}

/// The forecast of one material in one run: the whole path.
public struct MaterialForecast: Sendable, Equatable {
  /// The demand summed over the first steps.
  public struct Cumulative: Sendable, Equatable {
    /// Over how many days.
    public var steps: Int
    /// The mean, in base units.
    public var mean: Double
    /// One value for each of the forecast's `levels`.
    public var quantiles: [Double]

    /// Makes a sum.
    public init(steps: Int, mean: Double, quantiles: [Double]) {
      self.steps = steps
      self.mean = mean
      self.quantiles = quantiles
    }
  }

  /// What order cycles of a lead time ask beyond the quantiles.
  public struct Burst: Sendable, Equatable {
    /// The lead time in days.
    public var steps: Int
    /// For each of the forecast's `levels`, in days of mean demand.
    public var extras: [Double]

    /// Notes what a lead time asks.
    public init(steps: Int, extras: [Double]) {
      self.steps = steps
      self.extras = extras
    }
  }

  /// What a forecast stands on.
  public struct Basis: Sendable, Equatable {
    /// How much a method contributes.
    public struct Share: Sendable, Equatable {
      /// The method.
      public var method: String
      /// Its share, 0 to 1.
      public var weight: Double

      /// Makes a share.
      public init(method: String, weight: Double) {
        self.method = method
        self.weight = weight
      }
    }

    /// The methods that were combined, the largest share first; the second is the runner-up.
    public var weights: [Share]
    /// Days that were observed.
    public var observations: Int
    /// Days whose figures were held to be faults of the record, and were cut back.
    public var outliers: [LocalDay]
    /// Days of the path that were known to be closed.
    public var closed: [LocalDay]

    /// Makes a basis.
    public init(
      weights: [Share],
      observations: Int,
      outliers: [LocalDay] = [],
      closed: [LocalDay] = []
    ) {
      self.weights = weights
      self.observations = observations
      self.outliers = outliers
      self.closed = closed
    }
  }

  /// What a forecast was fitted to.
  public struct Fit: Sendable, Equatable {
    /// The last day whose demand was seen.
    public var originDay: LocalDay
    /// A number that changes with that demand.
    public var fingerprint: Int64

    /// Notes a fit.
    public init(originDay: LocalDay, fingerprint: Int64) {
      self.originDay = originDay
      self.fingerprint = fingerprint
    }
  }

  /// The material.
  public var material: MaterialID
  /// The run.
  public var run: ForecastRunID
  /// The day of the first step.
  public var firstDay: LocalDay
  /// The method that was used.
  public var method: String
  /// Why this method, in words.
  public var reason: String
  /// SMOOTH, ERRATIC, INTERMITTENT or LUMPY.
  public var demandClass: String
  /// The mean by day, in base units.
  public var mean: [Double]
  /// The levels of the quantiles, rising.
  public var levels: [Double]
  /// One path for each level, in base units by day.
  public var quantiles: [[Double]]
  /// Sums over the first days, with their own quantiles.
  public var cumulative: [Cumulative]
  /// What order cycles ask beyond the quantiles, by lead time.
  public var bursts: [Burst] = []
  /// What it stands on; nil where that was not noted.
  public var basis: Basis?
  /// What it was fitted to; nil where that was not noted.
  public var fit: Fit?

  /// Makes a forecast.
  public init(
    material: MaterialID,
    run: ForecastRunID,
    firstDay: LocalDay,
    method: String,
    reason: String,
    demandClass: String,
    mean: [Double],
    levels: [Double],
    quantiles: [[Double]],
    cumulative: [Cumulative],
    fit: Fit? = nil
  ) {
    self.material = material
    self.run = run
    self.firstDay = firstDay
    self.method = method
    self.reason = reason
    self.demandClass = demandClass
    self.mean = mean
    self.levels = levels
    self.quantiles = quantiles
    self.cumulative = cumulative
    self.fit = fit
  }
}
