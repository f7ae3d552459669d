import HTTPClient
import Logging
import Warehouse
import WireFormat

/// The way to a `stowage-hub` over HTTP.
///
/// A batch goes as gzip with its identity in the head, so that the receiver can refuse it before it
/// reads it, and with the SHA-256 of the body before packing, which is what both sides store.
public struct HTTPUplinkTransport: UplinkTransport {
  private let settings: UplinkSettings
  private let client: HTTPClient
  private let nowMS: @Sendable () -> Int64

  /// Makes a transport.
  public init(
    _ settings: UplinkSettings,
    logger: Logger = Logger(label: "stowage.uplink"),
    now: @escaping @Sendable () -> Instant
  ) {
    self.settings = settings
    self.client = HTTPClient(settings.client, logger: logger)
    self.nowMS = { now().ms }
  }

  /// Sends a batch and waits for the answer.
  public func send(_ batch: OutboxBatch) -> UplinkAnswer {
    guard let packed = try? batch.packedBody() else {
      return .unreachable("the batch could not be packed")
    }
    var headers = fields()
    headers += [
      ("Content-Type", BatchEncoding.mediaType), ("Content-Encoding", "gzip"),
      ("Stowage-Facility", settings.facility), ("Stowage-Epoch", batch.epoch.text),
      ("Stowage-Sequence", String(batch.sequence)),
      ("Stowage-Digest", "sha-256=" + Self.hexadecimal(batch.digest)),
      ("Stowage-Schema", String(BatchEncoding.schemaVersion)),
      ("Stowage-Clock", String(nowMS())),
      ("Idempotency-Key", "\(settings.facility):\(batch.epoch.text):\(batch.sequence)"),
    ]
    return exchange(
      ClientRequest("POST", settings.url + "/v1/batches", headers: headers, body: packed)
    )
  }

  /// Asks what the receiver holds of an epoch.
  public func watermark(epoch: PublicID) -> UplinkAnswer {
    let facility = BatchEncoding.source(of: settings.facility).dropFirst("/facilities/".count)
    let query = "?facility=\(facility)&epoch=\(epoch.text)"
    return exchange(ClientRequest("GET", settings.url + "/v1/watermark" + query, headers: fields()))
  }

  private func fields() -> [(name: String, value: String)] {
    var fields = [(name: "Accept", value: "application/json")]
    if let key = settings.key { fields.append(("Authorization", "Bearer " + key)) }
    return fields
  }

  private func exchange(_ request: ClientRequest) -> UplinkAnswer {
    var request = request
    // Answers are small; whatever is larger does not come from a hub.
    request.maximumResponseBytes = 256 * 1_024
    do {
      let response = try client.send(request)
      return .answered(
        status: response.status,
        acknowledgement: response.isSuccess ? Acknowledgement(json: response.body) : nil,
        retryAfterS: response.header("Retry-After").flatMap { retryAfterS($0) },
        problem: response.isSuccess ? "" : Self.problem(response.body)
      )
    } catch {
      return .unreachable(error.message)
    }
  }

  /// The seconds of a `Retry-After`, given as a number or as a date (RFC 9110, section 10.2.3).
  private func retryAfterS(_ text: String) -> Int64? {
    if let seconds = Int64(text), seconds >= 0 { return seconds }
    return HTTPDate.ms(text).map { max(0, ($0 - nowMS() + 999) / 1_000) }
  }

  /// What a problem document (RFC 9457) says, or the beginning of whatever came.
  static func problem(_ body: [UInt8]) -> String {
    if let value = try? JSONReader.parse(body),
      let text = value["detail"]?.string ?? value["title"]?.string
    {
      return String(text.prefix(300))
    }
    let start = String(decoding: body.prefix(100), as: UTF8.self)
    return String(start.map { $0.isNewline ? " " : $0 })
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    HexText.lower(bytes)
  }
}
