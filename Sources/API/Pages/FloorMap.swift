import Warehouse

/// Draws the floor as SVG: a cell for each bay of an aisle, shaded by how full it is.
///
/// The levels of a bay lie above each other, so they share a cell: its shade is their mean
/// utilisation, its title has the figures. An aisle is a row of cells, a zone a block of rows, and
/// blocks stand beside each other as long as the width allows. The shades go from pale to dark in
/// one hue (the other way round on a dark screen), so that they also read in grey; bays with an
/// overfull location are hatched, not only red. Each cell names its zone, aisle and bay, so that a
/// page can tell which one was chosen, and carries its figures, so that a page can say them in the
/// language of whoever looks.
enum FloorMap {
  /// What the shades tell.
  enum Measure: String, CaseIterable {
    /// How full the locations are.
    case utilization
    /// How much is promised to open tasks: where people will meet.
    case tasks
    /// How often was picked there in the last days.
    case picks
  }

  /// Shades between empty and full.
  private static let shades = 10
  private static let cell = 12
  private static let step = 14
  private static let rowStep = 16
  /// Room for the name of an aisle, left of its cells.
  private static let left = 70
  private static let width = 1_180
  private static let margin = 8

  /// The map of all storage locations; `picks` says how often was picked from each.
  static func svg(
    of states: some Sequence<LocationState>,
    showing measure: Measure = .utilization,
    picks: [LocationID: Int] = [:]
  ) -> String {
    let zones = zones(of: states, picks)
    let busiest = zones.values.flatMap(\.values).flatMap(\.values).map(\.picks).max() ?? 0
    let shading = Shading(measure: measure, count: shades, busiest: max(1, busiest))
    var body = ""
    var (x, y, rowHeight) = (margin, margin, 0)
    for (name, aisles) in zones.sorted(by: { isBefore($0.key, $1.key) }) {
      let bays = aisles.values.map(\.count).max() ?? 0
      let size = (width: left + bays * step + 24, height: 34 + aisles.count * rowStep + 14)
      if x > margin, x + size.width > width { (x, y, rowHeight) = (margin, y + rowHeight, 0) }
      body += block(name, aisles, x, y, shading)
      x += size.width
      rowHeight = max(rowHeight, size.height)
    }
    guard !zones.isEmpty else {
      return frame("<text x=\"8\" y=\"24\">No storage locations yet.</text>\n", height: 40)
    }
    return frame(body + legend(y + rowHeight + 4, shading), height: y + rowHeight + 28)
  }

  /// Zones, aisles and bays by their names.
  private static func zones(
    of states: some Sequence<LocationState>,
    _ picks: [LocationID: Int]
  ) -> [String: [String: [Int: Bay]]] {
    var zones: [String: [String: [Int: Bay]]] = [:]
    for state in states where state.location.draft.kind == .storage {
      let place = state.location.draft
      zones[place.zone, default: [:]][place.aisle, default: [:]][place.bay, default: Bay()]
        .add(state, picks: picks[state.location.id] ?? 0)
    }
    return zones
  }

  private static func block(
    _ zone: String,
    _ aisles: [String: [Int: Bay]],
    _ x: Int,
    _ top: Int,
    _ shading: Shading
  ) -> String {
    var svg = "<text class=\"z\" x=\"\(x)\" y=\"\(top + 14)\">\(escaped(zone))</text>\n"
    var y = top + 24
    for (aisle, bays) in aisles.sorted(by: { isBefore($0.key, $1.key) }) {
      let short = escaped(String(aisle.prefix(6)))
      svg +=
        "<text x=\"\(x)\" y=\"\(y + 10)\" data-words=\"map-aisle\" data-n=\"\(short)\">"
        + "aisle \(short)</text>\n"
      for (column, entry) in bays.sorted(by: { $0.key < $1.key }).enumerated() {
        let name = "\(zone), aisle \(aisle), bay \(entry.key)"
        let named =
          " data-zone=\"\(escaped(zone))\" data-aisle=\"\(escaped(aisle))\""
          + " data-bay=\"\(entry.key)\"\(entry.value.figures)"
        svg +=
          square(x + left + column * step, y, shading.shade(of: entry.value), named)
          + "<title>\(escaped("\(name): \(entry.value.words)"))</title></rect>\n"
      }
      y += rowStep
    }
    return svg
  }

  private static func square(_ x: Int, _ y: Int, _ shade: String, _ more: String = "") -> String {
    "<rect class=\"\(shade)\" x=\"\(x)\" y=\"\(y)\" width=\"\(cell)\" height=\"\(cell)\""
      + " rx=\"2\"\(more)>"
  }

