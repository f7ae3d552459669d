import Statistics
import Warehouse

/// What the demo plant buys and what it is asked for.
struct DemoTrade {
  /// Days of demand.
  static let days = 400
  let goods: [DemoCatalogue.Goods]
  let keys: [String: MaterialID]
  let today: LocalDay

  /// Twelve suppliers.
  func suppliers() -> [ImportRow] {
    let names = [
      "Nordic Paper Mill", "Rhine Papers", "Alpine Web", "Forest Rolls", "Sheet Masters",
      "Format Cut", "Chroma Inks", "Pigment Works", "Color Drum", "Plate Line", "Litho Plates",
      "Press Parts",
    ]
    return names.enumerated().map { index, name in
      .supplier(SupplierDraft(code: Self.supplierCode(index + 1), name: name))
    }
  }

  /// Terms for each material.
  func terms(_ random: inout SeededRandom) -> [ImportRow] {
    goods.compactMap { item in
      guard let key = keys[item.draft.code] else { return nil }
      let unit = item.draft.handlingUnitMilli
      return .supplyTerms(
        SupplyTerms(
          supplierCode: Self.supplierCode(item.supplier),
          material: key,
          leadTimeDays: Double(random.integer(3...21)),
          leadTimeDeviationDays: Double(random.integer(0...3)),
          minimumOrderMilli: unit * Int64(random.integer(1...4)),
          multipleMilli: unit,
          unitCostMinor: item.draft.unitCostMinor ?? 100,
          orderingCostMinor: 4_500,
          holdingCostPct: 18
        )
      )
    }
  }

  /// Demand of 400 days up to yesterday; days without demand have no row.
  func demand(_ random: inout SeededRandom) -> [ImportRow] {
    var rows: [ImportRow] = []
    for item in goods {
      guard let key = keys[item.draft.code] else { continue }
      for offset in stride(from: -Self.days, through: -1, by: 1) {
        let day = today.adding(days: offset)
        let milli = quantity(of: item, on: day, &random)
        if milli > 0 {
          rows.append(.demand(DemandDay(material: key, day: day, quantityMilli: milli)))
        }
      }
    }
    return rows
  }

  /// The demand of one day, by the pattern of the material.
  ///
  /// Smooth and erratic goods are asked for on nearly every day, with a weekly shape; the sizes of
  /// erratic ones vary widely. Intermittent and lumpy goods are asked for on some days only.
  private func quantity(
    of item: DemoCatalogue.Goods,
    on day: LocalDay,
    _ random: inout SeededRandom
  ) -> Int64 {
    let weekdays = [1.15, 1.1, 1.05, 1.0, 1.1, 0.45, 0.15]
    let shape = weekdays[day.weekday]
    let noise = random.normal()
    let chance = random.unit()
    let units: Double
    switch item.pattern {
    case .smooth: units = item.meanUnits * 4 * shape * max(0.2, 1 + 0.2 * noise)
    case .erratic: units = chance < 0.95 ? item.meanUnits * 3 * shape * max(0, 1 + 1.3 * noise) : 0
    case .intermittent: units = chance < 0.3 ? item.meanUnits * 4 * max(0.5, 1 + 0.25 * noise) : 0
    case .lumpy: units = chance < 0.2 ? item.meanUnits * 4 * max(0.1, 1 + 1.4 * noise) : 0
    }
    let base = Double(item.draft.handlingUnitMilli) / 1_000 / 4
    let quantity = Int64((units * base).rounded())
    return (item.draft.baseUnit.isWhole ? quantity : max(0, quantity)) * 1_000
  }

  /// What suppliers are going to deliver: each comes every five days for four weeks.
  ///
  /// A plant that runs has its orders out. Most goods are on every delivery with about what is used
  /// until the next one; one in twelve was forgotten, and it is these that the suggestions are to
  /// find.
  func purchaseOrders(_ random: inout SeededRandom) -> [ImportRow] {
    let forgotten = Set(goods.indices.filter { _ in random.unit() < 1.0 / 12 })
    return (0..<72).map { index in
      let supplier = index % 12 + 1
      let round = index / 12
      let lines = goods.indices.compactMap { place -> PurchaseOrderDraft.Line? in
        let item = goods[place]
        guard item.supplier == supplier, !forgotten.contains(place),
          let key = keys[item.draft.code]
        else { return nil }
        let units = Self.dailyUnits(item) * 5 * (0.9 + 0.4 * random.unit())
        // What is used slowly does not come every time.
        let whole = units < 1 ? (random.unit() < units ? 1 : 0) : Int64(units.rounded(.up))
        guard whole > 0 else { return nil }
        return .init(
          material: key,
          orderedMilli: item.draft.handlingUnitMilli * whole,
          dueDay: today.adding(days: 1 + supplier % 3 + 5 * round)
        )
      }
      return .purchaseOrder(
        PurchaseOrderDraft(
          number: "PO-\(45_000 + index)",
          supplierCode: Self.supplierCode(supplier),
          orderedDay: today.adding(days: -random.integer(1...10)),
          lines: lines
        )
      )
    }
  }

