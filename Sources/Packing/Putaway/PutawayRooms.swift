import Warehouse

/// A place during a plan: its room with what lies there, and what is known to go into it.
///
/// An object, since it is looked up far more often than anything comes: that makes a new one.
final class PutawayRoom {
  /// The room.
  var bin: Bin
  /// How many units of a build go in, where that is fewer than were tried.
  var most: [Int32: Int] = [:]

  init(_ bin: Bin) {
    self.bin = bin
  }
}

/// The rooms of places as they stand before the plan, each furnished once for all its runs.
///
/// In a crowded hall every line asks many places, and every round asks them again: furnishing a
/// room with forty boxes costs more than looking for a spot in it.
struct PutawayRooms {
  /// How many are kept, so that memory is bounded; the others are furnished each time.
  static let most = 2_048

  /// How many of these are kept.
  var limit = PutawayRooms.most
  private var kept: [Int: PutawayRoom] = [:]

  /// The room of a place, with what was found out about it.
  subscript(index: Int) -> PutawayRoom? { kept[index] }

  /// Keeps a room that was furnished.
  mutating func keep(_ room: PutawayRoom, at index: Int) {
    if kept.count < limit { kept[index] = room }
  }
}

/// What of a line a room looks at: lines of one build fit where the other fits.
struct PutawayBuild: Hashable {
  let size: Dimensions?
  let uprights: Uprights
  let shape: PackingShape
  let volume: Int64?
  let weight: Int64?
  let load: Int64?

  init(_ goods: PutawayGoods) {
    size = goods.unitSize
    uprights = goods.uprights
    shape = goods.shape
    volume = goods.unitVolumeMM3
    weight = goods.unitWeightG
    load = goods.loadOnTopG
  }

  /// A number for each line; lines of one build share it.
  static func numbers(_ lines: [PutawayGoods]) -> [Int32] {
    var known: [Self: Int32] = [:]
    return lines.map { goods in
      let build = Self(goods)
      let number = known[build] ?? Int32(known.count)
      known[build] = number
      return number
    }
  }
}
