/// Makes a block set bit by bit, so that a search with little time left can stop in between.
///
/// All grids are made first; then each pass joins the blocks of the last pass with all others,
/// until nothing new comes or the limit is reached.
struct BlockMaker {
  let stock: BlockSet.Stock
  private(set) var blocks: BlockSet
  private var seen: Set<BlockSet.Likeness> = []
  private var first = 0
  private var passEnd: Int
  private let limit: Int

  init(_ problem: Problem, _ stock: BlockSet.Stock) {
    self.stock = stock
    blocks = BlockSet(gridsOf: problem, stock)
    passEnd = blocks.count
    limit = max(stock.limit, blocks.count)
    for block in 0..<blocks.count { seen.insert(blocks.likeness(block)) }
  }

  /// Whether there is nothing left to make.
  var isDone: Bool { first >= blocks.count || blocks.count >= limit }

  /// Joins one block with all others.
  mutating func step() {
    for second in 0..<passEnd where blocks.count < limit {
      for axis in 0..<3 {
        blocks.join(first, second, axis, stock, &seen)
        if first != second { blocks.join(second, first, axis, stock, &seen) }
      }
    }
    first += 1
    if first == passEnd { passEnd = blocks.count }
  }
}
