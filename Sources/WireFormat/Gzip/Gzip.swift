import CZlib

/// Gzip (RFC 1952) in memory, with a limit on what comes out.
///
/// A kilobyte can unpack to a gigabyte, so unpacking stops at a limit that the caller must name.
/// What is packed carries no file name and no time: the same bytes give the same result.
public enum Gzip {
  /// How much room each step gives to zlib, in bytes.
  static let stepBytes = 64 * 1024

  /// Packs bytes; `level` runs from 1 (fast) to 9 (small).
  public static func compress(_ bytes: [UInt8], level: Int = 6) throws(WireFormatError) -> [UInt8] {
    let packer = try GzipCompressor(level: level)
    var packed = try packer.append(bytes)
    packed.append(contentsOf: try packer.finish())
    return packed
  }

  /// Unpacks bytes, all members of them.
  ///
  /// Throws `tooLarge` once more than `maximumBytes` come out, and `malformed` where the input is
  /// no gzip, is cut off, fails its check sum, or has something after its end.
  public static func decompress(
    _ bytes: [UInt8],
    maximumBytes: Int
  ) throws(WireFormatError) -> [UInt8] {
    guard !bytes.isEmpty else { throw broken("it is empty") }
    let stream = try ZStream(packing: nil)
    var unpacked: [UInt8] = []
    var position = 0
    while position < bytes.count {
      var isMemberDone = false
      while !isMemberDone {
        let step = stream.step(
          bytes[position...],
          room: min(stepBytes, maximumBytes - unpacked.count + 1),
          flush: Z_NO_FLUSH
        )
        position += step.taken
        unpacked.append(contentsOf: step.made)
        guard unpacked.count <= maximumBytes else {
          throw WireFormatError(
            .tooLarge,
            "unpacks to more than the \(maximumBytes) bytes allowed; send it in smaller pieces"
          )
        }
        switch step.status {
        case Z_STREAM_END: isMemberDone = true
        case Z_OK where step.taken > 0 || !step.made.isEmpty: continue
        case Z_OK, Z_BUF_ERROR: throw broken("it is cut off")
        default: throw broken("it is damaged or not gzip at all")
        }
      }
      stream.reset()
    }
    return unpacked
  }

  private static func broken(_ why: String) -> WireFormatError {
    WireFormatError(.malformed, "this is not readable gzip: \(why); pack and send it again")
  }
}

/// Packs a long stream piece by piece.
///
/// Not for use by two threads at once.
public final class GzipCompressor {
  private let stream: ZStream

  /// Starts a stream; `level` runs from 1 (fast) to 9 (small).
  public init(level: Int = 6) throws(WireFormatError) {
    stream = try ZStream(packing: Int32(min(max(level, 1), 9)))
  }

  /// Takes more input; answers the packed bytes that are ready, which may be none.
  public func append(_ bytes: [UInt8]) throws(WireFormatError) -> [UInt8] {
    try run(bytes, flush: Z_NO_FLUSH)
  }

  /// Ends the stream; answers the rest of the packed bytes.
  public func finish() throws(WireFormatError) -> [UInt8] {
    try run([], flush: Z_FINISH)
  }

  private func run(_ bytes: [UInt8], flush: Int32) throws(WireFormatError) -> [UInt8] {
    var packed: [UInt8] = []
    var position = 0
    while true {
      let step = stream.step(bytes[position...], room: Gzip.stepBytes, flush: flush)
      position += step.taken
      packed.append(contentsOf: step.made)
      switch step.status {
      case Z_STREAM_END: return packed
      case Z_OK where step.made.count == Gzip.stepBytes: continue
      case Z_OK, Z_BUF_ERROR: return packed
      default: throw WireFormatError(.malformed, "packing failed: the stream was ended before")
      }
    }
  }
}
