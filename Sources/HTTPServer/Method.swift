/// A request method, as it was sent; methods are case-sensitive (RFC 9110 section 9.1).
public struct Method: RawRepresentable, Hashable, Sendable {
  /// The token of the request line.
  public let rawValue: String

  /// Takes any token; whether a resource knows it is the router's question.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Reads a resource.
  public static let get = Method(rawValue: "GET")
  /// Reads what a GET would answer, without its body.
  public static let head = Method(rawValue: "HEAD")
  /// Acts on a resource.
  public static let post = Method(rawValue: "POST")
  /// Replaces a resource.
  public static let put = Method(rawValue: "PUT")
  /// Changes parts of a resource.
  public static let patch = Method(rawValue: "PATCH")
  /// Removes a resource.
  public static let delete = Method(rawValue: "DELETE")
  /// Asks which methods a resource knows.
  public static let options = Method(rawValue: "OPTIONS")

  /// Echoes a request; never answered here, since what a browser adds by itself would be read back.
  public static let trace = Method(rawValue: "TRACE")
  /// A GET with a body; no resource here takes one.
  public static let query = Method(rawValue: "QUERY")

  /// Whether the method is one that this server can route at all; others are answered with 501.
  public var isKnown: Bool { Self.known.contains(self) }

  private static let known: Set<Method> = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace, .query,
  ]
}

extension Method: CustomStringConvertible {
  /// The token itself.
  public var description: String { rawValue }
}
