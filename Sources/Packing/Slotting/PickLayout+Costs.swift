/// What a pick costs from each cell under the way in which the block is walked.
extension PickLayout {
  /// Tours that a cost is the mean of, at most; an even sample of those given.
  public static let sampledTours = 256

  /// How much longer a tour becomes by one more pick, for each cell, in millimetres.
  ///
  /// The mean over the tours given: under S-shape a pick in an aisle that is walked anyway costs
  /// nothing more, so that the depth in the aisle hardly counts and its place in the block does;
  /// under return it is the other way round. Without tours it is the pick alone, out and back.
  ///
  /// Complexity: O(different cells * sampled tours * picks of a tour).
  ///
  /// - Parameter tours: The cells that each tour visits.
  public func pickMM(_ routing: Routing, tours: [[Int]]) -> [Int64] {
    let step = max(1, tours.count / Self.sampledTours)
    let sample = stride(from: 0, to: tours.count, by: step).map { tours[$0] }
    let everywhere = Array(cells.indices)
    var meter = TourMeter(self, routing)
    let lengths = sample.map { meter.measure($0, at: everywhere) }
    var known: [Cell: Int64] = [:]
    return cells.enumerated().map { number, cell in
      if let cost = known[cell] { return cost }
      var sum: Int64 = 0
      for (tour, length) in zip(sample, lengths) {
        sum += meter.measure(tour + [number], at: everywhere) - length
      }
      let cost =
        sample.isEmpty
        ? meter.measure([number], at: everywhere) : max(0, sum / Int64(sample.count))
      known[cell] = cost
      return cost
    }
  }

  /// The same block with some of its cells alone, in the order given.
  func only(_ chosen: [Int]) -> PickLayout {
    PickLayout(aislesMM: aislesMM, lengthMM: lengthMM, cells: chosen.map { cells[$0] })
  }
}

extension PickLayout {
  /// The mean length of tours in millimetres, each given by its cells, and how many there are.
  public func meanTourMM(_ tours: [[Int]], _ routing: Routing) -> (mean: Double, count: Int) {
    guard !tours.isEmpty else { return (0, 0) }
    let everywhere = Array(cells.indices)
    var meter = TourMeter(self, routing)
    let sum = tours.reduce(Int64(0)) { $0 + meter.measure($1, at: everywhere) }
    return (Double(sum) / Double(tours.count), tours.count)
  }
}
