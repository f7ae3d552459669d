import Warehouse

/// The scales of a problem: each resource as it is, and through dual feasible functions.
extension Bounds {
  /// Sizes that a family of functions on one resource is made from, at most.
  private static let thresholds = 96

  /// Units, weight, volume and space as they are, L1.
  func plainScales() -> [Scale] {
    func cap(_ value: Int64) -> Double { value == .max ? .infinity : Double(value) }
    func plain(
      _ kind: String,
      _ need: (ItemType) -> Int64,
      _ room: (BinKind) -> Int64
    ) -> Scale {
      let sum = problem.types.reduce(0.0) { $0 + Double(need($1)) * Double($1.count) }
      let caps = problem.kinds.indices.map { isUsable[$0] ? cap(room(problem.kinds[$0])) : 0 }
      return Scale(kind: kind, need: sum, caps: caps)
    }
    var scales = [
      plain("L1_UNITS", { _ in 1 }, { $0.unitsLeft == .max ? .max : Int64($0.unitsLeft) }),
      plain("L1_WEIGHT", \.weight) { $0.weightLeft },
      plain("L1_VOLUME", \.volume) { $0.volumeLeft },
    ]
    if problem.hasGeometry {
      var space = plain("L1_SPACE", \.solidVolume) { $0.room == nil ? .max : $0.freeVolume }
      for kind in rooms.indices {
        guard let room = rooms[kind], isUsable[kind] else { continue }
        let usable = Double(room.x) * Double(room.y) * Double(room.z)
        space = space.capped(kind, usable)
      }
      scales.append(space)
    }
    return scales.filter { $0.need > 0 && $0.caps.contains { $0 < .infinity } }
  }

  /// Weight and volume through every function of a family.
  func vectorScales() -> [Scale] {
    var scales: [Scale] = []
    func add(
      _ name: String,
      _ size: (ItemType) -> Int64,
      _ room: (BinKind) -> Int64
    ) {
      let limits = problem.kinds.map(room)
      let whole = limits.indices.lazy.filter { isUsable[$0] }.map { limits[$0] }.max() ?? 0
      guard whole > 0, whole < .max else { return }
      let sizes = problem.types.map(size)
      for function in DualFeasible.family(sizes: sizes, whole: whole, limit: Self.thresholds)
      where function != .identity {
        var need = 0.0
        for (type, goods) in problem.types.enumerated() {
          need += function(sizes[type], of: whole) * Double(goods.count)
        }
        let caps = limits.indices.map {
          isUsable[$0] ? function(limits[$0], of: whole) : 0
        }
        scales.append(Scale(kind: name, need: need, caps: caps))
      }
    }
    add("DFF_WEIGHT", \.weight) { $0.weightLeft }
    add("DFF_VOLUME", \.volume) { $0.volumeLeft }
    return scales
  }

  /// Space through a function on each axis: a box weighs the product, in its lightest position.
  func spaceScales() -> [Scale] {
    guard problem.hasGeometry, problem.types.count <= 4_000 else { return [] }
    var whole = SIMD4<Int32>(repeating: 0)
    for room in rooms { if let room { whole = pointwiseMax(whole, room) } }
    guard whole.x > 0, whole.y > 0, whole.z > 0 else { return [] }
    let families = (0..<3).map { axis -> [DualFeasible] in
      let length = Int64(whole[axis])
      var family: [DualFeasible] = [.identity, .steps(1), .steps(2)]
      family += [length / 3 + 1, length / 4 + 1].map { .counts($0) }
      return problem.types.count > 500 ? Array(family.prefix(3)) : family
    }
    var scales: [Scale] = []
    for x in families[0] {
      for y in families[1] {
        for z in families[2] where (x, y, z) != (.identity, .identity, .identity) {
          scales.append(scale(whole, x, y, z))
        }
      }
    }
    return scales
  }

  private func scale(
    _ whole: SIMD4<Int32>,
    _ x: DualFeasible,
    _ y: DualFeasible,
    _ z: DualFeasible
  ) -> Scale {
    func weigh(_ size: SIMD4<Int32>) -> Double {
      x(Int64(size.x), of: Int64(whole.x)) * y(Int64(size.y), of: Int64(whole.y))
        * z(Int64(size.z), of: Int64(whole.z))
    }
    var need = 0.0
    for (type, goods) in problem.types.enumerated() {
      need += (postures[type].lazy.map(weigh).min() ?? 0) * Double(goods.count)
    }
    let caps = rooms.indices.map { kind -> Double in
      guard isUsable[kind] else { return 0 }
      return rooms[kind].map(weigh) ?? .infinity
    }
    return Scale(kind: "DFF_SPACE", need: need, caps: caps)
  }
}

extension Scale {
  /// The same with a lower cap of one kind, where it is lower.
  fileprivate func capped(_ kind: Int, _ cap: Double) -> Scale {
    var caps = caps
    caps[kind] = min(caps[kind], cap)
    return Scale(kind: self.kind, need: need, caps: caps)
  }
}
