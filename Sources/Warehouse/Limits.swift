/// Every limit of the product, by name, in one place.
///
/// A thing that grows without a limit is a fault waiting for its day. Each constant here is used
/// where it is enforced, and has a test that goes one past it.
public enum Limits {
  // MARK: Text and numbers

  /// Longest code of a material, location, lot, supplier or order, in characters.
  public static let codeLength = 64
  /// Longest name or description, in characters.
  public static let nameLength = 200
  /// Longest free-text reason or note, in characters.
  public static let noteLength = 500
  /// Largest quantity, in milli-units of the base unit (a trillion units).
  public static let quantityMilli: Int64 = 1_000_000_000_000_000
  /// Largest edge of a good or a location, in millimetres (a kilometre).
  public static let edgeMM: Int64 = 1_000_000
  /// Largest weight of a good or a weight limit, in grams (a million tonnes).
  public static let weightG: Int64 = 1_000_000_000_000
  /// Largest volume, in cubic millimetres (a million cubic metres).
  public static let volumeMM3: Int64 = 1_000_000_000_000_000

  // MARK: Requests

  /// Largest JSON body of a call, in bytes.
  public static let jsonBodyBytes = 4 * 1024 * 1024
  /// Largest import body, in bytes.
  public static let importBodyBytes = 64 * 1024 * 1024
  /// Deepest nesting of a JSON document.
  public static let jsonDepth = 32
  /// Longest idempotency key, in characters.
  public static let idempotencyKeyLength = 128
  /// Rows in one page of a listing, at most.
  public static let pageRows = 1_000
  /// Rows in one page of a listing where the caller names no limit.
  public static let pageRowsDefault = 100
  /// Lines of one receipt, and items of one plan request.
  public static let receiptLines = 1_000
  /// Handling units that one receipt line may hold.
  public static let lineHandlingUnits = 10_000
  /// Connections that the HTTP library accepts at all.
  public static let connections = 320
  /// From this many connections on, answers close theirs.
  public static let connectionsBeforeClose = 192
  /// From this many connections on, answers to scans and confirms close theirs too.
  public static let connectionsBeforePriorityClose = 304
  /// From this many connections on, only scans, confirms and health are answered.
  public static let connectionsBeforeShed = 256
  /// Answers that are kept until the next commit.
  public static let cachedAnswers = 4_096
  /// Largest answer that is kept, in bytes.
  public static let cachedAnswerBytes = 16 * 1_024
  /// Larger answers of which the newest is kept for all who ask for the same.
  public static let cachedLargeAnswers = 8
  /// Largest of them, in bytes.
  public static let cachedLargeAnswerBytes = 2 * 1_024 * 1_024
  /// Event streams over all clients; one more is answered 503.
  public static let eventStreams = 96
  /// Event streams of one session; one more is answered 503.
  public static let eventStreamsPerSession = 2
  /// Events that are read for one client at a time.
  public static let eventsPerRead = 200
  /// Kinds that one client may choose.
  public static let eventKinds = 32
  /// Silence after which an event stream sends a heartbeat, in milliseconds.
  public static let eventHeartbeatMS = 10_000
  /// Least time between two looks of one stream, in milliseconds: under load, events come in lots.
  public static let eventPauseMS = 100
  /// How long a client waits before it connects again, in milliseconds; each gets its own time.
  public static let eventRetryMS = 2_000...6_000
  /// Idle time after which a connection is closed, in seconds.
  public static let idleTimeoutS = 10
  /// Time within which a request's head must be complete, in milliseconds.
  public static let headTimeoutMS = 5_000
  /// Time within which a request's body must be complete, in milliseconds.
  public static let bodyTimeoutMS = 30_000
  /// Time within which the body of an import must be complete, in milliseconds.
  public static let importBodyTimeoutMS = 600_000

  /// Largest file of a certificate or of a key, in bytes.
  public static let certificateBytes = 256 * 1024
  /// Days that a report of performance looks back, at most.
  public static let performanceDays = 90
  /// Ledger rows that such a report looks at, at most: the newest ones.
  public static let performanceRows = 200_000
  /// Longest code that a scanner may send, in bytes.
  public static let scanBytes = 4_096
  /// Scans that are kept of each device, to show what it sent.
  public static let scanLogScans = 50
  /// Devices whose scans are kept.
  public static let scanLogDevices = 256

  /// Operations that a device may deliver in one call.
  public static let replayOperations = 500
  /// Tasks that a device may hold at a time.
  public static let leasedTasks = 50
  /// Longest lease of a task, in seconds.
  public static let leaseS: Int64 = 12 * 3_600

  // MARK: Storage

