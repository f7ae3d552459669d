import Packing
import Warehouse
import WireFormat

/// Reads the instance format of `stowage engine pack`.
///
/// Members that the format does not know are ignored and named in the plan, so that files of other
/// tools can carry their own notes; values that cannot be used are errors, all of them at once.
struct PackInstanceReader {
  private static let maximumBytes = 1_024 * 1_024 * 1_024
  private var faults: [Failure.Fault] = []
  private var ignored: [String] = []

  /// The instance of a file.
  static func read(_ bytes: [UInt8]) throws -> PackInstanceFile {
    let value: JSONValue
    do {
      value = try JSONReader.parse(
        bytes,
        maximumDepth: Limits.jsonDepth,
        maximumBytes: maximumBytes
      )
    } catch {
      throw Failure(
        .malformed,
        "The instance is not usable JSON: \(error.message)",
        hint: "Give one JSON object with objective, min_support, locations and items."
      )
    }
    var reader = PackInstanceReader()
    return try reader.instance(value)
  }

  private mutating func instance(_ value: JSONValue) throws -> PackInstanceFile {
    guard value.object != nil else {
      throw Failure(.malformed, "The instance must be a JSON object, is \(value.kindName).")
    }
    note(value, at: "", known: ["objective", "min_support", "locations", "items"])
    let name = value["objective"]?.string ?? ""
    let objective = PackingObjective(rawValue: name)
    if objective == nil {
      let names = PackingObjective.allCases.map(\.rawValue).joined(separator: ", ")
      fault("/objective", "must be one of \(names)", value["objective"])
    }
    let support = value["min_support"].map { $0.double ?? -1 } ?? 0
    if !(0...1).contains(support) {
      fault("/min_support", "must be a number from 0 to 1", value["min_support"])
    }
    let locations = list(value, "locations").enumerated().map { index, entry in
      location(entry, at: "/locations/\(index)")
    }
    let items = list(value, "items").enumerated().map { index, entry in
      item(entry, at: "/items/\(index)")
    }
    checkNames(locations.map(\.id), "/locations")
    checkNames(items.map(\.id), "/items")
    guard faults.isEmpty, let objective else {
      throw Failure(
        .invalid,
        "The instance has \(counted(faults.count, "value")) that cannot be used.",
        hint: "Correct them and run again.",
        faults: Array(faults.prefix(Limits.importFaults))
      )
    }
    let instance = PackingInstance(
      objective: objective,
      minSupport: support,
      locations: locations,
      items: items
    )
    let units = items.reduce(0) { $0 &+ min($1.quantity, Limits.packingUnits) }
    return PackInstanceFile(instance: instance, units: units, ignored: ignored)
  }

  private mutating func location(_ value: JSONValue, at place: String) -> PackingLocation {
    note(
      value,
      at: "/locations",
      known: [
        "id", "copies", "inner_mm", "volume_mm3", "max_weight_g", "max_handling_units",
        "max_stack", "takes_lying_rolls", "contents",
      ]
    )
    var location = PackingLocation(id: name(value, at: place))
    location.copies = Int(integer(value, "copies", at: place) ?? 1)
    location.inner = edges(value, "inner_mm", at: place)
    location.volumeMM3 = integer(value, "volume_mm3", at: place)
    location.maxWeightG = integer(value, "max_weight_g", at: place)
    location.maxHandlingUnits = integer(value, "max_handling_units", at: place).map { Int($0) }
    location.maxStack = integer(value, "max_stack", at: place).map { Int($0) }
    location.takesLyingRolls = flag(value, "takes_lying_rolls", at: place) ?? true
    let contents = value["contents"].map { $0.isNull ? [] : $0.array } ?? []
    guard let contents else {
      fault("\(place)/contents", "must be an array", value["contents"])
      return location
    }
    for (index, entry) in contents.enumerated() {
      let where_ = "\(place)/contents/\(index)"
      note(
        entry,
        at: "/locations/contents",
        known: ["position_mm", "size_mm", "weight_g", "max_load_g", "is_roll", "core_mm"]
      )
      guard let position = edges(entry, "position_mm", at: where_),
        let size = edges(entry, "size_mm", at: where_)
      else {
        fault(where_, "needs position_mm and size_mm")
        continue
      }
      location.contents.append(
        PackedBox(
          position: position,
          size: size,
          weightG: integer(entry, "weight_g", at: where_),
          maxLoadG: integer(entry, "max_load_g", at: where_),
          posture: flag(entry, "is_roll", at: where_) == true
            ? .roll(standing: size, coreMM: integer(entry, "core_mm", at: where_) ?? 0) : .box
        )
      )
    }
    return location
  }

