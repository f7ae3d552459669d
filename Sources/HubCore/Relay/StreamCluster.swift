import CNATS
import Foundation
import Warehouse

/// How the message cluster of a fleet is reached, and what is asked of it.
public struct RelaySettings: Sendable, Equatable {
  /// Addresses of the cluster's servers, for example `nats://10.0.0.1:4222`.
  public var servers: [String]
  /// On how many servers each message is kept.
  public var replicas: Int
  /// A PEM file with the authority of the servers' certificates; nil for the system's.
  public var authorityFile: String?
  /// A file with the hub's credentials, as the cluster's operator made it.
  public var credentialsFile: String?
  /// A PEM file with the hub's own certificate, for a cluster that asks for one.
  public var certificateFile: String?
  /// A PEM file with the key of that certificate.
  public var keyFile: String?

  /// Names a cluster; messages are kept on three servers unless told otherwise.
  public init(servers: [String], replicas: Int = 3) {
    self.servers = servers
    self.replicas = replicas
  }

  /// Whether a server is spoken to over TLS.
  func isSecure(_ server: String) -> Bool {
    authorityFile != nil || certificateFile != nil || server.lowercased().hasPrefix("tls://")
  }

  /// The host in a server's address.
  static func host(of server: String) -> String {
    let rest = server.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
    let place = rest.split(separator: "@").last ?? rest
    if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
      return String(place[place.index(after: place.startIndex)..<end])
    }
    return String(place.split(separator: ":").first ?? "")
  }
}

/// What the cluster said went wrong.
struct StreamError: Error, CustomStringConvertible {
  var status: String
  var code: Int32 = 0

  var description: String { code == 0 ? status : "\(status) (JetStream error \(code))" }
}

/// A connection to NATS JetStream, used by one thread at a time.
///
/// The stream is made where it is missing: on disk, on several servers, deduplicated by message id
/// for two hours, kept for a week. It is a copy for whoever wants streams, never the record: the
/// hub's own store has acknowledged already, and JetStream syncs its disks only now and then.
final class StreamCluster {
  /// The stream's name.
  static let stream = "STOWAGE"
  /// The subjects of the stream.
  static let subjects = "stowage.v1.>"
  /// How long an id is remembered by the cluster, in seconds.
  static let rememberedS: Int64 = 2 * 3_600
  /// How long a message is kept, in seconds.
  static let keptS: Int64 = 7 * 86_400
  /// How long one answer is waited for, in milliseconds.
  static let patienceMS: Int64 = 5_000

  private var connection: OpaquePointer?
  private var context: OpaquePointer?