  private static func legend(_ y: Int, _ shading: Shading) -> String {
    let (least, most) = shading.ends
    func text(_ x: Int, _ word: String, _ words: String) -> String {
      "<text x=\"\(x)\" y=\"\(y + 10)\" data-words=\"\(word)\" data-n=\"\(shading.most)\">"
        + "\(words)</text>\n"
    }
    var svg = text(margin, "map-least-\(shading.measure.rawValue)", least)
    var x = margin + 62
    for shade in 0...shades {
      svg += square(x, y, "s\(shade)") + "</rect>\n"
      x += step
    }
    svg += text(x + 4, "map-most-\(shading.measure.rawValue)", most)
    guard shading.measure == .utilization else { return svg }
    x += 74
    svg += square(x, y, "over") + "</rect>\n"
    return svg + text(x + step + 4, "map-over", "fuller than allowed")
  }

  /// The picture's only style; its digest stands in the policy that the picture is sent with.
  static let style: String = {
    var light = ""
    var dark = ""
    for shade in 0...shades {
      light += ".s\(shade){fill:hsl(205 65% \(93 - shade * 6)%)}"
      dark += ".s\(shade){fill:hsl(205 \(30 + shade * 4)% \(22 + shade * 5)%)}"
    }
    return """
      text{font:11px system-ui,"DejaVu Sans",sans-serif;fill:#4b5b66}
      .z{font-weight:700;font-size:13px;fill:#14212b}.over{fill:url(#hatch)}
      \(light)
      @media (prefers-color-scheme:dark){text{fill:#a9b8c2}.z{fill:#e8eef2}
      \(dark)}
      """
  }()

  private static func frame(_ body: String, height: Int) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
    viewBox="0 0 \(width) \(height)" role="img" aria-label="Floor map: how full each bay is">
    <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
    <rect width="6" height="6" fill="#c22"/><path d="M0 6L6 0" stroke="#fff"/></pattern></defs>
    <style>\(style)</style>
    \(body)</svg>

    """
  }

  /// By number where both are numbers, else by text.
  private static func isBefore(_ left: String, _ right: String) -> Bool {
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

/// How dark a cell is.
private struct Shading {
  var measure: FloorMap.Measure
  /// Shades between empty and full.
  var count: Int
  /// Picks of the bay with the most.
  var busiest: Int
  /// Units promised in a bay that is the darkest.
  private static let crowd = 8

  /// What the darkest cell stands for.
  var most: Int {
    switch measure {
    case .utilization: 100
    case .tasks: Self.crowd
    case .picks: busiest
    }
  }

  /// What stands at the pale and at the dark end of the legend.
  var ends: (least: String, most: String) {
    switch measure {
    case .utilization: ("empty", "full")
    case .tasks: ("no task", "\(Self.crowd) units")
    case .picks: ("no pick", "\(busiest) picks")
    }
  }

  /// The class of a cell; only an empty bay is the palest.
  func shade(of bay: Bay) -> String {
    switch measure {
    case .tasks: return step(bay.promised, of: Self.crowd)
    case .picks: return step(bay.picks, of: busiest)
    case .utilization:
      if bay.overfull > 0 { return "over" }
      let shade = Int((min(bay.mean, 1) * Double(count)).rounded())
      return "s\(bay.occupied > 0 ? max(1, shade) : shade)"
    }
  }

  private func step(_ value: Int, of most: Int) -> String {
    "s\(min(count, (value * count + most - 1) / most))"
  }
}

/// One cell: a bay of an aisle.
private struct Bay {
  private var locations = 0
  private var sum = 0.0
  private(set) var occupied = 0
  private(set) var overfull = 0
  private(set) var promised = 0
  private(set) var picks = 0

  /// Counts one location in.
  mutating func add(_ state: LocationState, picks: Int) {
    locations += 1
    occupied += state.usedHandlingUnits > 0 ? 1 : 0
    sum += state.utilization
    overfull += state.utilization > 1.0001 ? 1 : 0
    promised += state.reservedHandlingUnits
    self.picks += picks
  }

  var mean: Double { locations > 0 ? sum / Double(locations) : 0 }
  private var percent: Int { Int((mean * 100).rounded()) }

  /// Its figures for a page, as attributes.
  var figures: String {
    " data-full=\"\(percent)\" data-occupied=\"\(occupied)\" data-places=\"\(locations)\""
      + " data-overfull=\"\(overfull)\" data-promised=\"\(promised)\" data-picks=\"\(picks)\""
  }

  /// Its figures for people.
  var words: String {
    "\(percent) % full, \(occupied) of \(locations) locations occupied"
      + (overfull > 0 ? ", \(overfull) overfull" : "")
      + (promised > 0 ? ", \(promised) promised to open tasks" : "")
      + (picks > 0 ? ", \(picks) picks in \(Limits.pickHeatDays) days" : "")
  }
}
