import Foundation
import Logging
import Metrics
import Operations
import Synchronization
import Upstream
import Warehouse
import WireFormat

/// Takes the settings that head office hands down: checks, keeps, puts into force, takes back.
///
/// Nothing replaces what is in force before it has proved to be signed by head office for this
/// facility, newer than everything seen, and valid as a whole. For ten minutes after that it is on
/// trial: if the box stops being fit, the settings before are in force again and stay so. Only
/// fitness counts: a box without an uplink, or one with late jobs, is a fit box.
final class DirectiveDesk: Sendable {
  private struct Trial {
    var version: Int64
    var endsMS: Int64
    var unfitLooks = 0
    /// Taken back in memory, but not yet in the database.
    var isUndone = false
  }

  private struct State {
    var trial: Trial?
    var version: Int64 = 0
    /// What was complained about last, so that each acknowledgement does not repeat it.
    var complaint = ""
  }

  /// How many looks in a row must find the box unfit: one may meet a hiccup of the disk.
  static let unfitLooks = 3

  private let environment: OperationsEnvironment
  private let scope: TenantScope
  private let facility: String
  private let key: [UInt8]?
  private let inForce: SettingsInForce
  private let unfit: @Sendable () -> [String]
  private let uptimeMS: @Sendable () -> Int64
  private let logger = Logger(label: "stowage.settings")
  private let state = Mutex(State())
  /// One at a time takes or takes back.
  private let turn = Mutex(())

  /// Stands on the store; without a key of head office nothing is taken.
  ///
  /// `unfit` names the fitness checks that fail now.
  init(
    _ environment: OperationsEnvironment,
    scope: TenantScope,
    facility: String,
    key: [UInt8]?,
    inForce: SettingsInForce,
    unfit: @escaping @Sendable () -> [String],
    uptimeMS: @escaping @Sendable () -> Int64 = { ZoneClock.uptimeMS() }
  ) {
    self.environment = environment
    self.scope = scope
    self.facility = facility
    self.key = key
    self.inForce = inForce
    self.unfit = unfit
    self.uptimeMS = uptimeMS
  }

  /// The version in force; 0 where there is none.
  var version: Int64 { state.withLock { $0.version } }

  /// Puts into force what was in force before the restart.
  ///
  /// What this program no longer understands is refused, and the version before it is tried.
  func resume() {
    turn.withLock { _ in
      while let active = (try? kept())?.first(where: { $0.state == .active }) {
        do {
          try putIntoForce(active)
          let since = environment.now().ms - active.changedAt.ms
          if since >= 0, since < Limits.directiveTrialS * 1_000 { beginTrial(active.version) }
          return
        } catch {
          let ended = Result {
            try end(active.version, as: .refused, reason: Self.words(error))
          }
          if case .failure = ended { return }
        }
      }
    }
  }

  /// Takes what came with an acknowledgement; whatever is wrong with it is told in the log.
  func take(_ directive: Directive) {
    turn.withLock { _ in
      do {
        try adopt(directive)
      } catch {
        complain("Head office's settings could not be kept.", Self.words(error))
      }
    }
  }

  private func adopt(_ directive: Directive) throws {
    guard let key else {
      return complain("Head office hands down settings; this site takes none.", "sync.settings-key")
    }
    guard directive.version > (try kept().first?.version ?? 0) else { return }
    guard directive.isGenuine(for: facility, key: key) else {
      count("forged")
      return complain(
        "Settings came that head office did not sign for this facility.",
        "version \(directive.version)"
      )
    }
    let unfit = unfit()
    guard unfit.isEmpty else {
      return complain(
        "Head office's settings wait until the box is fit.",
        unfit.joined(separator: ", ")
      )
    }
    let now = environment.now()
    var settings = DirectedSettings(
      version: directive.version,
      document: directive.document,
      signature: directive.signature,
      state: .active,
      at: now
    )
    let changed: HeadOfficeSettings
    do {
      changed = try Self.read(settings)
    } catch {
      settings.state = .refused
      settings.reason = String(Self.words(error).prefix(Limits.noteLength))
      try keep(settings)
      return count("refused")
    }
    // First in force, then kept: an answer that is kept for later must not show the old ones.
    let before = inForce.direct(changed)
    do {
      try keep(settings)
    } catch {
      inForce.direct(before)
      throw error
    }
    beginTrial(directive.version)
    setVersion(directive.version)
    count("adopted")
  }

  /// Looks whether the box is still fit, while settings are on trial.
  func look() {
    turn.withLock { _ in
      guard var trial = state.withLock({ $0.trial }) else { return }
      if !trial.isUndone {
        if uptimeMS() >= trial.endsMS { return state.withLock { $0.trial = nil } }
        let unfit = unfit()
        trial.unfitLooks = unfit.isEmpty ? 0 : trial.unfitLooks + 1
        state.withLock { $0.trial = trial }
        guard trial.unfitLooks >= Self.unfitLooks else { return }
        takeBack(unfit)
        trial.isUndone = true
        state.withLock { $0.trial = trial }
      }
      // A disk that takes no writes may be why: the box itself has the old settings already.
      let reason = "The box was no longer fit with them."
      if (try? end(trial.version, as: .rolledBack, reason: reason)) != nil {
        state.withLock { $0.trial = nil }
        count("rolled_back")
      }
    }
  }

