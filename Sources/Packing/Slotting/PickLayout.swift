/// One block of aisles, as a picker walks it.
///
/// Aisles lie side by side between a front and a back cross aisle; the depot lies on the front one.
/// All lengths are millimetres.
public struct PickLayout: Sendable {
  /// How a picker goes through the aisles that an order needs.
  public enum Routing: String, Sendable, Hashable, CaseIterable {
    /// Every aisle with a pick from end to end, in turns; a last odd one is left where it was
    /// entered.
    case sShape = "S_SHAPE"
    /// Into every aisle up to its farthest pick, and back.
    case returning = "RETURN"
    /// First and last aisle from end to end; the others from both cross aisles up to their middle.
    case midpoint = "MIDPOINT"
  }

  /// A place that is picked from.
  public struct Cell: Sendable, Hashable {
    /// Its aisle, as index into `aislesMM`.
    public var aisle: Int
    /// How far it lies into the aisle, from the middle of the front cross aisle.
    public var alongMM: Int64
    /// The walk that a pick from its level is worth beside one from the floor.
    public var riseMM: Int64

    /// A cell in an aisle.
    public init(aisle: Int, alongMM: Int64, riseMM: Int64 = 0) {
      self.aisle = aisle
      self.alongMM = alongMM
      self.riseMM = riseMM
    }
  }

  /// Where each aisle meets the front cross aisle, from the depot; left of it below 0.
  public var aislesMM: [Int64]
  /// From cross aisle to cross aisle.
  public var lengthMM: Int64
  /// The cells.
  public var cells: [Cell]

  /// A block of aisles with its cells.
  public init(aislesMM: [Int64], lengthMM: Int64, cells: [Cell]) {
    self.aislesMM = aislesMM
    self.lengthMM = lengthMM
    self.cells = cells
  }

  /// A regular block: cells on both sides of every aisle, the depot at the front of the first.
  ///
  /// `endMM` is the way from the middle of a cross aisle to the middle of the outermost cell.
  public static func block(
    aisles: Int,
    cellsASide: Int,
    aisleStepMM: Int64,
    cellMM: Int64,
    endMM: Int64
  ) -> PickLayout {
    var cells: [Cell] = []
    for aisle in 0..<aisles {
      for cell in 0..<cellsASide {
        let along = endMM + Int64(cell) * cellMM
        cells += [Cell(aisle: aisle, alongMM: along), Cell(aisle: aisle, alongMM: along)]
      }
    }
    return PickLayout(
      aislesMM: (0..<aisles).map { Int64($0) * aisleStepMM },
      lengthMM: Int64(max(0, cellsASide - 1)) * cellMM + 2 * endMM,
      cells: cells
    )
  }

  /// The length of one tour from the depot through all those cells and back.
  public func tourMM(_ picks: some Sequence<Int>, _ routing: Routing) -> Int64 {
    var meter = TourMeter(self, routing)
    return meter.measure(Array(picks), at: Array(cells.indices))
  }

  /// What a single pick costs from each cell: out and back.
  ///
  /// With one pick a tour all routings agree, but for midpoint and S-shape in a block that is left
  /// where it was entered; this is the return trip.
  public func roundTripMM(_ cell: Int) -> Int64 {
    2 * (abs(aislesMM[cells[cell].aisle]) + cells[cell].alongMM) + cells[cell].riseMM
  }
}

/// Measures tours without making anything anew for each.
struct TourMeter {
  private let layout: PickLayout
  private let routing: PickLayout.Routing
  /// Nearest and farthest pick of each aisle from the front, and on either side of the middle.
  private var farthest: [Int64]
  private var frontHalf: [Int64]
  private var backHalf: [Int64]
  private var touched: [Int] = []

  init(_ layout: PickLayout, _ routing: PickLayout.Routing) {
    self.layout = layout
    self.routing = routing
    farthest = [Int64](repeating: 0, count: layout.aislesMM.count)
    frontHalf = farthest
    backHalf = farthest
  }

  /// The length of a tour through the cells of some materials; those without a cell are left out.
  mutating func measure(_ materials: [Int], at cellOf: [Int]) -> Int64 {
    touched.removeAll(keepingCapacity: true)
    var rise: Int64 = 0
    for material in materials where material < cellOf.count {
      let cell = layout.cells[cellOf[material]]
      rise += cell.riseMM
      if !touched.contains(cell.aisle) {
        touched.append(cell.aisle)
        farthest[cell.aisle] = 0
        frontHalf[cell.aisle] = 0
        backHalf[cell.aisle] = 0
      }
      farthest[cell.aisle] = max(farthest[cell.aisle], cell.alongMM)
      if cell.alongMM * 2 <= layout.lengthMM {
        frontHalf[cell.aisle] = max(frontHalf[cell.aisle], cell.alongMM)
      } else {
        backHalf[cell.aisle] = max(backHalf[cell.aisle], layout.lengthMM - cell.alongMM)
      }
    }
    guard let one = touched.first else { return 0 }
    var left: Int64 = 0
    var right: Int64 = 0
    var first = one
    var last = one
    for aisle in touched {
      let at = layout.aislesMM[aisle]
      left = min(left, at)
      right = max(right, at)
      if at < layout.aislesMM[first] { first = aisle }
      if at > layout.aislesMM[last] { last = aisle }
    }
    return 2 * (right - left) + within(first: first, last: last) + rise
  }

  private func within(first: Int, last: Int) -> Int64 {
    let length = layout.lengthMM
    switch routing {
    case .returning: return touched.reduce(0) { $0 + 2 * farthest[$1] }
    case .sShape:
      let whole = Int64(touched.count) * length
      return touched.count.isMultiple(of: 2) ? whole : whole - length + 2 * farthest[last]
    case .midpoint:
      if touched.count == 1 { return 2 * farthest[first] }
      return touched.reduce(2 * length) { sum, aisle in
        aisle == first || aisle == last ? sum : sum + 2 * (frontHalf[aisle] + backHalf[aisle])
      }
    }
  }
}
