import Warehouse

/// The storage places of a site as a picker walks them.
///
/// One block of parallel aisles between two cross aisles, with the depot where the docks and
/// staging places are. What is known best of the places decides how they are laid out: their
/// coordinates on the floor map, else the distances along the route, else their aisles and bays
/// with the site's usual steps.
public struct SiteLayout: Sendable {
  /// What the layout was made from.
  public enum Source: String, Sendable, Hashable, CaseIterable {
    /// Coordinates on the floor map, of places and docks.
    case map = "MAP"
    /// The distance along the route of each place.
    case travel = "TRAVEL"
    /// Aisles in the order of their names, and bays in the order of their numbers.
    case bays = "BAYS"
  }

  /// Lengths where nobody has measured any, in millimetres.
  public struct Steps: Sendable, Hashable {
    /// From the middle of an aisle to the middle of the next.
    public var aisleMM: Int64
    /// From bay to bay along an aisle.
    public var bayMM: Int64
    /// From the middle of a cross aisle to the first and from the last bay.
    public var endMM: Int64
    /// The walk that a pick one level higher is worth.
    public var levelMM: Int64

    /// Steps with the product's defaults, those of a pallet rack.
    public init(
      aisleMM: Int64 = 5_000,
      bayMM: Int64 = 2_800,
      endMM: Int64 = 2_500,
      levelMM: Int64 = 1_500
    ) {
      self.aisleMM = aisleMM
      self.bayMM = bayMM
      self.endMM = endMM
      self.levelMM = levelMM
    }
  }

  /// The block; its cells are the storage places in the order in which they were given.
  public let layout: PickLayout
  /// What it was made from.
  public let source: Source
  /// The place of each cell, as index into the states given.
  public let places: [Int]

  /// Lays out the storage places among some states.
  public init(_ states: some Collection<LocationState>, steps: Steps = Steps()) {
    var places: [Int] = []
    var drafts: [LocationDraft] = []
    var docks: [LocationDraft] = []
    for (number, state) in states.enumerated() {
      let draft = state.location.draft
      if draft.kind == .storage {
        places.append(number)
        drafts.append(draft)
      } else if draft.mapX != nil, draft.mapY != nil {
        docks.append(draft)
      }
    }
    let names = Set(drafts.map(Self.aisle)).sorted(by: Self.isBefore)
    let numbers = Dictionary(
      names.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    let aisleOf = drafts.map { numbers[Self.aisle($0)] ?? 0 }
    let rises = drafts.map { Int64(max(0, $0.level)) * max(0, steps.levelMM) }
    let plan =
      Self.fromMap(drafts, docks, aisleOf, names.count, steps)
      ?? Self.fromTravel(drafts, aisleOf, names.count, steps)
      ?? Self.fromBays(drafts, names.count, steps)
    self.places = places
    source = plan.source
    layout = PickLayout(
      aislesMM: plan.aisles,
      lengthMM: (plan.along.max() ?? 0) + max(0, steps.endMM),
      cells: drafts.indices.map {
        PickLayout.Cell(aisle: aisleOf[$0], alongMM: plan.along[$0], riseMM: rises[$0])
      }
    )
  }

  /// Bays of an aisle that are told apart.
  private static let longestAisle = 100_000

  private typealias Plan = (source: Source, aisles: [Int64], along: [Int64])

  /// Zone and aisle: equal names in two zones are two aisles.
  private struct AisleName: Hashable {
    var zone: String
    var aisle: String
  }

  private static func aisle(_ draft: LocationDraft) -> AisleName {
    AisleName(zone: draft.zone, aisle: draft.aisle)
  }

  /// By zone, then by name, numbers among them by their value: A2 before A10.
  private static func isBefore(_ one: AisleName, _ other: AisleName) -> Bool {
    if one.zone != other.zone { return one.zone < other.zone }
    let (a, b) = (one.aisle, other.aisle)
    if let left = Int(a), let right = Int(b), left != right { return left < right }
    if a.count != b.count, a.first == b.first { return a.count < b.count }
    return a < b
  }

  /// From coordinates, where every storage place has them and at least one dock.
  private static func fromMap(
    _ drafts: [LocationDraft],
    _ docks: [LocationDraft],
    _ aisleOf: [Int],
    _ aisles: Int,
    _ steps: Steps
  ) -> Plan? {
    let xs = drafts.compactMap(\.mapX)
    let ys = drafts.compactMap(\.mapY)
    guard !docks.isEmpty, !drafts.isEmpty, xs.count == drafts.count, ys.count == drafts.count
    else { return nil }
    // Aisles run along the direction in which the places of one aisle differ most.
    func spread(_ values: [Int64]) -> Int64 {
      var low = [Int64](repeating: .max, count: aisles)
      var high = [Int64](repeating: .min, count: aisles)
      for (place, value) in values.enumerated() {
        low[aisleOf[place]] = min(low[aisleOf[place]], value)
        high[aisleOf[place]] = max(high[aisleOf[place]], value)
      }
      return zip(low, high).reduce(0) { $0 + ($1.1 - $1.0) }
    }
    let runsAlongY = spread(ys) >= spread(xs)
    let along = runsAlongY ? ys : xs
    let across = runsAlongY ? xs : ys
    func mean(_ values: [Int64]) -> Int64 {
      values.isEmpty ? 0 : values.reduce(0, +) / Int64(values.count)
    }
    let depot = mean(docks.compactMap { runsAlongY ? $0.mapX : $0.mapY })
    let front = mean(docks.compactMap { runsAlongY ? $0.mapY : $0.mapX })
    let low = along.min() ?? 0
    let high = along.max() ?? 0
    // The front cross aisle is the one on the side of the docks.
    let isFlipped = front > (low + high) / 2
    var sums = [Int64](repeating: 0, count: aisles)
    var counts = [Int64](repeating: 0, count: aisles)
    for (place, value) in across.enumerated() {
      sums[aisleOf[place]] += value
      counts[aisleOf[place]] += 1
    }
    return (
      .map, zip(sums, counts).map { $0 / max(1, $1) - depot },
      along.map { max(0, steps.endMM) + (isFlipped ? high - $0 : $0 - low) }
    )
  }

  /// From distances along the route: an aisle begins where its nearest place lies.
  private static func fromTravel(
    _ drafts: [LocationDraft],
    _ aisleOf: [Int],
    _ aisles: Int,
    _ steps: Steps
  ) -> Plan? {
    let travel = drafts.compactMap(\.travelMM)
    guard !drafts.isEmpty, travel.count == drafts.count else { return nil }
    var offsets = [Int64](repeating: .max, count: aisles)
    for (place, distance) in travel.enumerated() {
      offsets[aisleOf[place]] = min(offsets[aisleOf[place]], max(0, distance - steps.endMM))
    }
    return (.travel, offsets, travel.enumerated().map { max(0, $1 - offsets[aisleOf[$0]]) })
  }

  private static func fromBays(_ drafts: [LocationDraft], _ aisles: Int, _ steps: Steps) -> Plan {
    let first = drafts.map(\.bay).min() ?? 0
    return (
      .bays, (0..<aisles).map { Int64($0) * max(0, steps.aisleMM) },
      drafts.map {
        max(0, steps.endMM) + Int64(min($0.bay - first, longestAisle)) * max(0, steps.bayMM)
      }
    )
  }
}
