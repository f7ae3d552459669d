/// Hands out the next bytes of an input, of whatever length; an empty array at its end.
///
/// The streaming readers take one, so that a file of a million rows needs the memory of a row.
public typealias ByteSource = () throws -> [UInt8]

/// What the streaming readers hold of their input: a window that moves forward.
struct ByteWindow {
  private let source: ByteSource
  private var chunk: [UInt8] = []
  private var position = 0
  private var isDone = false

  init(_ source: @escaping ByteSource) {
    self.source = source
  }

  /// All of it at once.
  init(_ bytes: [UInt8]) {
    self.source = { [] }
    self.chunk = bytes
  }

  /// The next byte without taking it, or nil at the end.
  mutating func peek() throws -> UInt8? {
    if position == chunk.count, try !refill() { return nil }
    return chunk[position]
  }

  /// Takes the byte that `peek` showed.
  mutating func skip() {
    position += 1
  }

  /// Takes the bytes up to the first for which `stops` is true (or the end of what is at hand)
  /// and appends them; false at the end of the input.
  mutating func take(into bytes: inout [UInt8], until stops: (UInt8) -> Bool) throws -> Bool {
    if position == chunk.count, try !refill() { return false }
    var end = position
    while end < chunk.count, !stops(chunk[end]) { end += 1 }
    bytes.append(contentsOf: chunk[position..<end])
    position = end
    return true
  }

  /// Makes at least `count` bytes visible where the input has them, and shows what there is.
  mutating func preview(_ count: Int) throws -> ArraySlice<UInt8> {
    while chunk.count - position < count, !isDone {
      let more = try source()
      if more.isEmpty { isDone = true }
      chunk = Array(chunk[position...]) + more
      position = 0
    }
    return chunk[position...]
  }

  private mutating func refill() throws -> Bool {
    if isDone { return false }
    chunk = try source()
    position = 0
    isDone = chunk.isEmpty
    return !isDone
  }
}
