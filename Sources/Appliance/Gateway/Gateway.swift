import HTTPServer
import Warehouse
import WireFormat

/// One call to the warehouse, as the command line makes it.
public struct GatewayCall: Sendable {
  /// The methods that verbs use.
  public enum Verb: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
  }

  /// The method.
  public var verb: Verb
  /// The path, already escaped.
  public var path: String
  /// The query items, not yet escaped.
  public var query: [(String, String)] = []
  /// The body.
  public var body: [UInt8] = []
  /// The body's media type.
  public var contentType = "application/json"
  /// Further header fields.
  public var headers: [(String, String)] = []

  /// Makes a call without a body.
  public init(_ verb: Verb, _ path: String) {
    self.verb = verb
    self.path = path
  }

  /// A POST of a JSON object.
  public static func post(_ path: String, _ members: [(String, JSONValue)]) -> GatewayCall {
    var call = GatewayCall(.post, path)
    var writer = JSONWriter()
    writer.object { out in
      for (key, value) in members { out.member(key, value) }
    }
    call.body = writer.bytes
    return call
  }

  /// A path segment with everything escaped that is not unreserved (RFC 3986, section 2.3).
  public static func segment(_ text: String) -> String {
    PercentText.encoded(text)
  }

  /// Path and query, escaped.
  public var target: String {
    guard !query.isEmpty else { return path }
    let items = query.map { "\(Self.segment($0.0))=\(Self.segment($0.1))" }
    return path + "?" + items.joined(separator: "&")
  }
}

/// The answer to a call.
public struct GatewayReply: Sendable {
  /// The HTTP status.
  public var status: Int
  /// The body.
  public var body: [UInt8]

  /// Makes a reply.
  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}

/// A way to the warehouse: through the running appliance's socket, or inside this process.
public protocol Gateway: Sendable {
  /// Sends a call and waits for its answer.
  func send(_ call: GatewayCall) throws -> GatewayReply
  /// Sends a call and reports how far the work behind it has come.
  func send(
    _ call: GatewayCall,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
  ) throws -> GatewayReply
  /// Ends the connection.
  func close()
}
