/// How a client reaches its servers; the defaults suit a server on a slow line.
public struct ClientSettings: Sendable {
  /// Time for the connection and its handshake, in milliseconds.
  public var connectTimeoutMS = 10_000
  /// Time for a whole exchange, in milliseconds; 0 for none.
  public var totalTimeoutMS = 60_000
  /// An exchange slower than this for ``lowSpeedS`` seconds is given up, in bytes a second.
  public var lowSpeedBytesPerS = 16
  /// See ``lowSpeedBytesPerS``; 0 switches it off.
  public var lowSpeedS = 30
  /// Largest answer, in bytes.
  public var maximumResponseBytes = 64 * 1_024 * 1_024
  /// A file of certificates to trust instead of the system's: a private authority.
  public var authorityFile: String?
  /// The SHA-256 of the one public key to speak to, as `sha256//BASE64`, beside the authority; nil
  /// for any that the authority vouches for.
  public var pinnedKey: String?
  /// Our own certificate for servers that ask for one, a PEM file.
  public var certificateFile: String?
  /// Its key, a PEM file.
  public var keyFile: String?
  /// A proxy such as `http://proxy:3128`; nil takes none, not even from the environment.
  public var proxy: String?
  /// A unix socket to speak to instead of the network.
  public var unixSocketPath: String?
  /// What we call ourselves.
  public var userAgent = "stowage"
  /// Connections kept open for the next request, at most.
  public var idleHandles = 4

  /// Starts from the defaults.
  public init() {}
}
