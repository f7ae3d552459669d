import CZlib

/// zlib's stream at a place in memory that never moves, freed with this object.
///
/// zlib keeps a pointer back to its stream and refuses to work once that has moved; hence the
/// allocation. This file is the only one that touches its pointers.
final class ZStream {
  /// What one step did.
  struct Step {
    /// How many bytes of input it used.
    var taken: Int
    /// The bytes that came out.
    var made: [UInt8]
    /// zlib's return code.
    var status: Int32
  }

  private let stream: UnsafeMutablePointer<z_stream>
  private let packs: Bool

  /// A stream that packs at a level, or unpacks where there is none.
  init(packing level: Int32?) throws(WireFormatError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    packs = level != nil
    let status = level.map { stowage_deflate_init(stream, $0) } ?? stowage_inflate_init(stream)
    guard status == Z_OK else {
      throw WireFormatError(.tooLarge, "there is no memory for packing; try again later")
    }
  }

  deinit {
    _ = packs ? deflateEnd(stream) : inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Runs zlib once over `input`, with room for `room` bytes of output.
  func step(_ input: ArraySlice<UInt8>, room: Int, flush: Int32) -> Step {
    var taken = 0
    var status: Int32 = Z_OK
    let made = [UInt8](unsafeUninitializedCapacity: room) { output, count in
      input.withUnsafeBufferPointer { source in
        let available = min(source.count, Int(Int32.max))
        // zlib's type lacks the const, but it only reads its input.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(room)
        status = packs ? deflate(stream, flush) : inflate(stream, flush)
        taken = available - Int(stream.pointee.avail_in)
        count = room - Int(stream.pointee.avail_out)
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
      }
    }
    return Step(taken: taken, made: made, status: status)
  }

  /// Makes ready for the next member of the same input.
  func reset() {
    _ = packs ? deflateReset(stream) : inflateReset(stream)
  }
}