  private mutating func item(_ value: JSONValue, at place: String) -> PackingItem {
    note(
      value,
      at: "/items",
      known: [
        "id", "quantity", "size_mm", "upright", "volume_mm3", "weight_g", "max_load_g", "is_roll",
        "core_mm",
      ]
    )
    var item = PackingItem(id: name(value, at: place))
    item.quantity = Int(integer(value, "quantity", at: place) ?? 1)
    item.size = edges(value, "size_mm", at: place)
    item.volumeMM3 = integer(value, "volume_mm3", at: place)
    item.weightG = integer(value, "weight_g", at: place)
    item.maxLoadG = integer(value, "max_load_g", at: place)
    if flag(value, "is_roll", at: place) == true, let size = item.size {
      let core = integer(value, "core_mm", at: place) ?? 0
      if let shape = PackingShape.roll(size, coreMM: core) {
        item.shape = shape
      } else {
        fault("\(place)/size_mm", "of a roll must have two equal edges, its diameter")
      }
    }
    if let upright = value["upright"], !upright.isNull {
      let flags = (upright.array ?? []).compactMap(\.bool)
      if flags.count == 3, upright.array?.count == 3 {
        item.uprights = Uprights(x: flags[0], y: flags[1], z: flags[2])
      } else {
        fault("\(place)/upright", "must be three times true or false", upright)
      }
    }
    return item
  }

  private mutating func name(_ value: JSONValue, at place: String) -> String {
    switch value["id"] {
    case .some(.string(let text)) where !text.isEmpty: return text
    case .some(.integer(let number)): return String(number)
    default:
      fault("\(place)/id", "must be a text that is not empty", value["id"])
      return ""
    }
  }

  private mutating func integer(_ value: JSONValue, _ key: String, at place: String) -> Int64? {
    guard let member = value[key], !member.isNull else { return nil }
    if let number = member.integer { return number }
    fault("\(place)/\(key)", "must be a whole number or null", member)
    return nil
  }

  private mutating func flag(_ value: JSONValue, _ key: String, at place: String) -> Bool? {
    guard let member = value[key], !member.isNull else { return nil }
    if let flag = member.bool { return flag }
    fault("\(place)/\(key)", "must be true or false", member)
    return nil
  }

  private mutating func edges(
    _ value: JSONValue,
    _ key: String,
    at place: String
  ) -> Dimensions? {
    guard let member = value[key], !member.isNull else { return nil }
    let numbers = (member.array ?? []).compactMap(\.integer)
    guard numbers.count == 3, member.array?.count == 3 else {
      fault("\(place)/\(key)", "must be three whole numbers of millimetres", member)
      return nil
    }
    return Dimensions(numbers[0], numbers[1], numbers[2])
  }

  private mutating func list(_ value: JSONValue, _ key: String) -> [JSONValue] {
    guard let array = value[key]?.array else {
      fault("/\(key)", "must be an array", value[key])
      return []
    }
    return array
  }

  private mutating func checkNames(_ names: [String], _ place: String) {
    var seen: Set<String> = []
    for (index, name) in names.enumerated() where !name.isEmpty {
      if !seen.insert(name).inserted {
        fault("\(place)/\(index)/id", "stands twice", .string(name))
      }
    }
  }

  private mutating func note(_ value: JSONValue, at place: String, known: [String]) {
    for key in value.object?.keys ?? [] where !known.contains(key) {
      let name = "\(place)/\(key)"
      if !ignored.contains(name), ignored.count < Limits.importFaults { ignored.append(name) }
    }
  }

  private mutating func fault(_ place: String, _ rule: String, _ value: JSONValue? = nil) {
    guard faults.count < Limits.importFaults else { return }
    let text = value.map { String($0.text.prefix(80)) }
    faults.append(.init(place: place, value: text, rule: rule))
  }
}
