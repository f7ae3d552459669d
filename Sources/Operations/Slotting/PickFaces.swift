import Packing
import Warehouse

/// What lies where in the storage places, and from which of them each material is picked.
struct PickFaces {
  /// The places as a picker walks them.
  let site: SiteLayout
  /// The cell of each place of the index; -1 for docks and staging.
  let cellOfPlace: [Int]
  /// Places with each material, first to leave first.
  let places: [MaterialID: [Int]]

  init(_ states: LocationStates, steps: SiteLayout.Steps) {
    site = SiteLayout(states, steps: steps)
    var cellOfPlace = [Int](repeating: -1, count: states.count)
    for (cell, place) in site.places.enumerated() { cellOfPlace[place] = cell }
    self.cellOfPlace = cellOfPlace
    var found: [MaterialID: [(day: LocalDay, lot: LotID, place: Int)]] = [:]
    for (place, state) in states.enumerated() where cellOfPlace[place] >= 0 {
      for occupant in state.occupants where !occupant.isReserved {
        let day = occupant.expiry ?? occupant.receivedDay
        found[occupant.material, default: []].append((day, occupant.lot, place))
      }
    }
    places = found.mapValues { list in
      var seen: Set<Int> = []
      return list.sorted { ($0.day, $0.lot, $0.place) < ($1.day, $1.lot, $1.place) }
        .map(\.place).filter { seen.insert($0).inserted }
    }
  }

  /// The cell from which each material is picked now; -1 where none of it lies in storage.
  func cells(of materials: [MaterialID]) -> [Int] {
    materials.map { places[$0]?.first.map { cellOfPlace[$0] } ?? -1 }
  }

  /// The orders as tours: the cells that each visits, without those that visit none.
  func tours(_ history: OrderHistory) -> [[Int]] {
    let cells = cells(of: history.materials)
    return history.orders.compactMap { order in
      let tour = order.map { cells[$0] }.filter { $0 >= 0 }
      return tour.isEmpty ? nil : tour
    }
  }
}