  /// Requests in one group commit, at most.
  public static let groupCommitRequests = 64
  /// Work in one group commit, in microseconds, after which the group is closed.
  ///
  /// On a disk that syncs slowly a group may work twice as long as its sync takes, since those who
  /// come meanwhile wait for that in any case.
  public static let groupCommitWorkUS = 10_000
  /// The same on the slowest disk.
  public static let groupCommitLongestWorkUS = 40_000
  /// Time that a write may hold the writer before the log says so, in microseconds.
  ///
  /// The scans behind it wait for it. The sync of the disk is not counted.
  public static let writeUS = 20_000
  /// Requests waiting for the writer, at most; one more is answered `overloaded`.
  public static let writerQueue = 2_048
  /// Rows in one slice of an import or a job.
  public static let sliceRows = 200
  /// Forecasts that are written at a time: scans wait for them.
  public static let forecastsPerWrite = 20
  /// Days for which the answer to an idempotency key is kept.
  public static let idempotencyDays = 30
  /// Rows of one import, at most.
  public static let importRows = 5_000_000
  /// Faults that one import reports, at most; the rest is counted.
  public static let importFaults = 100
  /// Write-ahead log size from which the writer checkpoints, in bytes.
  public static let walCheckpointBytes = 4 * 1024 * 1024

  // MARK: Putaway

  /// Candidate locations whose contents are read for one recommendation.
  public static let candidates = 64
  /// Runners-up in a recommendation.
  public static let runnersUp = 3
  /// Handling units of a recommendation whose positions are told, at most.
  public static let picturedUnits = 40
  /// Days of picks that the floor map shows.
  public static let pickHeatDays = 30
  /// How long a recommendation holds its space, in seconds.
  public static let reservationTTLS: Int64 = 900
  /// Largest improvement budget of a plan, in milliseconds.
  public static let planBudgetMS = 30_000
  /// Units of one packing instance, counted with their quantities.
  public static let packingUnits = 100_000
  /// Threads that search for one plan side by side.
  public static let packingThreads = 64
  /// Locations of one packing instance, counted with their copies.
  public static let packingLocations = 1_000_000

  /// Orders from which slotting learns, at most: the newest ones of 90 days.
  public static let slottingOrders = 50_000
  /// Pairs of materials that are kept as picked together, at most: the strongest.
  public static let affinityPairs = 50_000
  /// Storage places of a site for which re-slotting is worked out.
  public static let reslottingPlaces = 50_000
  /// Moves in one accepted plan.
  public static let reslottingSteps = 200
  /// How long a task of re-slotting holds its place, in seconds.
  public static let reslottingTaskS: Int64 = 24 * 3_600
  /// Suggestions that one call decides about, in one short write.
  public static let decidedSuggestions = 500
  /// Days that a decision about a suggestion holds where no order shows in the books.
  public static let suggestionDecisionDays: Int64 = 30

  // MARK: Forecasting

  /// Longest forecast horizon, in days.
  public static let horizonDays = 365
  /// Periods of one demand series.
  public static let seriesPeriods = 100_000
  /// Series of one forecast file.
  public static let fileSeries = 1_000_000
  /// Longest season, in periods.
  public static let seasonPeriods = 400

  // MARK: Printing

  /// Printers of a facility.
  public static let printers = 200
  /// Labels of one print job.
  public static let printLabels = 500
  /// Copies of one label.
  public static let labelCopies = 100
  /// Jobs that wait for one printer; one more is answered `overloaded`.
  public static let printQueue = 200
  /// How long a printer is tried before a job counts as failed, in seconds.
  public static let printPatienceS: Int64 = 900
  /// How long a printer may take to answer the connection, and then to take the next bytes, in
  /// milliseconds.
  public static let printerTimeoutMS = 10_000
  /// Printers that are sent to at the same time.
  public static let printersAtWork = 16
  /// Days that finished print jobs are kept.
  public static let printJobDays = 30

  // MARK: Upstream

  /// Largest batch body, in bytes.
  public static let batchBytes = 1024 * 1024
  /// Events in one batch.
  public static let batchEvents = 2_000
  /// Days that acknowledged batches are kept.
  public static let acknowledgedDays = 7
  /// Days back that a correction is still told to head office, and that are kept for one which
  /// lost everything.
  public static let aggregateDays = 400
  /// Days that the levels of a day are kept after head office was told.
  public static let aggregateLevelDays = 35
  /// Changed days that one session tells again before it sends; the nightly job tells all.
  public static let changedDaysAtOnce = 20
  /// Refused batches whose bytes are kept; the oldest give way.
  public static let deadLetters = 1_000
  /// Largest settings that head office may hand down, in bytes.
  public static let directedSettingsBytes = 64 * 1024
  /// How long new settings of head office are on trial, in seconds.
  public static let directiveTrialS: Int64 = 600
}
