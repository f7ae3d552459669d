import Foundation
import HTTPServer

/// Whose processes may speak at the unix socket: root, the service's own user, and the members of
/// the group `stowage-admin`.
///
/// The file's mode says the same; this holds also where somebody loosened the mode by hand.
enum PeerTrust {
  static let group = "stowage-admin"

  /// The group's number, where the machine has it.
  static var groupID: UInt32? { getgrnam(group).map { $0.pointee.gr_gid } }

  /// The name of a user whose process may speak; nil where it may not.
  @Sendable
  static func name(of peer: PeerCredentials) -> String? {
    let user = getpwuid(peer.userID).map { String(cString: $0.pointee.pw_name) }
    let name = user ?? String(peer.userID)
    if peer.userID == 0 || peer.userID == geteuid() { return name }
    guard let groupID else { return nil }
    if peer.groupID == groupID { return name }
    guard let user else { return nil }
    return groups(of: user, primary: peer.groupID).contains(groupID) ? name : nil
  }

  /// The groups of a user (getgrouplist(3)).
  private static func groups(of user: String, primary: UInt32) -> [UInt32] {
    var count: Int32 = 64
    var groups = [gid_t](repeating: 0, count: Int(count))
    if getgrouplist(user, primary, &groups, &count) < 0 {
      groups = [gid_t](repeating: 0, count: Int(count))
      guard getgrouplist(user, primary, &groups, &count) >= 0 else { return [primary] }
    }
    return Array(groups.prefix(Int(count)))
  }
}
