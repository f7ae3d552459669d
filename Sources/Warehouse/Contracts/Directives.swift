/// Settings that head office handed down, and what became of them.
public struct DirectedSettings: Sendable, Equatable {
  /// What became of a version.
  public enum State: String, Sendable, CaseIterable {
    /// In force.
    case active = "ACTIVE"
    /// Was in force until a later version came.
    case superseded = "SUPERSEDED"
    /// Could not be used, and never was in force.
    case refused = "REFUSED"
    /// Was in force, and was taken back because the box was no longer fit.
    case rolledBack = "ROLLED_BACK"
  }

  /// Grows with each change at head office.
  public var version: Int64
  /// The settings, a JSON object as text: exactly what was signed.
  public var document: String
  /// The Ed25519 signature, 64 bytes.
  public var signature: [UInt8]
  /// What became of it.
  public var state: State
  /// Why it was refused or taken back.
  public var reason: String?
  /// When it came.
  public var receivedAt: Instant
  /// When its state last changed.
  public var changedAt: Instant

  /// Makes a version that has just come.
  public init(
    version: Int64,
    document: String,
    signature: [UInt8],
    state: State,
    reason: String? = nil,
    at moment: Instant
  ) {
    self.version = version
    self.document = document
    self.signature = signature
    self.state = state
    self.reason = reason
    self.receivedAt = moment
    self.changedAt = moment
  }
}

/// Reads what head office handed down.
public protocol DirectiveReading {
  /// The versions that came, the newest first.
  func directedSettings(limit: Int) throws -> [DirectedSettings]
}

/// Keeps what head office handed down.
public protocol DirectiveWriting {
  /// Keeps a version; where it is active, the one before it becomes superseded.
  ///
  /// Fails with `conflict` where this version or a later one is here already.
  func keep(_ settings: DirectedSettings) throws
  /// Changes what became of a version, and why.
  ///
  /// Where it was in force, the newest superseded one is in force again.
  func end(
    settings version: Int64,
    as state: DirectedSettings.State,
    reason: String,
    at: Instant
  ) throws
}
