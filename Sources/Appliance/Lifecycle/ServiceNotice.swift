import Foundation

/// Tells systemd how far the service is (`sd_notify`, systemd.service(5), Type=notify).
///
/// A datagram to the socket in `NOTIFY_SOCKET`; without one, nothing is done. Needs no library.
enum ServiceNotice {
  /// The service answers requests.
  static func ready() { send("READY=1") }

  /// The service is about to end.
  static func stopping() { send("STOPPING=1") }

  /// The service is alive; sent within half of `WATCHDOG_USEC`.
  static func alive() { send("WATCHDOG=1") }

  /// How often `alive` is expected, in milliseconds; nil where nobody watches.
  static var watchdogMS: Int? {
    ProcessInfo.processInfo.environment["WATCHDOG_USEC"].flatMap(Int.init).map { $0 / 2_000 }
  }

  private static func send(_ state: String) {
    guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], !path.isEmpty
    else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(path.utf8)
    // A leading @ names a socket in the abstract namespace, which begins with a zero.
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
    guard socket >= 0 else { return }
    defer { close(socket) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let message = Array(state.utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        _ = sendto(socket, message, message.count, Int32(MSG_NOSIGNAL), target, length)
      }
    }
  }
}
