import Synchronization
import WireFormat

/// Bytes that many answers send without copying them: the pages and documents of the product.
///
/// The bytes are held once, outside Swift's arrays, at an address that never moves; the compressed
/// form is made at the first request that takes it, and kept.
public final class SharedBody: Sendable {
  /// The bytes as the C library wants them; valid as long as this object lives.
  struct Memory: Sendable {
    /// Where they lie, as a number, since pointers are not sendable.
    let address: UInt
    let count: Int

    var pointer: UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }
  }

  let plain: Memory
  private let owned: Bool
  private let compressed = Mutex<Compressed>(.unknown)

  private enum Compressed {
    case unknown
    case useless
    case made(SharedBody)
  }

  /// Copies bytes once, to serve them often.
  public init(_ bytes: [UInt8]) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
    room.copyBytes(from: bytes)
    self.plain = Memory(address: UInt(bitPattern: room.baseAddress), count: bytes.count)
    self.owned = true
  }

  /// Serves bytes that are compiled into the program, without any copy.
  ///
  /// The memory must stay as it is until the process ends.
  public init(staticBytes: UnsafeRawBufferPointer) {
    self.plain = Memory(
      address: UInt(bitPattern: staticBytes.baseAddress),
      count: staticBytes.count
    )
    self.owned = false
  }

  deinit {
    if owned { UnsafeMutableRawPointer(bitPattern: plain.address)?.deallocate() }
  }

  /// A copy of the bytes.
  public var bytes: [UInt8] { Array(plain.pointer) }

  /// How many bytes there are.
  public var count: Int { plain.count }

  /// The gzip form, nil where it would not be smaller.
  func gzipped() -> SharedBody? {
    compressed.withLock { state in
      switch state {
      case .useless: return nil
      case .made(let body): return body
      case .unknown:
        guard let packed = Compression.pack(bytes) else {
          state = .useless
          return nil
        }
        let body = SharedBody(packed)
        state = .made(body)
        return body
      }
    }
  }
}
