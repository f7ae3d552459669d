import CCurl
import Logging
import Synchronization

/// A blocking HTTP client over libcurl.
///
/// Blocking is the point: callers have threads of their own, and never call it on Swift's shared
/// pool. Any number of threads may use one client; each exchange borrows a libcurl handle, and a
/// few are kept with their open connections. Redirects are not followed: a server that moves is a
/// setting that changes.
public final class HTTPClient: Sendable {
  let settings: ClientSettings
  private let logger: Logger
  private let idle = Mutex<[Handle]>([])

  /// Makes a client.
  public init(_ settings: ClientSettings = ClientSettings(), logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  /// Sends a request and waits for the whole answer.
  public func send(_ request: ClientRequest) throws(ClientError) -> ClientResponse {
    try exchange(request, receiver: nil)
  }

  /// Sends a request and hands over the body as it comes; the receiver's false ends the exchange.
  ///
  /// The size limit does not apply, since nothing is kept.
  public func stream(
    _ request: ClientRequest,
    receiver: @escaping ([UInt8]) -> Bool
  ) throws(ClientError) -> ClientResponse {
    try exchange(request, receiver: receiver)
  }

  private func exchange(
    _ request: ClientRequest,
    receiver: (([UInt8]) -> Bool)?
  ) throws(ClientError) -> ClientResponse {
    guard Self.isLibraryReady else {
      throw ClientError(.other, "libcurl could not be set up")
    }
    let handle = try borrow()
    let transfer = Transfer(
      limitBytes: request.maximumResponseBytes ?? settings.maximumResponseBytes,
      receiver: receiver
    )
    do throws(ClientError) {
      let response = try handle.perform(request, settings, transfer)
      giveBack(handle)
      return response
    } catch {
      logger.debug("\(request.method) \(request.url): \(error.message)")
      // A handle that failed is not kept: its connection is of no use.
      throw error
    }
  }

  private func borrow() throws(ClientError) -> Handle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    guard let handle = Handle() else {
      throw ClientError(.other, "libcurl has no memory for another handle")
    }
    return handle
  }

  private func giveBack(_ handle: Handle) {
    idle.withLock { idle in
      if idle.count < settings.idleHandles { idle.append(handle) }
    }
  }

  /// Set up once per process, before any thread uses the library.
  private static let isLibraryReady: Bool = stowage_curl_global_init() == CURLE_OK

  /// The version of libcurl and of what it was built with.
  public static var libraryVersion: String {
    curl_version().map { String(cString: $0) } ?? ""
  }
}
