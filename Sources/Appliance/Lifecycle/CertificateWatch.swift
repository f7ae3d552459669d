import Foundation
import HTTPServer
import Logging
import Synchronization
import Warehouse

/// Takes a renewed certificate into service, on SIGHUP and when its files change.
///
/// A tool that renews writes two files one after the other, so a look may find a pair that does not
/// fit: it is refused, the one in force stays, and the next change is looked at again. Only a
/// refusal that is new is logged.
final class CertificateWatch: Sendable {
  /// How often the files are looked at, in seconds.
  private static let pauseS = 5.0
  /// From how many days before its end a certificate is warned of.
  private static let warnDays = 14

  private let files: CertificateFiles
  private let listener: Listener
  private let nowS: @Sendable () -> Int
  private let logger: Logger
  private let bell = DispatchSemaphore(value: 0)
  private let isOver = Atomic<Bool>(false)
  private let isAsked = Atomic<Bool>(false)
  private let state: Mutex<(stamp: [Int64], complaint: String?, warnedDay: Int)>

  /// Watches the files of a listener that shows them already.
  init(
    _ files: CertificateFiles,
    _ listener: Listener,
    logger: Logger,
    nowS: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
  ) {
    self.files = files
    self.listener = listener
    self.logger = logger
    self.nowS = nowS
    self.state = Mutex((files.stamp, nil, 0))
  }

  /// Starts the thread that looks.
  func start() {
    let thread = Thread { [self] in
      while !isOver.load(ordering: .acquiring) {
        _ = bell.wait(timeout: .now() + Self.pauseS)
        guard !isOver.load(ordering: .acquiring) else { return }
        look(isAsked: isAsked.exchange(false, ordering: .acquiringAndReleasing))
      }
    }
    thread.name = "stowage-certificates"
    thread.stackSize = 512 * 1024
    thread.start()
  }

  /// Reads the files now, whether or not they seem to have changed; returns at once.
  func reload() {
    isAsked.store(true, ordering: .releasing)
    bell.signal()
  }

  /// Ends the thread.
  func stop() {
    isOver.store(true, ordering: .releasing)
    bell.signal()
  }

  /// Looks once; true where a certificate was taken into service.
  @discardableResult
  func look(isAsked: Bool) -> Bool {
    state.withLock { state in
      let stamp = files.stamp
      guard isAsked || stamp != state.stamp else {
        remind(&state.warnedDay)
        return false
      }
      do {
        let identity = try files.load()
        try refuseExpired(identity)
        try listener.replaceIdentity(identity)
        state = (stamp, nil, 0)
        logger.notice("a renewed certificate is in service: \(Self.describe(identity))")
        return true
      } catch {
        let complaint = (error as? Failure)?.message ?? "\(error)"
        if isAsked || complaint != state.complaint {
          logger.error("the certificate was not renewed, the old one stays: \(complaint)")
        }
        // The stamp stays as it was, so that the next look tries again.
        state.complaint = complaint
        return false
      }
    }
  }

  private func refuseExpired(_ identity: TLSIdentity) throws(Failure) {
    guard let validity = identity.validityS, validity.upperBound < nowS() else { return }
    throw Failure(.invalid, "it has expired: \(Self.describe(identity))")
  }

  /// Warns once a day of a certificate that ends soon.
  private func remind(_ warnedDay: inout Int) {
    let today = nowS() / 86_400
    guard warnedDay != today, let validity = try? files.load().validityS else { return }
    warnedDay = today
    let days = (validity.upperBound - nowS()) / 86_400
    if days < Self.warnDays { logger.warning("the certificate ends in \(days) days; renew it") }
  }

  /// A certificate in the words of a log: until when, and its fingerprint.
  static func describe(_ identity: TLSIdentity) -> String {
    let end = identity.validityS.map {
      ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double($0.upperBound)))
    }
    return "valid until \(end ?? "an unknown day"), SHA-256 \(identity.fingerprint)"
  }
}
