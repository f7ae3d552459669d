import Foundation
import HTTPClient
import Logging
import Operations
import Telemetry
import Upstream
import Warehouse
import WireFormat

/// Aggregates days into the outbox, and sends what waits there to the hub.
struct UpstreamDesk: Sendable {
  let environment: OperationsEnvironment
  let scope: TenantScope
  let uplink: UplinkSession?
  let archive: UplinkArchive
  let directives: DirectiveDesk
  private let copies: CopyWatch
  private let aggregateDays: Int
  private let health: HealthSource
  private let url: String?

  /// Stands on the environment; without an address of a hub nothing is sent, only kept.
  init(
    _ environment: OperationsEnvironment,
    scope: TenantScope,
    facility: String,
    settings: ApplianceSettings,
    directives: DirectiveDesk,
    copies: CopyWatch,
    health: HealthSource
  ) throws {
    let configuration = settings.uplink
    self.environment = environment
    self.scope = scope
    self.copies = copies
    self.aggregateDays = settings.retention.aggregateDays
    self.url = configuration.url
    self.directives = directives
    self.health = health
    let outbox = StoreOutbox(store: environment.store, scope: scope)
    self.archive = UplinkArchive(facility: facility, outbox: outbox)
    guard let url = configuration.url else {
      self.uplink = nil
      return
    }
    var client = ClientSettings()
    client.totalTimeoutMS = configuration.timeoutS * 1_000
    client.authorityFile = configuration.authorityFile
    client.certificateFile = configuration.certificateFile
    client.keyFile = configuration.certificateKeyFile
    client.proxy = configuration.proxy
    client.pinnedKey = configuration.pinnedKey
    let key = try configuration.keyFile.map(Self.key)
    let address = try UplinkSettings(url: url, facility: facility, key: key, client: client)
    self.uplink = UplinkSession(
      facility: facility,
      outbox: outbox,
      transport: HTTPUplinkTransport(address, now: environment.now),
      now: environment.now,
      bytesPerS: configuration.maximumBytesPerS == 0
        ? nil : Int64(configuration.maximumBytesPerS),
      keptDays: configuration.keptDays,
      takeDirective: { directives.take($0) }
    )
  }

  /// Whether a hub is configured.
  var isConfigured: Bool { uplink != nil }

  /// Aggregates the days that were corrected, today so far, and the days before it, which late
  /// facts still change.
  ///
  /// `withAccuracy` reads every forecast's scores, which is for once a day.
  func aggregate(
    days: Int = 3,
    changedDays: Int = Limits.changedDaysAtOnce,
    withAccuracy: Bool = true,
    shouldStop: () -> Bool = { false }
  ) throws -> String {
    var software = ProgramVersion.software
    software.settingsVersion = directives.version == 0 ? nil : directives.version
    let build = BuildDailyAggregates(environment, software: software) { [health] in
      health.checks().map {
        HealthLine(name: $0.name, kind: $0.kind.rawValue, status: $0.status.rawValue)
      }
    }
    let today = environment.today
    let corrected = try AggregateChangedDays(environment, build)(
      through: today,
      back: aggregateDays,
      limit: changedDays,
      scope: scope,
      mayContinue: { !shouldStop() }
    )
    var appended = corrected.appended
    for back in (0..<days).reversed() {
      appended += try build(
        day: today.adding(days: -back),
        scope: scope,
        withAccuracy: withAccuracy
      ).appended
    }
    let told = corrected.days == 0 ? "" : " and of \(corrected.days) that were corrected"
    return "Appended \(appended) aggregates of \(days == 1 ? "today" : "\(days) days")\(told)."
  }

  /// Sends what waits; a sentence says what came of it.
  func send(
    patienceS: Int64,
    ignoringBackoff: Bool,
    shouldStop: () -> Bool
  ) throws -> String {
    guard let uplink else {
      return "No hub is configured (sync.url); aggregates wait in the outbox."
    }
    return try numbering {
      try uplink.run(
        patienceS: patienceS,
        ignoringBackoff: ignoringBackoff,
        shouldStop: shouldStop
      ).sentence
    }
  }

  /// Runs what may give numbers to batches; where it did, a copy from before is told apart.
  func numbering<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
    let before = try lastNumber()
    defer { if (try? lastNumber()) != before { copies.renew() } }
    return try body()
  }

  private func lastNumber() throws -> String {
    try environment.store.read(scope) { transaction in
      "\(try transaction.facility().epoch) \(try transaction.outboxState().lastSequence)"
    }
  }

  /// Where the sending stands, as JSON.
  func state() throws -> JSONValue {
    let outbox = try environment.store.read(scope) { try $0.outboxState() }
    let status = uplink?.status()
    return [
      "configured": .bool(isConfigured),
      "url": url.map { .string($0) } ?? .null,
      "unbatched_events": .integer(Int64(outbox.unbatchedEvents)),
      "pending_batches": .integer(Int64(outbox.pendingBatches)),
      "acknowledged_through": .integer(outbox.acknowledgedThrough),
      "last_sequence": .integer(outbox.lastSequence),
      "dead_letters": .integer(Int64(outbox.deadLetters)),
      "oldest_pending_at": Self.text(outbox.oldestPendingAt),
      "last_success_at": Self.text(outbox.lastSuccessAt),
      "last_error": outbox.lastError.map { .string($0) } ?? .null,
      "next_attempt_at": Self.text(status?.nextAttemptAt),
      "held": status?.heldReason.map { .string($0) } ?? .null,
      "receiver": status?.receiver.map { .string($0) } ?? .null,
      "receiver_behind": .bool(status?.isReceiverBehind ?? false),
      "circuit_open": .bool(status?.isCircuitOpen ?? false),
      "settings_version": .integer(directives.version),
      "clock_skew_ms": status?.clockSkewMS.map { .integer($0) } ?? .null,
    ]
  }

  /// What the session says of itself; nil where no hub is configured.
  func status() -> UplinkStatus? { uplink?.status() }

  private static func text(_ moment: Instant?) -> JSONValue {
    moment.map { .string(Timestamp.text(ms: $0.ms)) } ?? .null
  }

  /// The key in a file, without the line's end.
  private static func key(from path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self)
    else {
      throw Failure(
        .invalid,
        "The key file of the uplink, \(path), cannot be read.",
        hint: "Put the key that `stowage-hub facility add` printed into it (sync.key-file)."
      )
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
