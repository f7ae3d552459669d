/// Reads people, devices, tokens and sessions.
public protocol AccessReading {
  /// The token with that SHA-256, whoever it belongs to; nil where none was ever made.
  func token(digest: [UInt8]) throws -> AccessToken?
  /// The session with that SHA-256 that nobody ended.
  func session(digest: [UInt8]) throws -> BrowserSession?
  /// The people in scope with that badge, those of the home tenant first.
  func operators(badge: String) throws -> [OperatorAccount]
  /// The person of that name, where in scope.
  func operatorAccount(publicID: PublicID) throws -> OperatorAccount?
  /// A page of the people in scope.
  func operators(_ page: PageRequest) throws -> Page<OperatorAccount>
  /// The device of that name, where in scope.
  func device(publicID: PublicID) throws -> PairedDevice?
  /// The device with that key, whoever it works for.
  func device(id: DeviceID) throws -> PairedDevice?
  /// A page of the devices in scope; those turned away stand in it too.
  func devices(_ page: PageRequest) throws -> Page<PairedDevice>
  /// The token of that name, where in scope.
  func token(publicID: PublicID) throws -> AccessToken?
  /// A page of the tokens of programs in scope; a device stands for its own.
  func tokens(_ page: PageRequest) throws -> Page<AccessToken>
  /// Whether an active admin with a PIN is there, in the whole facility.
  func hasAdmin() throws -> Bool
  /// What is wrong with the chain of the audit log and with the bookings that it vouches for.
  func auditFaults(limit: Int) throws -> AuditChain
  /// A page of the audit log, the newest first; rows of the facility are everybody's.
  func auditRecords(_ page: PageRequest) throws -> Page<AuditRecord>
}

/// Changes rights; each change writes its row of the audit log itself.
public protocol AccessWriting {
  /// Adds a person; a badge that is taken is a conflict.
  func addOperator(_ account: OperatorAccount, at: Instant) throws -> OperatorAccount
  /// Changes name, roles, PIN or state of a person, and ends the person's sessions.
  func changeOperator(_ account: OperatorAccount, at: Instant) throws -> OperatorAccount
  /// Notes what an attempt to sign in led to, for the person and for the device.
  func noteAttempt(person: OperatorID?, _ lockout: Lockout) throws
  /// The same for the device.
  func noteAttempt(device: DeviceID, _ lockout: Lockout) throws
  /// Adds a device with its token.
  func addDevice(_ device: PairedDevice, tokenDigest: [UInt8], at: Instant) throws -> PairedDevice
  /// Turns a device away: its tokens are withdrawn, its sessions ended.
  func revokeDevice(_ device: PairedDevice, at: Instant) throws
  /// Adds a token.
  func addToken(_ token: AccessToken, digest: [UInt8]) throws -> AccessToken
  /// Withdraws a token.
  func revokeToken(_ token: AccessToken, at: Instant) throws
  /// Notes that a token was used.
  func touchToken(_ token: AccessTokenID, at: Instant) throws
  /// Opens a session; what was open at the device ends.
  func openSession(_ session: BrowserSession, digest: [UInt8]) throws
  /// Ends a session.
  func endSession(_ session: BrowserSession, at: Instant) throws
  /// Keeps a code and forgets those that are over; a setup code replaces the one before.
  func addCode(_ code: PairingCode, digest: [UInt8], at: Instant) throws
  /// Uses a code up; nil where it does not exist, is over, or was used.
  func useCode(digest: [UInt8], _ purpose: PairingCode.Purpose, at: Instant) throws -> PairingCode?
  /// Appends a row to the audit log on behalf of the scope's actor.
  func audit(_ action: String, subject: String, detailJSON: String, at: Instant) throws
}

/// One row of the audit log.
public struct AuditRecord: Sendable, Equatable {
  /// Its number.
  public var id: Int64
  /// When.
  public var at: Instant
  /// Who: `operator:BADGE`, `device:NAME`, `token:NAME`, `socket:USER` or `box`.
  public var actor: String
  /// What, for example `device.paired`.
  public var action: String
  /// To what.
  public var subject: String
  /// Further details, a JSON object.
  public var detailJSON: String
  /// The row's digest.
  public var digest: [UInt8]

  /// Makes a record.
  public init(
    id: Int64,
    at: Instant,
    actor: String,
    action: String,
    subject: String,
    detailJSON: String,
    digest: [UInt8]
  ) {
    self.id = id
    self.at = at
    self.actor = actor
    self.action = action
    self.subject = subject
    self.detailJSON = detailJSON
    self.digest = digest
  }
}

/// What following the audit log from its first row to its last has shown.
public struct AuditChain: Sendable, Equatable {
  /// How many rows there are.
  public var rows: Int
  /// The digest of the last one; whoever wrote it down can see whether rows were cut off the end.
  public var head: [UInt8]
  /// What does not fit, in words.
  public var faults: [String]

  /// Makes a result.
  public init(rows: Int, head: [UInt8], faults: [String]) {
    self.rows = rows
    self.head = head
    self.faults = faults
  }
}
