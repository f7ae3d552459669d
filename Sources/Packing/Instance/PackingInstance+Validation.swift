import Warehouse

extension PackingInstance {
  /// Throws where no plan can be made, and lists the faults that a plan can work around.
  ///
  /// Thrown: no locations, an edge, weight or quantity out of range, a support outside 0...1,
  /// choices that name no location, more units or locations than the limits. Listed: contents that
  /// overlap, stick out or have no size; their space counts as used all the same.
  func validated() throws(Failure) -> [Failure.Fault] {
    try checkCounts()
    var broken: [Failure.Fault] = []
    for (index, item) in items.enumerated() { item.collectFaults(index, into: &broken) }
    for index in locations.indices where !locations[index].isSound {
      locations[index].collectFaults(index, into: &broken)
    }
    collectChoiceFaults(into: &broken)
    guard broken.isEmpty else {
      throw Failure(
        .invalid,
        "The packing instance has "
          + "\(counted(broken.count, "value that breaks", "values that break")) a rule.",
        hint: "Correct the values named and send the instance again.",
        faults: Array(broken.prefix(100))
      )
    }
    var data: [Failure.Fault] = []
    for index in locations.indices where !locations[index].holdsSoundly {
      locations[index].collectDataFaults(index, into: &data)
      if data.count >= 1_000 { break }
    }
    return data
  }

  private func checkCounts() throws(Failure) {
    guard !locations.isEmpty else {
      throw Failure(
        .invalid,
        "The packing instance has no locations.",
        hint: "Give at least one location."
      )
    }
    guard minSupport >= 0, minSupport <= 1 else {
      throw Failure(
        .invalid,
        "min_support must lie between 0 and 1, is \(minSupport).",
        hint: "0.7 asks for 70 % of each base to rest on something."
      )
    }
    let units = items.reduce(0) { $0.addingCapped($1.quantity) }
    guard units <= Limits.packingUnits else {
      throw Failure(
        .tooLarge,
        "The packing instance has \(units) units; the limit is \(Limits.packingUnits).",
        hint: "Split it into several instances.",
        context: ["units": "\(units)", "limit": "\(Limits.packingUnits)"]
      )
    }
    let places = locations.reduce(0) { $0.addingCapped($1.copies) }
    guard places <= Limits.packingLocations else {
      throw Failure(
        .tooLarge,
        "The packing instance has \(places) locations; the limit is \(Limits.packingLocations).",
        hint: "Leave out locations that cannot take the goods.",
        context: ["locations": "\(places)", "limit": "\(Limits.packingLocations)"]
      )
    }
  }

  private func collectChoiceFaults(into broken: inout [Failure.Fault]) {
    guard let choices else { return }
    if choices.count != items.count {
      broken.append(
        .init(place: "/choices", value: "\(choices.count)", rule: "must have a row for each item")
      )
    }
    for (index, row) in choices.enumerated() {
      for choice in row
      where !locations.indices.contains(choice.location) || !choice.score.isFinite {
        broken.append(
          .init(
            place: "/choices/\(index)",
            value: "\(choice.location): \(choice.score)",
            rule: "must name a location of the instance and a finite score"
          )
        )
      }
    }
  }
}

extension PackingItem {
  fileprivate func collectFaults(_ index: Int, into broken: inout [Failure.Fault]) {
    func fault(_ field: String, _ value: String, _ rule: String) {
      broken.append(.init(place: "/items/\(index)/\(field)", value: value, rule: rule))
    }
    if quantity < 0 { fault("quantity", "\(quantity)", "must not be negative") }
    if let size, !size.isPlausible {
      fault(
        "size_mm",
        "[\(size.x), \(size.y), \(size.z)]",
        "each edge must be 1...\(Limits.edgeMM) mm"
      )
    }
    if size != nil, !uprights.x, !uprights.y, !uprights.z {
      fault("upright", "[false, false, false]", "at least one edge must be allowed to stand")
    }
    if let volumeMM3, !(0...Limits.volumeMM3).contains(volumeMM3) {
      fault("volume_mm3", "\(volumeMM3)", "must be 0...\(Limits.volumeMM3)")
    }
    if let weightG, !(0...Limits.weightG).contains(weightG) {
      fault("weight_g", "\(weightG)", "must be 0...\(Limits.weightG)")
    }
    if let maxLoadG, maxLoadG < 0 { fault("max_load_g", "\(maxLoadG)", "must not be negative") }
    if case .roll(let axis, let core) = shape {
      let across: (Int64, Int64)? =
        size.map { size in
          switch axis {
          case .x: (size.y, size.z)
          case .y: (size.x, size.z)
          case .z: (size.x, size.y)
          }
        }
      if across.map({ $0.0 != $0.1 }) ?? true {
        fault("size_mm", "\(shape)", "of a roll must have its diameter twice")
      } else if let across, !(0..<across.0).contains(core) {
        fault("core_mm", "\(core)", "must be 0 or more and less than the diameter")
      }
    }
  }
}

