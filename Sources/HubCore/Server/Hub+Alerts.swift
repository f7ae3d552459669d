import Foundation
import HTTPClient
import HTTPServer
import Logging
import Synchronization
import Warehouse
import WireFormat

/// Something that head office should look at.
struct HubAlert: Sendable, Hashable {
  /// What is wrong.
  enum Kind: String, Sendable, CaseIterable {
    /// A facility has not been heard of for too long.
    case silent = "SILENT"
    /// Batches are missing below the highest number.
    case gap = "GAP"
    /// Batches came with other bytes than those stored under their number.
    case quarantined = "QUARANTINED"
    /// A facility's clock is off by more than five minutes.
    case clockSkew = "CLOCK_SKEW"
  }

  var kind: Kind
  var facility: String
  var detail: String

  func write(into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("alert", kind.rawValue)
      writer.member("facility", facility)
      writer.member("detail", detail)
    }
  }
}

extension Hub {
  /// How far a facility's clock may be off, in milliseconds.
  static let skewMS: Int64 = 300_000

  /// Whether nothing was heard of a facility for too long; one that has a key and never sent is as
  /// silent as one that fell silent.
  func isSilent(_ line: FacilityLine, _ now: Instant) -> Bool {
    let heard = counts.current.heard[line.facility]
    let last = [line.lastReceivedAt, heard].compactMap { $0 }.max()
    guard let last else { return line.isRegistered }
    return now.ms - last.ms > settings.silentAfterS * 1_000
  }

  /// Everything that is wrong now.
  func currentAlerts(only: String?) throws -> [HubAlert] {
    let now = now()
    return try standing(only: only).flatMap { line -> [HubAlert] in
      var alerts: [HubAlert] = []
      if isSilent(line, now) {
        let words =
          line.lagS(now: now).map { "nothing stored for \($0 / 3_600) hours" } ?? "never sent"
        alerts.append(HubAlert(kind: .silent, facility: line.facility, detail: words))
      }
      if let gap = line.watermark?.gaps.first {
        let words = "\(line.watermark?.gaps.count ?? 1) ranges, the first is "
        alerts.append(
          HubAlert(
            kind: .gap,
            facility: line.facility,
            detail: words + "\(gap.lowerBound)-\(gap.upperBound)"
          )
        )
      }
      if line.quarantined > 0 {
        let words = "\(line.quarantined) batches"
        alerts.append(HubAlert(kind: .quarantined, facility: line.facility, detail: words))
      }
      if let skew = line.clockSkewMS, abs(skew) > Self.skewMS {
        let words = "its clock is \(skew / 1_000) s off"
        alerts.append(HubAlert(kind: .clockSkew, facility: line.facility, detail: words))
      }
      return alerts
    }
  }

  /// `GET /v1/alerts`: what is wrong now.
  func alerts(_ request: Request, _ visitor: Visitor) throws -> Response {
    let alerts = try currentAlerts(only: Self.scope(visitor, request.query("facility")))
    var writer = JSONWriter()
    writer.object { writer in
      writer.array("rows") { writer in
        for alert in alerts { alert.write(into: &writer) }
      }
    }
    return .json(writer.bytes)
  }

  /// Tells of an alert that began or ended: in the log, and by a call where an address is set.
  func tell(_ alert: HubAlert, isFiring: Bool) {
    logger.log(
      level: isFiring ? .error : .notice,
      isFiring ? "An alert began." : "An alert ended.",
      metadata: [
        "alert": "\(alert.kind.rawValue)", "facility": "\(alert.facility)",
        "detail": "\(alert.detail)",
      ]
    )
    guard let url = settings.alertURL else { return }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("status", isFiring ? "firing" : "resolved")
      writer.member("alert", alert.kind.rawValue)
      writer.member("facility", alert.facility)
      writer.member("detail", alert.detail)
      writer.member("at", ms: now().ms)
    }
    var request = ClientRequest("POST", url, body: writer.bytes)
    request.headers = [("Content-Type", "application/json")]
    do {
      _ = try HTTPClient(ClientSettings(), logger: logger).send(request)
    } catch {
      logger.warning("An alert could not be posted.", metadata: ["problem": "\(error.message)"])
    }
  }
}

/// Looks at the facilities once a minute, and tells what began and what ended.
final class HubWatch: Sendable {
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ hub: Hub) {
    let thread = Thread { [stopping, ended] in
      var firing: [HubAlert: HubAlert] = [:]
      repeat {
        firing = Self.look(hub, firing)
      } while stopping.wait(timeout: .now() + .seconds(60)) == .timedOut
      ended.signal()
    }
    thread.name = "hub-watch"
    thread.start()
  }

  /// Ends the thread and waits for it.
  func stop() {
    stopping.signal()
    _ = ended.wait(timeout: .now() + .seconds(30))
  }

  /// One look; the alerts that fire now.
  ///
  /// Kind and facility tell them apart, not their words.
  static func look(_ hub: Hub, _ before: [HubAlert: HubAlert]) -> [HubAlert: HubAlert] {
    guard let alerts = try? hub.currentAlerts(only: nil) else { return before }
    var now: [HubAlert: HubAlert] = [:]
    for alert in alerts {
      now[HubAlert(kind: alert.kind, facility: alert.facility, detail: "")] = alert
    }
    for (name, alert) in now where before[name] == nil { hub.tell(alert, isFiring: true) }
    for (name, alert) in before where now[name] == nil { hub.tell(alert, isFiring: false) }
    return now
  }
}