  /// Connects to one of the servers, tried in turn from that one on, and makes the stream where it
  /// is missing.
  init(_ settings: RelaySettings, from first: Int = 0) throws {
    do {
      try connect(settings, from: first)
      try ensureStream(replicas: settings.replicas)
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  /// Stores a batch in the stream; true where the cluster had it already.
  func publish(_ batch: RelayedBatch) throws -> Bool {
    var message: OpaquePointer?
    let made = batch.body.withUnsafeBytes { bytes in
      natsMsg_Create(
        &message,
        Self.subject(of: batch.facility),
        nil,
        bytes.bindMemory(to: CChar.self).baseAddress,
        Int32(bytes.count)
      )
    }
    try Self.check(made)
    defer { natsMsg_Destroy(message) }
    for (name, value) in [
      ("Content-Type", IncomingBatch.mediaType), ("Content-Encoding", "gzip"),
      ("Stowage-Facility", batch.facility), ("Stowage-Epoch", batch.epoch),
      ("Stowage-Sequence", String(batch.sequence)),
    ] {
      try Self.check(natsMsgHeader_Set(message, name, value))
    }
    var options = jsPubOptions()
    try Self.check(jsPubOptions_Init(&options))
    options.MaxWait = Self.patienceMS
    var answer: UnsafeMutablePointer<jsPubAck>?
    var code = jsErrCode(rawValue: 0)
    // The strings live as long as the call.
    let status = batch.id.withCString { id in
      Self.stream.withCString { stream in
        options.MsgId = id
        options.ExpectStream = stream
        return js_PublishMsg(&answer, context, message, &options, &code)
      }
    }
    defer { if let answer { jsPubAck_Destroy(answer) } }
    try Self.check(status, code)
    return answer?.pointee.Duplicate ?? false
  }

  /// The subject of a facility's batches; what a token may not hold is written as `=` and two
  /// hexadecimal digits.
  static func subject(of facility: String) -> String {
    var token = ""
    for byte in facility.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F:
        token.unicodeScalars.append(UnicodeScalar(byte))
      default:
        token += "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return "stowage.v1.\(token).batch"
  }

  /// Whether it can be used, or is lost for good.
  var isUsable: Bool { connection.map { !natsConnection_IsClosed($0) } ?? false }

  /// Connects to the first server that answers, beginning with that one.
  private func connect(_ settings: RelaySettings, from first: Int) throws {
    var problem: any Error = StreamError(status: "no server is named")
    for offset in settings.servers.indices {
      do {
        return try connect(
          settings,
          to: settings.servers[(first + offset) % settings.servers.count]
        )
      } catch {
        problem = error
      }
    }
    throw problem
  }

  /// Connects to one server, whose certificate must be for its name: the library looks at the name
  /// only where it is told which, and one connection knows one.
  private func connect(_ settings: RelaySettings, to server: String) throws {
    var options: OpaquePointer?
    try Self.check(natsOptions_Create(&options))
    defer { natsOptions_Destroy(options) }
    try Self.check(natsOptions_SetURL(options, server))
    try Self.check(natsOptions_SetName(options, "stowage-hub"))
    try Self.check(natsOptions_SetTimeout(options, Self.patienceMS))
    // A lost connection is made anew by us, to whichever server answers.
    try Self.check(natsOptions_SetAllowReconnect(options, false))
    if settings.isSecure(server) {
      try Self.check(natsOptions_SetSecure(options, true))
      try Self.check(natsOptions_SetExpectedHostname(options, RelaySettings.host(of: server)))
    }
    if let authority = settings.authorityFile {
      try Self.check(natsOptions_LoadCATrustedCertificates(options, authority))
    }
    if let certificate = settings.certificateFile, let key = settings.keyFile {
      try Self.check(natsOptions_LoadCertificatesChain(options, certificate, key))
    }
    if let credentials = settings.credentialsFile {
      try Self.check(natsOptions_SetUserCredentialsFromFiles(options, credentials, nil))
    }
    try Self.check(natsConnection_Connect(&connection, options))
    try Self.check(natsConnection_JetStream(&context, connection, nil))
  }

  private func ensureStream(replicas: Int) throws {
    var info: UnsafeMutablePointer<jsStreamInfo>?
    var code = jsErrCode(rawValue: 0)
    let found = js_GetStreamInfo(&info, context, Self.stream, nil, &code)
    if let info { jsStreamInfo_Destroy(info) }
    if found == NATS_OK { return }
    guard found == NATS_NOT_FOUND else { throw Self.error(found, code) }
    var configuration = jsStreamConfig()
    try Self.check(jsStreamConfig_Init(&configuration))
    configuration.Retention = js_LimitsPolicy
    configuration.Storage = js_FileStorage
    configuration.Discard = js_DiscardOld
    configuration.Replicas = Int64(replicas)
    configuration.Duplicates = Self.rememberedS * 1_000_000_000
    configuration.MaxAge = Self.keptS * 1_000_000_000
    var made: UnsafeMutablePointer<jsStreamInfo>?
    let status = Self.stream.withCString { name in
      Self.subjects.withCString { subject in
        var list: [UnsafePointer<CChar>?] = [subject]
        return list.withUnsafeMutableBufferPointer { subjects in
          configuration.Name = name
          configuration.Subjects = subjects.baseAddress
          configuration.SubjectsLen = 1
          return js_AddStream(&made, context, &configuration, nil, &code)
        }
      }
    }
    if let made { jsStreamInfo_Destroy(made) }
    // Two hubs that start together: the stream is there, made by the other one.
    guard status == NATS_OK || code == JSStreamNameExistErr else { throw Self.error(status, code) }
  }

  private func close() {
    if let context { jsCtx_Destroy(context) }
    context = nil
    if let connection { natsConnection_Destroy(connection) }
    connection = nil
  }

  private static func check(_ status: natsStatus, _ code: jsErrCode = jsErrCode(rawValue: 0)) throws
  {
    guard status == NATS_OK else { throw error(status, code) }
  }

  private static func error(_ status: natsStatus, _ code: jsErrCode) -> StreamError {
    StreamError(status: String(cString: natsStatus_GetText(status)), code: Int32(code.rawValue))
  }
}