  /// Handling units that are used on an average day, by the pattern of the demand.
  static func dailyUnits(_ item: DemoCatalogue.Goods) -> Double {
    switch item.pattern {
    case .smooth: item.meanUnits * 0.86
    case .erratic: item.meanUnits * 0.71
    case .intermittent: item.meanUnits * 0.3
    case .lumpy: item.meanUnits * 0.23
    }
  }

  /// Forty open orders of customers and the press room.
  func orders(_ random: inout SeededRandom, _ environment: OperationsEnvironment) -> [ImportRow] {
    (0..<40).map { index in
      let lines = (0..<random.integer(1...5)).compactMap { _ -> OutboundOrderDraft.Line? in
        let item = random.pick(goods)
        guard let key = keys[item.draft.code] else { return nil }
        let units = Int64(random.integer(1...3))
        return .init(material: key, orderedMilli: item.draft.handlingUnitMilli * units)
      }
      let day = today.adding(days: random.integer(1...7))
      var seen: Set<MaterialID> = []
      return .outboundOrder(
        OutboundOrderDraft(
          number: "SO-\(81_000 + index)",
          dueAt: environment.startOfDay(day).adding(seconds: 14 * 3_600),
          dueDay: day,
          lines: lines.filter { seen.insert($0.material).inserted }
        )
      )
    }
  }

  /// What left in the last 90 days: few articles in most orders, some always together; from these
  /// follow the ways of the pickers, and moves that shorten them.
  func shippedOrders(_ random: inout SeededRandom, _ environment: OperationsEnvironment)
    -> [ImportRow]
  {
    (0..<540).map { index in
      let day = today.adding(days: -1 - index / 6)
      let share = random.unit()
      let first = Int(share * share * share * Double(goods.count - 1))
      var lines: [OutboundOrderDraft.Line] = []
      for step in 0..<random.integer(1...4) {
        let item = goods[(first + step * 7) % goods.count]
        guard let key = keys[item.draft.code] else { continue }
        let milli = item.draft.handlingUnitMilli
        lines.append(.init(material: key, orderedMilli: milli, shippedMilli: milli))
      }
      return .outboundOrder(
        OutboundOrderDraft(
          number: "SO-\(80_999 - index)",
          dueAt: environment.startOfDay(day).adding(seconds: 14 * 3_600),
          dueDay: day,
          lines: lines
        )
      )
    }
  }

  /// Twelve receipts that are due today and in the next days.
  func receipts(_ random: inout SeededRandom) -> [CreateReceipt.Request] {
    (0..<12).map { index in
      let count = index == 0 ? 50 : random.integer(3...12)
      let lines = (0..<count).map { line in
        let item = random.pick(goods)
        let units = Int64(random.integer(1...3))
        let quantity = item.draft.handlingUnitMilli * units
        var details = ReceiptLineDraft(
          material: keys[item.draft.code] ?? MaterialID(0),
          quantityMilli: quantity
        )
        details.lotNumber = "L\(index + 1)-\(line + 1)-\(random.integer(1_000...9_999))"
        details.expiry = item.draft.shelfLifeDays.map {
          today.adding(days: $0 - random.integer(0...30))
        }
        if item.draft.category == "PAPER", line % 3 == 0 { details.fscClaim = "FSC Mix Credit" }
        return CreateReceipt.Line(
          material: item.draft.code,
          quantityMilli: quantity,
          details: details
        )
      }
      return CreateReceipt.Request(
        publicID: nil,
        number: "ASN-\(7_000 + index)",
        dock: "DOCK-\(index % 3 + 1)",
        supplierCode: Self.supplierCode(index + 1),
        dueDay: today.adding(days: index / 4),
        hasArrived: false,
        lines: lines
      )
    }
  }

  private static func supplierCode(_ number: Int) -> String {
    "SUP-\(number < 10 ? "0" : "")\(number)"
  }
}