extension PackingLocation {
  /// Whether no figure breaks a rule; the quick answer for the many places that are in order.
  fileprivate var isSound: Bool {
    copies >= 1 && inner?.isPlausible ?? true && volumeMM3 ?? 0 >= 0 && maxWeightG ?? 0 >= 0
      && maxHandlingUnits ?? 0 >= 0 && usedVolumeMM3 >= 0 && usedWeightG >= 0
      && usedHandlingUnits >= 0 && maxStack ?? 1 >= 1
  }

  /// Whether there is nothing inside, or one box that lies within the walls.
  fileprivate var holdsSoundly: Bool {
    guard let box = contents.first else { return true }
    guard contents.count == 1, box.size.isPlausible, box.position.x >= 0, box.position.y >= 0,
      box.position.z >= 0
    else { return false }
    guard let inner else { return true }
    return box.position.x <= inner.x - box.size.x && box.position.y <= inner.y - box.size.y
      && box.position.z <= inner.z - box.size.z
  }

  fileprivate func collectFaults(_ index: Int, into broken: inout [Failure.Fault]) {
    func fault(_ field: String, _ value: String, _ rule: String) {
      broken.append(.init(place: "/locations/\(index)/\(field)", value: value, rule: rule))
    }
    if copies < 1 { fault("copies", "\(copies)", "must be at least 1") }
    if let inner, !inner.isPlausible {
      fault(
        "inner_mm",
        "[\(inner.x), \(inner.y), \(inner.z)]",
        "each edge must be 1...\(Limits.edgeMM) mm"
      )
    }
    if let volumeMM3, volumeMM3 < 0 { fault("volume_mm3", "\(volumeMM3)", "must be 0 or more") }
    if let maxWeightG, maxWeightG < 0 {
      fault("max_weight_g", "\(maxWeightG)", "must be 0 or more")
    }
    if let maxHandlingUnits, maxHandlingUnits < 0 {
      fault("max_handling_units", "\(maxHandlingUnits)", "must be 0 or more")
    }
    if let maxStack, maxStack < 1 { fault("max_stack", "\(maxStack)", "must be 1 or more") }
    if usedVolumeMM3 < 0 || usedWeightG < 0 || usedHandlingUnits < 0 {
      fault("used", "\(usedVolumeMM3), \(usedWeightG), \(usedHandlingUnits)", "must be 0 or more")
    }
  }

  /// Contents that cannot be true; the plan counts their space as used and goes on.
  fileprivate func collectDataFaults(_ index: Int, into data: inout [Failure.Fault]) {
    for (number, box) in contents.enumerated() {
      let place = "/locations/\(index)/contents/\(number)"
      if box.size.x <= 0 || box.size.y <= 0 || box.size.z <= 0 {
        data.append(.init(place: place, rule: "has an edge that is not positive"))
        continue
      }
      if let inner,
        box.position.x < 0 || box.position.y < 0 || box.position.z < 0
          || box.position.x.addingClamped(box.size.x) > inner.x
          || box.position.y.addingClamped(box.size.y) > inner.y
          || box.position.z.addingClamped(box.size.z) > inner.z
      {
        data.append(.init(place: place, value: id, rule: "sticks out of its location"))
      }
      for other in contents[..<number] where box.meets(other) {
        data.append(.init(place: place, value: id, rule: "overlaps another content"))
        break
      }
    }
  }
}

extension PackedBox {
  fileprivate func meets(_ other: PackedBox) -> Bool {
    func apart(_ a: Int64, _ da: Int64, _ b: Int64, _ db: Int64) -> Bool {
      a.addingClamped(da) <= b || b.addingClamped(db) <= a
    }
    return !apart(position.x, size.x, other.position.x, other.size.x)
      && !apart(position.y, size.y, other.position.y, other.size.y)
      && !apart(position.z, size.z, other.position.z, other.size.z)
  }
}

extension Int {
  fileprivate func addingCapped(_ other: Int) -> Int {
    let (sum, overflowed) = addingReportingOverflow(Swift.max(0, other))
    return overflowed ? .max : sum
  }
}
