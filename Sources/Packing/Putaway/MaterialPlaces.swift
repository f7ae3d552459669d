import Warehouse

/// In which places each material lies.
///
/// In shards, so that a change beside a copy in use copies one of them and not a hundred thousand
/// materials.
struct MaterialPlaces: Sendable {
  private static let shardCount = 256
  private var shards = [[MaterialID: [Int32]]](repeating: [:], count: shardCount)

  private static func shard(_ material: MaterialID) -> Int {
    Int(UInt64(bitPattern: material.rawValue) % UInt64(shardCount))
  }

  /// The places of a material, each once, in the order in which it came there.
  subscript(material: MaterialID) -> [Int32] {
    shards[Self.shard(material)][material] ?? []
  }

  /// Notes that a material lies in a place; lots of one place come one after the other.
  mutating func add(_ place: Int32, to material: MaterialID) {
    let shard = Self.shard(material)
    if shards[shard][material]?.last == place { return }
    shards[shard][material, default: []].append(place)
  }

  /// Notes that a material no longer lies in a place.
  mutating func remove(_ place: Int32, from material: MaterialID) {
    let shard = Self.shard(material)
    guard let places = shards[shard][material] else { return }
    let rest = places.filter { $0 != place }
    shards[shard][material] = rest.isEmpty ? nil : rest
  }
}
