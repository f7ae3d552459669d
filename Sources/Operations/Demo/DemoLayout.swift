import Statistics
import Warehouse

/// The demo plant's floor: five zones of aisles, three docks and two staging areas.
enum DemoLayout {
  /// One zone: how many aisles, bays and levels, and what a location of it is like.
  private struct Zone {
    var name: String
    var prefix: String
    var aisles: Int
    var bays: Int
    var levels: Int
    var levelMM: Int64
    var bayMM: Int64
    var fill: (inout LocationDraft) -> Void
  }

  /// All locations, storage first.
  static func locations(_ random: inout SeededRandom) -> [LocationDraft] {
    var all: [LocationDraft] = []
    var y: Int64 = 8_000
    var aisleNumber = 1
    for zone in zones {
      for _ in 0..<zone.aisles {
        all += aisle(zone, number: aisleNumber, y: y, &random)
        aisleNumber += 1
        y += 3_600
      }
      y += 2_000
    }
    all += (1...3).map { number in
      LocationDraft(
        code: "DOCK-\(number)",
        kind: .dock,
        zone: "DOCK",
        aisle: "D",
        bay: number,
        mapX: Int64(number) * 6_000,
        mapY: 0
      )
    }
    all += (1...2).map { number in
      LocationDraft(
        code: "STAGE-\(number)",
        kind: .staging,
        zone: "STAGE",
        aisle: "S",
        bay: number,
        hazardClasses: ["3"],
        mapX: 40_000 + Int64(number) * 6_000,
        mapY: 0
      )
    }
    return all
  }

  private static func aisle(
    _ zone: Zone,
    number: Int,
    y: Int64,
    _ random: inout SeededRandom
  ) -> [LocationDraft] {
    var locations: [LocationDraft] = []
    let name = padded(number)
    for bay in 1...zone.bays {
      for level in 0..<zone.levels {
        let x = Int64(bay) * zone.bayMM
        var location = LocationDraft(
          code: "\(zone.prefix)-\(name)-\(padded(bay))-\(level)",
          zone: zone.name,
          aisle: name,
          bay: bay,
          level: level,
          position: 1,
          reachMM: Int64(level) * zone.levelMM,
          checkCode: padded(random.integer(10...99)),
          travelMM: x + y + Int64(level) * 2 * zone.levelMM,
          mapX: x,
          mapY: y
        )
        zone.fill(&location)
        locations.append(location)
      }
    }
    return locations
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }

  private static var zones: [Zone] { racks + shelves + floor }

  /// Pallet racks and roll lanes.
  private static var racks: [Zone] {
    [
      Zone(
        name: "SKIDS",
        prefix: "P",
        aisles: 6,
        bays: 30,
        levels: 5,
        levelMM: 1_800,
        bayMM: 1_400
      ) { location in
        location.inner = Dimensions(1_350, 1_100, 1_650)
        location.maxWeightG = 1_200_000
        location.beamMaxWeightG = 3_600_000
        location.maxHandlingUnits = 1
        location.storageTypes = ["PALLET"]
        location.mixing = .singleLot
      },
      Zone(
        name: "ROLLS",
        prefix: "R",
        aisles: 5,
        bays: 40,
        levels: 2,
        levelMM: 2_600,
        bayMM: 2_700
      ) { location in
        location.inner = Dimensions(2_600, 1_300, 2_500)
        location.maxWeightG = 4_000_000
        location.maxHandlingUnits = 4
        location.storageTypes = ["ROLL"]
        location.mixing = .singleMaterial
      },
    ]
  }

  /// Shelves for plates, and the racks of the ink store.
  private static var shelves: [Zone] {
    [
      Zone(
        name: "SHELVES",
        prefix: "S",
        aisles: 4,
        bays: 25,
        levels: 5,
        levelMM: 450,
        bayMM: 1_000
      ) { location in
        location.inner = Dimensions(950, 600, 400)
        location.maxWeightG = 180_000
        location.storageTypes = ["SHELF"]
        location.mixing = .mixed
        location.maxMaterials = 6
      },
      Zone(
        name: "INKS",
        prefix: "I",
        aisles: 2,
        bays: 20,
        levels: 4,
        levelMM: 900,
        bayMM: 1_300
      ) { location in
        location.inner = Dimensions(1_250, 850, 800)
        location.maxWeightG = 600_000
        location.maxHandlingUnits = 24
        location.storageTypes = ["DRUM"]
        location.hazardClasses = ["3"]
        location.mixing = .mixed
        location.maxMaterials = 4
      },
    ]
  }

  /// Lanes on the floor.
  private static var floor: [Zone] {
    [
      Zone(
        name: "FINISHED",
        prefix: "F",
        aisles: 1,
        bays: 40,
        levels: 1,
        levelMM: 2_500,
        bayMM: 1_400
      ) { location in
        location.inner = Dimensions(1_300, 2_500, 2_400)
        location.maxWeightG = 4_000_000
        location.maxHandlingUnits = 6
        location.storageTypes = ["PALLET"]
        location.mixing = .singleMaterial
        location.isLastInFirstOut = true
      }
    ]
  }
}
