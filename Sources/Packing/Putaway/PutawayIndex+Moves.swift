import Warehouse

/// What re-slotting asks: may these goods lie there, now, or once the place is empty.
extension PutawayIndex {
  /// Goods made ready for many questions.
  public struct Question: Sendable {
    let query: PutawayQuery
    let context: PutawayContext
  }

  /// Makes goods ready; the classes and types that they name become known to the index.
  public mutating func question(
    _ goods: PutawayGoods,
    context: PutawayContext
  ) -> Question {
    Question(
      query: PutawayQuery(goods, units: goods.handlingUnits, context: context, index: &self),
      context: context
    )
  }

  /// The first hard constraint that keeps all units out of a place; nil where they may lie there.
  ///
  /// - Parameter isEmptied: Whether the place is looked at as if nothing lay in it. What its beam
  ///   and its bay carry still counts as it is, so that the answer errs on the safe side.
  public func obstacle(
    _ question: Question,
    at index: Int,
    isEmptied: Bool
  ) -> PutawayConstraint? {
    guard entries.indices.contains(index), entries[index].isStorage else { return .hold }
    let query = question.query
    let entry = isEmptied ? cleared(index) : entries[index]
    let set = faults(query, entry, at: index, exhaustive: false)
    if let rule = set.first { return rule }
    let room = FitCheck(self, context: question.context, at: index)
    switch room.fit(query.goods, units: Int(query.units), in: PutawayContents()) {
    case .fits: return nil
    case .broken(let rule): return rule
    }
  }

  /// An entry with nothing in it.
  func cleared(_ index: Int) -> Entry {
    var entry = entries[index]
    entry.volume = Capacity(limit: entry.volume.limit)
    entry.weight = Capacity(limit: entry.weight.limit)
    entry.units = Capacity(limit: entry.units.limit)
    entry.occupants = 0
    entry.hasPromises = false
    entry.company = Company()
    entry.hazardsPresent = 0
    return entry
  }

  /// Carries all that lies in a place to another, empty one.
  public mutating func carry(from: Int, to: Int) {
    var (source, target) = (states[from], states[to])
    target.occupants = source.occupants
    target.usedVolumeMM3 = source.usedVolumeMM3
    target.usedWeightG = source.usedWeightG
    target.usedHandlingUnits = source.usedHandlingUnits
    source.occupants = []
    source.usedVolumeMM3 = 0
    source.usedWeightG = 0
    source.usedHandlingUnits = 0
    update([(index: from, state: source), (index: to, state: target)])
  }
}