  /// The versions that came, newest first, as JSON.
  func rows() throws -> JSONValue {
    let rows = try kept(limit: 20).map { settings -> JSONValue in
      [
        "version": .integer(settings.version), "state": .string(settings.state.rawValue),
        "reason": settings.reason.map { .string($0) } ?? .null,
        "document": .string(settings.document),
        "received_at": .string(Timestamp.text(ms: settings.receivedAt.ms)),
        "changed_at": .string(Timestamp.text(ms: settings.changedAt.ms)),
      ]
    }
    return ["in_force": .integer(version), "rows": .array(rows)]
  }
}

extension DirectiveDesk {
  private func kept(limit: Int = 100) throws -> [DirectedSettings] {
    try environment.store.read(scope) { try $0.directedSettings(limit: limit) }
  }

  private func putIntoForce(_ settings: DirectedSettings) throws {
    inForce.direct(try Self.read(settings))
    setVersion(settings.version)
  }

  private static func read(_ settings: DirectedSettings) throws -> HeadOfficeSettings {
    try HeadOfficeSettings(
      settings.document,
      version: settings.version,
      siteOnly: ConfigurationKeys.all
    )
  }

  private func setVersion(_ version: Int64) {
    state.withLock { $0.version = version }
    Meter(label: "sync_settings_version").set(Double(version))
  }

  private func beginTrial(_ version: Int64) {
    let ends = uptimeMS() + Limits.directiveTrialS * 1_000
    state.withLock { $0.trial = Trial(version: version, endsMS: ends) }
  }

  /// Puts the version before into force, or the configuration alone.
  private func takeBack(_ unfit: [String]) {
    let before = (try? kept())?.first { $0.state == .superseded }
    do {
      guard let before else { throw Failure(.notFound, "There is no version before.") }
      try putIntoForce(before)
    } catch {
      inForce.direct(nil)
      setVersion(0)
    }
    logger.error(
      "Head office's settings were taken back: the box was no longer fit with them.",
      metadata: ["checks": "\(unfit.joined(separator: ", "))", "in_force": "\(version)"]
    )
  }

  private func keep(_ settings: DirectedSettings) throws {
    try environment.store.write(scope) { transaction in
      try transaction.keep(settings)
      try transaction.audit(
        "settings.directed",
        subject: "version \(settings.version)",
        detailJSON: #"{"state":"\#(settings.state.rawValue)"}"#,
        at: settings.changedAt
      )
    }
    logger.notice(
      settings.state == .active
        ? "Settings of head office are in force." : "Settings of head office were refused.",
      metadata: ["version": "\(settings.version)", "reason": "\(settings.reason ?? "")"]
    )
  }

  private func end(
    _ version: Int64,
    as ended: DirectedSettings.State,
    reason: String
  ) throws {
    let now = environment.now()
    let short = String(reason.prefix(Limits.noteLength))
    try environment.store.write(scope) { transaction in
      try transaction.end(settings: version, as: ended, reason: short, at: now)
      try transaction.audit(
        "settings.ended",
        subject: "version \(version)",
        detailJSON: #"{"state":"\#(ended.rawValue)"}"#,
        at: now
      )
    }
  }

  private func complain(_ words: String, _ detail: String) {
    let isNew = state.withLock { state in
      defer { state.complaint = words + detail }
      return state.complaint != words + detail
    }
    if isNew { logger.warning("\(words)", metadata: ["detail": "\(detail)"]) }
  }

  private func count(_ outcome: String) {
    Counter(label: "sync_settings_total", dimensions: [("outcome", outcome)]).increment()
  }

  private static func words(_ error: any Error) -> String {
    guard let failure = error as? Failure else { return String(describing: error) }
    let faults = failure.faults.map { "\($0.place) \($0.rule)" }.joined(separator: "; ")
    return faults.isEmpty ? failure.message : "\(failure.message) \(faults)"
  }
}

/// Looks at settings on trial every few seconds while the box serves.
final class DirectiveWatch: Sendable {
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ desk: DirectiveDesk, everyMS: Int = 5_000) {
    let thread = Thread { [stopping, ended] in
      while stopping.wait(timeout: .now() + .milliseconds(everyMS)) == .timedOut { desk.look() }
      ended.signal()
    }
    thread.name = "settings-watch"
    thread.start()
  }

  /// Ends the thread and waits for it; to be called before the listener goes, which is fitness.
  func stop() {
    stopping.signal()
    _ = ended.wait(timeout: .now() + .seconds(30))
  }
}
