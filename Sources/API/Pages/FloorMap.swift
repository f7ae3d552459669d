import Warehouse

/// Draws the floor as SVG: a cell for each bay of an aisle, coloured by how full it is.
///
/// The levels of a bay lie above each other, so they share a cell; its colour is their mean
/// utilisation, and its title says the figures. Zones stand below each other, an aisle is a row.
/// The colours go from pale to dark in one hue, so that they also read in grey; overfull bays are
/// hatched, not only red.
enum FloorMap {
  /// One cell: a bay of an aisle.
  fileprivate struct Bay {
    var locations = 0
    var occupied = 0
    var ratio = 0.0
    var overfull = 0
  }

  private static let cell = 14
  private static let gap = 2
  private static let left = 110

  /// The map of all storage locations.
  static func svg(of states: some Sequence<LocationState>) -> String {
    var zones: [String: [String: [Int: Bay]]] = [:]
    for state in states where state.location.draft.kind == .storage {
      let place = state.location.draft
      let share = state.utilization
      zones[place.zone, default: [:]][place.aisle, default: [:]][place.bay, default: Bay()]
        .add(share, isOccupied: state.usedHandlingUnits > 0)
    }
    var body = ""
    var y = 24
    var width = 400
    for (zone, aisles) in zones.sorted(by: { $0.key < $1.key }) {
      body += "<text class=\"z\" x=\"8\" y=\"\(y)\">\(escaped(zone))</text>\n"
      y += 10
      for (aisle, bays) in aisles.sorted(by: { order($0.key, $1.key) }) {
        body += "<text x=\"8\" y=\"\(y + 11)\">aisle \(escaped(aisle))</text>\n"
        var x = left
        for (number, bay) in bays.sorted(by: { $0.key < $1.key }) {
          body += rectangle(bay, x, y, "\(zone), aisle \(aisle), bay \(number)")
          x += cell + gap
        }
        width = max(width, x + 8)
        y += cell + gap + 2
      }
      y += 26
    }
    return frame(body, width: width, height: max(y, 60), isEmpty: zones.isEmpty)
  }

  private static func rectangle(_ bay: Bay, _ x: Int, _ y: Int, _ name: String) -> String {
    let mean = bay.locations > 0 ? bay.ratio / Double(bay.locations) : 0
    let percent = Int((mean * 100).rounded())
    let light = 92 - Int(min(mean, 1) * 62)
    let title =
      "\(name): \(percent) % full, \(bay.occupied) of \(bay.locations) locations occupied"
      + (bay.overfull > 0 ? ", \(bay.overfull) overfull" : "")
    let fill = bay.overfull > 0 ? "url(#over)" : "hsl(205 65% \(light)%)"
    return "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(cell)\" height=\"\(cell)\" rx=\"2\" "
      + "fill=\"\(fill)\"><title>\(escaped(title))</title></rect>\n"
  }

  private static func frame(_ body: String, width: Int, height: Int, isEmpty: Bool) -> String {
    let note = isEmpty ? "<text x=\"8\" y=\"24\">No storage locations yet.</text>" : ""
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" role="img">
      <title>Floor map: how full each bay is</title>
      <defs><pattern id="over" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect width="6" height="6" fill="#c22"/><path d="M0 6L6 0" stroke="#fff"/></pattern></defs>
      <style>text{font:11px system-ui,"DejaVu Sans",sans-serif;fill:#4b5b66}
      .z{font-weight:700;font-size:13px;fill:#14212b}
      @media (prefers-color-scheme:dark){text{fill:#a9b8c2}.z{fill:#e8eef2}}</style>
      \(body)\(note)</svg>

      """
  }

  /// Aisles in the order of their numbers where they are numbers.
  private static func order(_ left: String, _ right: String) -> Bool {
    if let one = Int(left), let other = Int(right) { return one < other }
    return left < right
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

extension FloorMap.Bay {
  /// Counts one location in.
  fileprivate mutating func add(_ share: Double, isOccupied: Bool) {
    locations += 1
    occupied += isOccupied ? 1 : 0
    ratio += share
    overfull += share > 1.0001 ? 1 : 0
  }
}
