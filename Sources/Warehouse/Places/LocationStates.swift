/// States of all locations in a fixed order, cheap to change a few of and publish again.
///
/// A snapshot is published after every commit that touched a location. Copying 10,000 states each
/// time would cost milliseconds; here they lie in blocks of `blockSize`, and a new version shares
/// every block that did not change. Reading by index stays O(1).
public struct LocationStates: RandomAccessCollection, Sendable {
  /// States in one block: a commit copies the blocks that it touches, and the list of all of them.
  static let blockSize = 16

  private var blocks: [[LocationState]]

  /// How many there are.
  public private(set) var count: Int

  /// Lays states out in blocks.
  public init(_ states: some Sequence<LocationState>) {
    blocks = []
    count = 0
    for state in states { append(state) }
  }

  /// The first place.
  public var startIndex: Int { 0 }

  /// One past the last place.
  public var endIndex: Int { count }

  /// The state at a place.
  public subscript(index: Int) -> LocationState {
    get { blocks[index / Self.blockSize][index % Self.blockSize] }
    set { blocks[index / Self.blockSize][index % Self.blockSize] = newValue }
  }

  /// Hands the state at a place to `body` without a copy of it.
  public func look<Result>(at index: Int, _ body: (LocationState) -> Result) -> Result {
    body(blocks[index / Self.blockSize][index % Self.blockSize])
  }

  /// The location at a place, without a copy of what lies in it.
  public func location(at index: Int) -> Location {
    blocks[index / Self.blockSize][index % Self.blockSize].location
  }

  /// The code of the location at a place.
  public func code(at index: Int) -> String {
    blocks[index / Self.blockSize][index % Self.blockSize].location.code
  }

  /// Adds a state behind the last one.
  public mutating func append(_ state: LocationState) {
    if count % Self.blockSize == 0 {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
    }
    blocks[blocks.count - 1].append(state)
    count += 1
  }
}

extension LocationStates: ExpressibleByArrayLiteral {
  /// Makes states from a list.
  public init(arrayLiteral elements: LocationState...) {
    self.init(elements)
  }
}
