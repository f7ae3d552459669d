import Operations
import Packing
import Testing
import Warehouse
import WireFormat

@testable import Operations

/// Features for the whole site, or for a pilot: what each does where it is on, and where not.
@Suite("Pilots of features") struct PilotTests {
  private static func material(_ code: String, _ pickClass: ABCClass?) -> MaterialDraft {
    var draft = MaterialDraft(code: code, name: code, baseUnit: .each, handlingUnitMilli: 1_000)
    draft.pickClass = pickClass
    return draft
  }

  @Test("The narrowest rule wins: the material's, its class's, the zone's, the site's")
  func narrowest() {
    var settings = FacilitySettings()
    settings.flags.crossDock = false
    settings.pilots = Pilots([
      FeatureRule(.crossDock, .zone("COLD"), .toggle(true)),
      FeatureRule(.crossDock, .pickClass(.c), .toggle(false)),
      FeatureRule(.crossDock, .material("INK"), .toggle(true)),
      FeatureRule(.congestion, .zone("COLD"), .toggle(false)),
    ])
    let cases: [(String, ABCClass?, String?, Bool)] = [
      ("SHEET", .a, nil, false), ("SHEET", .a, "DRY", false), ("SHEET", .a, "COLD", true),
      ("SHEET", nil, "COLD", false), ("SHEET", .c, "COLD", false), ("INK", .c, nil, true),
      ("INK", .a, "DRY", true),
    ]
    for (code, pickClass, zone, isOn) in cases {
      let material = Self.material(code, pickClass)
      let found = settings.isOn(.crossDock, for: material, in: zone)
      #expect(found == isOn, "\(code) \(String(describing: pickClass)) in \(zone ?? "-")")
    }
    let reach = settings.zones(with: .congestion, for: Self.material("SHEET", .a))
    #expect(reach == .init(everywhere: true, except: ["COLD"]))
    #expect(settings.zones(with: .crossDock, for: Self.material("INK", .c)).isNowhere == false)
    #expect(settings.zones(with: .crossDock, for: Self.material("SHEET", .c)).isNowhere)
  }

  @Test("A plan is made by a pilot's algorithm only where all its goods come under it")
  func algorithm() throws {
    let plant = try Plant()
    try plant.furnish()
    plant.set {
      $0.pilots = Pilots([FeatureRule(.algorithm, .material("SHEET"), .text("FFD"))])
    }
    func algorithm(_ number: String, _ lines: [(String, Int64)]) throws -> PackingAlgorithm {
      let receipt = try plant.receive(number, lines)
      return try PlanReceipt(plant.environment)(
        .init(receipt: receipt.receipt.publicID),
        scope: plant.scope
      ).algorithm
    }
    #expect(try algorithm("R-1", [("SHEET", 500), ("SHEET", 500)]) == .ffd)
    #expect(try algorithm("R-2", [("SHEET", 500), ("INK", 48)]) == .hybrid)
    plant.set { $0.pilots = Pilots([FeatureRule(.algorithm, .zone("DOCK"), .text("BFD"))]) }
    #expect(try algorithm("R-3", [("INK", 48), ("SHEET", 500)]) == .bfd)
    plant.set { $0.pilots = Pilots([FeatureRule(.algorithm, .zone("A"), .text("BFD"))]) }
    #expect(try algorithm("R-4", [("INK", 48)]) == .hybrid)
  }

  @Test("Goods are sent to staging only where cross-dock is on, for them and in its zone")
  func crossDock() throws {
    let plant = try Plant()
    try plant.furnish()
    func target(_ number: String, _ rules: [FeatureRule]) throws -> String? {
      plant.set { $0.pilots = Pilots(rules) }
      try plant.load(
        .outboundOrders,
        "number,due,material,ordered\nO-\(number),2026-03-02,INK,48\n"
      )
      _ = try plant.receive(number, [("INK", 48)])
      let answer = try Recommend(plant.environment)(
        .init(items: [.init(lot: LotReference(text: "\(number)-1"))]),
        scope: plant.scope
      )
      return answer.tasks.first?.toCode
    }
    #expect(try target("R-1", []) == "S1")
    let off = FeatureRule(.crossDock, .material("INK"), .toggle(false))
    #expect(try target("R-2", [off]) != "S1")
    #expect(try target("R-3", [FeatureRule(.crossDock, .zone("STAGE"), .toggle(false))]) != "S1")
    #expect(try target("R-4", [FeatureRule(.crossDock, .zone("A"), .toggle(false))]) == "S1")
  }

  @Test("Busy aisles are avoided only where that is on")
  func congestion() throws {
    let plant = try Plant()
    try plant.furnish()
    plant.set {
      $0.putaway.congestionTasks = 1
      $0.putaway.congestionWeight = 1
    }
    func busy(_ number: String, _ rules: [FeatureRule]) throws -> Double? {
      plant.set { $0.pilots = Pilots(rules) }
      _ = try plant.receive(number, [("SHEET", 500)])
      let answer = try Recommend(plant.environment)(
        .init(items: [.init(lot: LotReference(text: "\(number)-1"))]),
        scope: plant.scope
      )
      let json = try JSONReader.parse(try #require(answer.tasks.first).json)
      let part = json["parts"]?.array?.first { $0["name"]?.string == "CONGESTION" }
      return part?["weight"]?.double
    }
    let everywhere = try #require(try busy("R-1", []))
    #expect(everywhere > 0.3)
    #expect(try busy("R-2", [FeatureRule(.congestion, .material("SHEET"), .toggle(false))]) == 0)
    #expect(
      try busy("R-3", [FeatureRule(.congestion, .material("INK"), .toggle(false))]) ?? 0 > 0.3
    )
    #expect(try busy("R-4", [FeatureRule(.congestion, .zone("A"), .toggle(false))]) ?? 0 > 0.3)
  }

  @Test("Every setting takes its own value back, and none of another kind")
  func table() throws {
    let keys = Setting.all.map(\.key)
    #expect(Set(keys).count == keys.count && keys.count > 50)
    for setting in Setting.all {
      var settings = FacilitySettings()
      let value = setting.value(in: settings)
      #expect(try setting.read(value.json) == value, "\(setting.key)")
      for other: JSONValue in [nil, .object(JSONObject()), .array([.array([])])] {
        #expect(throws: BrokenRule.self, "\(setting.key) \(other.text)") {
          try setting.read(other)
        }
      }
      switch setting.kind {
      case .integer(let range):
        setting.put(.integer(range.upperBound), into: &settings)
        #expect(setting.value(in: settings) == .integer(range.upperBound), "\(setting.key)")
        #expect(throws: BrokenRule.self) {
          try setting.read(.integer(Int64(range.upperBound) + 1))
        }
      case .number(let range):
        setting.put(.number(range.lowerBound), into: &settings)
        #expect(setting.value(in: settings) == .number(range.lowerBound), "\(setting.key)")
        #expect(throws: BrokenRule.self) { try setting.read(.double(range.upperBound * 2 + 1)) }
      case .toggle:
        setting.put(.toggle(value != .toggle(true)), into: &settings)
        #expect(setting.value(in: settings) != value, "\(setting.key)")
      case .choice(let words):
        for word in words {
          setting.put(.text(word), into: &settings)
          #expect(setting.value(in: settings) == .text(word), "\(setting.key)")
        }
      case .text:
        setting.put(.text("X"), into: &settings)
        #expect(setting.value(in: settings) == .text("X"))
      case .numbers:
        setting.put(.numbers([1]), into: &settings)
        #expect(setting.value(in: settings) == .numbers([1]), "\(setting.key)")
      }
    }
  }
}
