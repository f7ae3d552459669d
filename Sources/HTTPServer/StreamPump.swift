import CMicroHTTPD
import Logging
import Synchronization

/// Feeds the library from a producer, piece by piece, on the connection's thread.
final class StreamPump {
  /// What the library allocates for a body of known length, in bytes.
  private static let blockBytes = 16 * 1_024

  private let stream: ResponseStream
  private let control: StreamControl
  private let exchange: Exchange
  private var pending: [UInt8] = []
  private var sent = 0
  private var isOver = false

  private init(_ stream: ResponseStream, _ control: StreamControl, _ exchange: Exchange) {
    self.stream = stream
    self.control = control
    self.exchange = exchange
  }

  /// The library's form of a stream; nil where too many are open already.
  static func response(
    _ stream: ResponseStream,
    _ exchange: Exchange,
    _ connection: OpaquePointer
  ) -> OpaquePointer? {
    // A HEAD never asks the producer, so it must not count as an open stream either.
    let isHead = exchange.request?.method == .head
    let control = StreamControl(socketFD: exchange.peer.socketFD)
    if stream.staysOpen, !isHead {
      guard exchange.core.open(control) else { return nil }
      exchange.stream = control
    } else if !isHead {
      exchange.stream = control
    }
    let pump = Unmanaged.passRetained(StreamPump(stream, control, exchange)).toOpaque()
    let made = MHD_create_response_from_callback(
      stream.length.map { UInt64($0) } ?? UInt64.max,
      blockBytes,
      { raw, _, room, size in
        guard let raw, let room else { return -2 }
        let pump = Unmanaged<StreamPump>.fromOpaque(raw).takeUnretainedValue()
        return pump.fill(UnsafeMutableRawBufferPointer(start: room, count: size))
      },
      pump,
      { raw in
        guard let raw else { return }
        Unmanaged<StreamPump>.fromOpaque(raw).release()
      }
    )
    if made == nil { Unmanaged<StreamPump>.fromOpaque(pump).release() }
    return made
  }

  /// Fills the library's buffer; -1 ends the body, -2 cuts the connection.
  ///
  /// It never returns 0, which the library would answer with a busy loop.
  private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
    let core = exchange.core
    exchange.peer.setDeadline(Peer.never)
    defer {
      exchange.peer.setDeadline(core.deadline(inMS: core.settings.streamStallTimeoutMS))
    }
    while sent == pending.count {
      guard !core.isAborting.load(ordering: .acquiring) else { return -2 }
      if isOver { return -1 }
      do {
        switch try stream.next(control) {
        case .bytes(let bytes):
          pending = bytes
          sent = 0
        case .end:
          isOver = true
          pending = []
          sent = 0
        }
      } catch {
        core.logger.error("a stream broke off: \(error)")
        return -2
      }
    }
    let count = min(room.count, pending.count - sent)
    pending[sent..<sent + count].withUnsafeBytes { room.copyMemory(from: $0) }
    sent += count
    exchange.responseBytes += count
    return count
  }
}
