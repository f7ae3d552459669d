import HTTPServer
import Warehouse

/// How a hub runs.
public struct HubSettings: Sendable {
  /// The data folder.
  public var folder: String
  /// The address to listen on.
  public var host: String
  /// The port; 0 takes a free one.
  public var port: UInt16
  /// Where the fleet's PostgreSQL is, as libpq takes it; nil keeps an SQLite file in the folder.
  public var database: String?
  /// How fast each facility may send, in bytes a second; nil for as fast as it is answered.
  public var bytesPerS: Int64?
  /// After how many seconds without a word a facility counts as silent.
  public var silentAfterS: Int64 = 26 * 3_600
  /// Where alerts are posted to, as JSON; nil for nowhere.
  public var alertURL: String?
  /// The message cluster that each stored batch is passed on to; nil for none.
  public var relay: RelaySettings?
  /// The certificate and key to serve with; nil serves plain HTTP.
  public var tls: TLSIdentity?

  /// Makes settings; only this machine can reach the hub unless told otherwise.
  ///
  /// Certificate and key are texts in PEM form; without both, plain HTTP is served.
  public init(
    folder: String,
    host: String = "127.0.0.1",
    port: UInt16 = 0,
    certificatePEM: String? = nil,
    keyPEM: String? = nil,
    clientAuthorityPEM: String? = nil
  ) {
    self.folder = folder
    self.host = host
    self.port = port
    if let certificatePEM, let keyPEM {
      tls = TLSIdentity(
        certificatePEM: certificatePEM,
        keyPEM: keyPEM,
        clientAuthorityPEM: clientAuthorityPEM,
        requiresClientCertificate: clientAuthorityPEM != nil
      )
    }
  }

  /// Whether only this machine can reach that address.
  public var isLoopback: Bool {
    host == "localhost" || host == "::1" || host == "[::1]"
      || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
  }
}
