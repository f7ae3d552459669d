/// The limits of who may what.
extension Limits {
  /// Random bytes of a token, and of a session.
  public static let tokenBytes = 32
  /// Characters of a pairing code; each is worth five bits.
  public static let pairingCodeLength = 8
  /// How long a pairing code is good, in seconds.
  public static let pairingCodeS: Int64 = 600
  /// How long the link to the first admin is good, in seconds; a restart prints a new one.
  public static let setupCodeS: Int64 = 86_400
  /// Pairing codes that are good at the same time.
  public static let pairingCodes = 100
  /// How long a person stays signed in, in seconds: a shift.
  public static let sessionS: Int64 = 12 * 3_600
  /// How long a browser keeps what it was paired with, in seconds (browsers cut at 400 days).
  public static let deviceCookieS: Int64 = 400 * 86_400
  /// Fewest digits of a PIN.
  public static let pinDigitsLeast = 4
  /// Most digits of a PIN.
  public static let pinDigitsMost = 12
  /// Wrong PINs of a person that have no consequence; the next one locks.
  public static let freePersonFailures = 5
  /// Wrong badges and PINs at a device that have no consequence.
  public static let freeDeviceFailures = 10
  /// The first wait after too many wrong attempts, in seconds; it doubles each time.
  public static let lockoutFirstS: Int64 = 30
  /// The longest wait after too many wrong attempts, in seconds.
  public static let lockoutLongestS: Int64 = 3_600
  /// PINs that are hashed at the same time (16 MiB each).
  public static let pinHashesAtWork = 2
  /// Requests that wait for their PIN to be hashed; one more is answered `overloaded`.
  public static let pinHashesWaiting = 16
  /// Tokens and sessions that are kept in memory.
  public static let rememberedTokens = 4_096
  /// Callers whose rate is kept in memory.
  public static let rememberedRates = 4_096
  /// Attempts to pair, to sign in or to set up from one address, in a burst.
  public static let entryBurst = 20
  /// The same in the long run, a minute.
  public static let entryPerMinute = 20
  /// Tokens of programs that are usable at the same time.
  public static let accessTokens = 1_000
  /// Longest life of a token that is given one, in days.
  public static let tokenDays = 3_650

  /// Plans that are made at the same time.
  public static let plansAtWork = 2
  /// Requests that wait for their plan; one more is answered `overloaded`.
  public static let plansWaiting = 32
  /// Lines of a plan that goes before longer ones, and tells the runners-up of each line.
  public static let shortPlanLines = 100
  /// How long a longer plan holds still for short ones altogether, in milliseconds.
  public static let planPatienceMS = 500
  /// Imports, exports and runs that are under way at the same time.
  public static let bulkCallsAtWork = 2
  /// Those that wait; one more is answered `overloaded`.
  public static let bulkCallsWaiting = 16

  /// Rules on features that a site may have.
  public static let featureRules = 500
  /// Changes of the settings that are remembered, beside the audit log.
  public static let settingsChanges = 1_000
  /// Numbers in a setting that is a list.
  public static let settingNumbers = 100
}
