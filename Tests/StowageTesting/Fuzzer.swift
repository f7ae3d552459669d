/// Makes inputs that are nearly right: seeds that are cut, joined, repeated and spoiled.
///
/// Repeatable from its seed. `rounds` grows by the environment's `STOWAGE_FUZZ` (a factor), which
/// `make soak` sets: tests of every day take seconds, a soak as long as it is given.
public struct Fuzzer {
  private var random: SeededGenerator
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]

  /// Starts at a seed, with inputs that are right and words that mean something to the reader.
  public init(seed: UInt64, seeds: [String], words: [String]) {
    self.random = SeededGenerator(seed: seed)
    self.seeds = seeds.map { Array($0.utf8) }
    self.words = words.map { Array($0.utf8) }
  }

  /// How many rounds to make where a test of every day makes so many.
  public static func rounds(_ count: Int, factor: String?) -> Int {
    count * max(1, factor.flatMap { Int($0) } ?? 1)
  }

  /// A whole number within a range.
  public mutating func number(in range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  /// The next input: a seed with up to eight changes.
  public mutating func next() -> [UInt8] {
    var bytes = seeds.randomElement(using: &random) ?? []
    for _ in 0..<number(in: 0...8) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = number(in: 0...bytes.count)
    let end = min(bytes.count, place + number(in: 0...12))
    switch number(in: 0...7) {
    case 0: bytes.insert(UInt8(number(in: 0...255)), at: place)
    case 1: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4: if place < bytes.count { bytes[place] ^= 1 << UInt8(number(in: 0...7)) }
    case 5: bytes.removeSubrange(place...)
    case 6:
      let piece = Array(bytes[place..<end])
      for _ in 0..<number(in: 1...40) { bytes.insert(contentsOf: piece, at: place) }
    default:
      let other = seeds.randomElement(using: &random) ?? []
      bytes.replaceSubrange(place..<end, with: other.prefix(number(in: 0...other.count)))
    }
  }
}
