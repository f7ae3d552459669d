/// An order of kinds with each kind's place in it.
struct KindOrder: Sendable {
  /// The kinds, first to be opened first.
  let kinds: [Int]
  /// Place of each kind in `kinds`.
  let rank: [Int]

  init(_ kinds: [Int]) {
    self.kinds = kinds
    var rank = [Int](repeating: 0, count: kinds.count)
    for (place, kind) in kinds.enumerated() { rank[kind] = place }
    self.rank = rank
  }
}

/// By what the units of a decreasing order are measured.
enum SizeKey: Sendable, CaseIterable {
  /// The larger of the shares of volume and weight in a mean location; what FFD and BFD use.
  case largestShare
  /// The sum of both shares.
  case sumOfShares
  /// The shares of volume and weight, each by how scarce it is: what all units ask for beside what
  /// all locations give (the weights of Panigrahy et al., "Heuristics for vector bin packing").
  case scarcity
  /// The volume.
  case volume
  /// The weight.
  case weight
  /// The largest edge that cannot lie flat, then the volume.
  case longestEdge
  /// The largest base area.
  case largestFace
}

extension Problem {
  /// Kinds by falling capacity; ties by their number.
  func kindsLargestFirst() -> KindOrder {
    KindOrder(kinds.indices.sorted { precedes($0, $1) })
  }

  /// Kinds by rising capacity; ties by their number.
  func kindsSmallestFirst() -> KindOrder {
    KindOrder(
      kinds.indices.sorted { left, right in
        let (a, b) = (capacity(kinds[left]), capacity(kinds[right]))
        return a != b ? a < b : left < right
      }
    )
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let (a, b) = (capacity(kinds[left]), capacity(kinds[right]))
    return a != b ? a > b : left < right
  }

  /// What a kind is sorted by: its free volume, or else its weight limit.
  private func capacity(_ kind: BinKind) -> Int64 {
    kind.freeVolume > 0 ? kind.freeVolume : kind.weightLeft
  }

  /// Types by falling size under a key; ties by their number.
  func typesDecreasing(by key: SizeKey) -> [Int] {
    let sizes = types.map { measure($0, by: key) }
    return types.indices.sorted {
      sizes[$0] != sizes[$1] ? sizes[$0] > sizes[$1] : $0 < $1
    }
  }

  /// The size of a unit of a type under a key.
  func measure(_ type: ItemType, by key: SizeKey) -> Double {
    let volume = meanVolume > 0 ? Double(type.measuredVolume) / meanVolume : 0
    let weight = meanWeight > 0 ? Double(type.weight) / meanWeight : 0
    switch key {
    case .largestShare: return max(volume, weight)
    case .sumOfShares: return volume + weight
    case .scarcity: return volume * volumeScarcity + weight * weightScarcity
    case .volume: return Double(type.measuredVolume)
    case .weight: return Double(type.weight)
    case .longestEdge:
      let edge = type.orientations.map { max($0.x, $0.y, $0.z) }.min() ?? 0
      return Double(edge) * 1e12 + Double(type.solidVolume) * 1e-6
    case .largestFace:
      let face = type.orientations.map { Int64($0.x) * Int64($0.y) }.max() ?? 0
      return Double(face)
    }
  }
}
