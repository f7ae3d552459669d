import Packing
import Warehouse

/// What is done where another station was faster at a place.
///
/// Stations decide at the same time on the same free space, so most of those that come a moment
/// later find their very spot taken. They need not begin anew: in the same transaction, which
/// nobody can overtake, the place is asked for another spot, and after it the next best ones of
/// the same ranking. Each is judged as it is now and reserved with the same check as ever; only
/// where none of them takes the goods is the whole tried again.
extension TaskBooking {
  /// Reserves a part where it was decided to go, or nearby in the ranking.
  func book(
    _ part: PlacedPart,
    of task: PutawayTask,
    _ decision: PutawayDecision,
    in transaction: any WriteTransaction,
    draft: (PlacedPart) throws -> RecommendationDraft
  ) throws -> Recommendation {
    do {
      return try transaction.insert(draft(part))
    } catch let lost as Failure where lost.code == .conflict && lost.context["location"] != nil {
      guard let context = decision.context, let first = part.suggestion else { throw lost }
      var waiting = [first] + part.runnersUp
      var rejected = part.rejected
      var known: Set<LocationID> = []
      while !waiting.isEmpty {
        let head = waiting.removeFirst()
        if known.insert(head.location).inserted {
          switch try renewed(head, task, context, in: transaction) {
          case .broken(let rule):
            rejected[rule, default: 0] += 1
          case .stands(let renewed):
            // Fuller than it was, it may stand behind the next one now.
            let place = waiting.firstIndex { $0.score <= renewed.score } ?? waiting.endIndex
            waiting.insert(renewed, at: place)
          }
          continue
        }
        var chosen = part
        chosen.suggestion = head
        chosen.rejected = rejected
        chosen.runnersUp = waiting
        for place in waiting.indices { chosen.runnersUp[place].decide(against: head) }
        do {
          return try transaction.insert(draft(chosen))
        } catch let lost as Failure where lost.code == .conflict {
          // The beam, the bay or the neighbours no longer allow it: they were promised meanwhile.
          rejected[.reserved, default: 0] += 1
        }
      }
      throw lost
    }
  }

  /// A place as it is within this transaction.
  private func renewed(
    _ suggestion: PutawaySuggestion,
    _ task: PutawayTask,
    _ context: PutawayContext,
    in transaction: any WriteTransaction
  ) throws -> PutawaySuggestion.Renewal {
    guard let state = try transaction.stateForJudging(suggestion.location) else {
      return .broken(.hold)
    }
    let contents = try transaction.contents(of: [suggestion.location])[suggestion.location]
    return suggestion.renewed(
      task.goods(environment.settings),
      at: state,
      context: context,
      contents: PutawayContents(contents ?? LocationContents())
    )
  }
}
