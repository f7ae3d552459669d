import CCurl

/// A libcurl easy handle; the only place where its pointers are touched.
///
/// The proof for the marker below: a handle is used by one thread at a time, since the client
/// hands it out of a locked list and takes it back only after the exchange; libcurl allows moving
/// a handle between threads that way (libcurl-thread(3)).
final class Handle: @unchecked Sendable {
  private let raw: UnsafeMutableRawPointer

  /// Makes a handle, nil where there is no memory.
  init?() {
    guard let raw = curl_easy_init() else { return nil }
    self.raw = raw
  }

  deinit {
    curl_easy_cleanup(raw)
  }

  /// Performs one exchange from beginning to end.
  func perform(
    _ request: ClientRequest,
    _ settings: ClientSettings,
    _ transfer: Transfer
  ) throws(ClientError) -> ClientResponse {
    curl_easy_reset(raw)
    let fields = try fieldList(request)
    defer { curl_slist_free_all(fields) }
    try apply(settings)
    try setLong(CURLOPT_TIMEOUT_MS, request.totalTimeoutMS ?? settings.totalTimeoutMS)
    try setText(CURLOPT_URL, request.url)
    try check(stowage_curl_set_pointer(raw, CURLOPT_HTTPHEADER, fields))
    try check(stowage_curl_set_transfer(raw, CURLOPT_WRITEFUNCTION, Self.onBody))
    try check(stowage_curl_set_transfer(raw, CURLOPT_HEADERFUNCTION, Self.onHeader))
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    try check(stowage_curl_set_pointer(raw, CURLOPT_WRITEDATA, context))
    try check(stowage_curl_set_pointer(raw, CURLOPT_HEADERDATA, context))
    let code = try run(request)
    guard code == CURLE_OK else { throw failure(code, transfer) }
    var status = 0
    try check(stowage_curl_get_long(raw, CURLINFO_RESPONSE_CODE, &status))
    return ClientResponse(status: status, headers: transfer.headers, body: transfer.body)
  }

  /// Sets the method and runs; the body is lent to libcurl for the time of the call.
  private func run(_ request: ClientRequest) throws(ClientError) -> CURLcode {
    if request.method == "HEAD" {
      try setLong(CURLOPT_NOBODY, 1)
    } else {
      try setText(CURLOPT_CUSTOMREQUEST, request.method)
    }
    guard let body = request.body else { return curl_easy_perform(raw) }
    try check(stowage_curl_set_size(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
    // An empty array may have no address, and no address would mean "read from stdin".
    let padded = body.isEmpty ? [0] : body
    return padded.withUnsafeBytes { bytes in
      let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      let code = stowage_curl_set_pointer(raw, CURLOPT_POSTFIELDS, start)
      return code == CURLE_OK ? curl_easy_perform(raw) : code
    }
  }

  private func apply(_ settings: ClientSettings) throws(ClientError) {
    // Timeouts by signals would hit any thread of the process.
    try setLong(CURLOPT_NOSIGNAL, 1)
    try setLong(CURLOPT_FOLLOWLOCATION, 0)
    try setText(CURLOPT_PROTOCOLS_STR, "http,https")
    try setLong(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeoutMS)
    if settings.lowSpeedS > 0 {
      try setLong(CURLOPT_LOW_SPEED_LIMIT, settings.lowSpeedBytesPerS)
      try setLong(CURLOPT_LOW_SPEED_TIME, settings.lowSpeedS)
    }
    try setText(CURLOPT_USERAGENT, settings.userAgent)
    // An empty proxy also overrides what the environment says.
    try setText(CURLOPT_PROXY, settings.proxy ?? "")
    if let path = settings.unixSocketPath { try setText(CURLOPT_UNIX_SOCKET_PATH, path) }
    if let pin = settings.pinnedKey { try setText(CURLOPT_PINNEDPUBLICKEY, pin) }
    if let file = settings.authorityFile {
      try setText(CURLOPT_CAINFO, file)
      // The system's folder would be trusted beside the private authority otherwise.
      try check(stowage_curl_set_pointer(raw, CURLOPT_CAPATH, nil))
    }
    if let file = settings.certificateFile { try setText(CURLOPT_SSLCERT, file) }
    if let file = settings.keyFile { try setText(CURLOPT_SSLKEY, file) }
    try setLong(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
  }

  private func fieldList(
    _ request: ClientRequest
  ) throws(ClientError) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    var hasType = false
    for field in request.headers {
      let line = field.value.isEmpty ? field.name + ";" : field.name + ": " + field.value
      guard !line.utf8.contains(where: { $0 < 32 && $0 != 9 }) else {
        curl_slist_free_all(list)
        throw ClientError(.badRequest, "the field \(field.name) holds a control character")
      }
      hasType = hasType || field.name.lowercased() == "content-type"
      list = curl_slist_append(list, line)
    }
    // libcurl would call any body a form.
    if request.body != nil, !hasType { list = curl_slist_append(list, "Content-Type:") }
    return list
  }

  private func setLong(_ option: CURLoption, _ value: Int) throws(ClientError) {
    try check(stowage_curl_set_long(raw, option, value))
  }

  private func setText(_ option: CURLoption, _ value: String) throws(ClientError) {
    guard !value.utf8.contains(0) else {
      throw ClientError(.badRequest, "a setting holds a NUL")
    }
    try check(stowage_curl_set_text(raw, option, value))
  }

  private func check(_ code: CURLcode) throws(ClientError) {
    guard code == CURLE_OK else {
      throw ClientError(.badRequest, Self.words(code), code: Int32(code.rawValue))
    }
  }

  private func failure(_ code: CURLcode, _ transfer: Transfer) -> ClientError {
    if transfer.isTooLarge {
      return ClientError(
        .tooLarge,
        "the answer is larger than \(transfer.limitBytes) bytes",
        code: Int32(code.rawValue)
      )
    }
    let kind = transfer.isCancelled ? .cancelled : Self.kind(of: code)
    return ClientError(kind, Self.words(code), code: Int32(code.rawValue))
  }

  private static func words(_ code: CURLcode) -> String {
    curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
  }

  private static func kind(of code: CURLcode) -> ClientError.Kind {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .cannotResolve
    case CURLE_COULDNT_CONNECT: .cannotConnect
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
      .tls
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badRequest
    default: .other
    }
  }

  private typealias Callback =
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

  private static let onBody: Callback = { bytes, size, count, context in
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer.takeBody(piece) ? piece.count : Int.max
  }

  private static let onHeader: Callback = { bytes, size, count, context in
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer.takeHeader(piece) ? piece.count : Int.max
  }
}
