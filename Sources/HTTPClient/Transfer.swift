/// What one exchange gathers while libcurl runs; confined to the thread that performs it.
final class Transfer {
  /// Most header bytes of one answer.
  static let maximumHeaderBytes = 256 * 1_024

  let limitBytes: Int
  let receiver: (([UInt8]) -> Bool)?
  private(set) var body: [UInt8] = []
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var isTooLarge = false
  private(set) var isCancelled = false
  private var headerBytes = 0

  init(limitBytes: Int, receiver: (([UInt8]) -> Bool)?) {
    self.limitBytes = limitBytes
    self.receiver = receiver
  }

  /// Takes a piece of the body; false ends the exchange.
  func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    if let receiver {
      isCancelled = !receiver(Array(piece))
      return !isCancelled
    }
    guard body.count + piece.count <= limitBytes else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: piece)
    return true
  }

  /// Takes a line of the head; a status line starts a new one, as after `100 Continue`.
  func takeHeader(_ piece: UnsafeRawBufferPointer) -> Bool {
    headerBytes += piece.count
    guard headerBytes <= Self.maximumHeaderBytes else {
      isTooLarge = true
      return false
    }
    let line = String(decoding: piece, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers.removeAll()
      return true
    }
    guard let colon = line.firstIndex(of: ":") else { return true }
    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    let end = value.lastIndex { !$0.isWhitespace }
    headers.append((String(line[..<colon]), end.map { String(value[...$0]) } ?? ""))
    return true
  }
}
