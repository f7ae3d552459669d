import Statistics
import Warehouse

/// What lies in the demo plant's racks on its first day: about six locations of ten.
struct DemoStock {
  let goods: [DemoCatalogue.Goods]
  let keys: [String: MaterialID]
  let places: [LocationDraft]
  let locationKeys: [String: LocationID]
  let environment: OperationsEnvironment

  /// One row for each lot in each location.
  ///
  /// Each lot takes the next free locations of its storage type and fills each as far as volume,
  /// weight, units and the mixing rule allow; locations are skipped now and then, as in a plant
  /// that has been running for a while.
  func rows(_ random: inout SeededRandom) -> [ImportRow] {
    var free: [String: [LocationDraft]] = [:]
    for place in places where place.kind == .storage {
      for type in place.storageTypes { free[type, default: []].append(place) }
    }
    var rows: [ImportRow] = []
    let today = environment.today
    for lotIndex in 0..<2 {
      for item in goods where random.unit() < 0.85 {
        guard let key = keys[item.draft.code] else { continue }
        let type = item.draft.storageType
        var units = Int64(random.integer(1...(type == "SHELF" || type == "DRUM" ? 8 : 4)))
        let received = today.adding(days: -random.integer(2...120) - lotIndex * 30)
        let lot = self.lot(item, key, number: lotIndex, received: received)
        while units > 0, let place = next(type, item, &free, &random) {
          let fits = min(units, Self.capacity(place, item.draft))
          units -= max(1, fits)
          guard fits > 0, let location = locationKeys[place.code] else { continue }
          rows.append(
            .openingStock(
              OpeningStock(
                lot: lot,
                lotPublicID: id(&random),
                ledgerPublicID: id(&random),
                location: location,
                quantityMilli: fits * item.draft.handlingUnitMilli
              )
            )
          )
        }
      }
    }
    return rows
  }

  private func lot(
    _ item: DemoCatalogue.Goods,
    _ key: MaterialID,
    number: Int,
    received: LocalDay
  ) -> LotDraft {
    LotDraft(
      material: key,
      number: "OPEN-\(item.draft.code)-\(number + 1)",
      receivedAt: environment.startOfDay(received).adding(seconds: 9 * 3_600),
      receivedDay: received,
      expiry: item.draft.shelfLifeDays.map { received.adding(days: $0) },
      handlingUnitMilli: item.draft.handlingUnitMilli,
      handlingUnitSize: item.draft.handlingUnitSize,
      handlingUnitWeightG: item.draft.handlingUnitWeightG
    )
  }

  private func next(
    _ type: String,
    _ item: DemoCatalogue.Goods,
    _ free: inout [String: [LocationDraft]],
    _ random: inout SeededRandom
  ) -> LocationDraft? {
    while let place = free[type]?.popLast() {
      if random.unit() < 0.35 { continue }
      if let hazard = item.draft.hazardClass, !place.hazardClasses.contains(hazard) { continue }
      return place
    }
    return nil
  }

  /// How many handling units a location takes at the most.
  static func capacity(_ place: LocationDraft, _ material: MaterialDraft) -> Int64 {
    var units = place.maxHandlingUnits.map(Int64.init) ?? 6
    if let size = material.handlingUnitSize, let inner = place.inner {
      let flat = max(
        (inner.x / size.x) * (inner.y / size.y),
        (inner.x / size.y) * (inner.y / size.x)
      )
      units = min(units, flat * (inner.z / max(1, size.z)))
    }
    if let weight = material.handlingUnitWeightG, let limit = place.maxWeightG, weight > 0 {
      units = min(units, limit / weight)
    }
    return units
  }

  private func id(_ random: inout SeededRandom) -> PublicID {
    let high = UInt64(random.unit() * 9_007_199_254_740_992)
    let low = UInt64(random.unit() * 9_007_199_254_740_992) << 9
    return PublicID(at: environment.now(), random: (high, low ^ high))
  }
}
