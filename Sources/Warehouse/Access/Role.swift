/// What somebody may do: the scopes of tokens, and the roles of operators.
///
/// Roles do not contain each other; a route names every role that may call it, in one table, so
/// that nobody gains a right by the way two roles are nested.
public enum Role: String, Sendable, CaseIterable, Hashable, Comparable {
  /// Scans, confirms, moves and picks with a handheld.
  case scanner
  /// Receives, plans and puts away at a terminal.
  case station
  /// Looks after the work: masters, forecasts, imports, devices.
  case supervisor
  /// Looks after the rights: people, tokens, settings; may do whatever a supervisor may.
  case admin
  /// Reads the metrics, and nothing else.
  case metrics
  /// Carries master data, orders and stock to and from other programs.
  case integration

  /// Roles stand in the order of their names.
  public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// What a paired device is.
public enum DeviceKind: String, Sendable, CaseIterable {
  /// A scanner in somebody's hand.
  case handheld = "HANDHELD"
  /// A terminal at a fixed place.
  case station = "STATION"
  /// A browser at a desk; it may nothing until a person signs in.
  case browser = "BROWSER"
  /// A program.
  case script = "SCRIPT"

  /// What it may do with nobody signed in.
  public var scopes: Set<Role> {
    switch self {
    case .handheld: [.scanner]
    case .station: [.station]
    case .browser: []
    case .script: [.integration]
    }
  }
}

/// Tables whose keys rights speak of.
public enum Operators {}
/// Paired devices.
public enum Devices {}
/// Tokens.
public enum AccessTokens {}
/// Sessions of people in browsers.
public enum BrowserSessions {}

/// The key of an operator.
public typealias OperatorID = Key<Operators>
/// The key of a device.
public typealias DeviceID = Key<Devices>
/// The key of a token.
public typealias AccessTokenID = Key<AccessTokens>
/// The key of a session.
public typealias BrowserSessionID = Key<BrowserSessions>
