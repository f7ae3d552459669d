/// Which places stand in which aisle, so that a look at the neighbours need not walk the site.
///
/// An aisle is named by its zone and its own name, since zones name theirs alike.
public struct AislePlaces: Sendable {
  private struct Name: Hashable {
    var zone: String
    var aisle: String

    init(_ draft: LocationDraft) {
      zone = draft.zone
      aisle = draft.aisle
    }
  }

  private var places: [Name: [Int]] = [:]

  /// Notes all places of a site.
  public init(_ states: LocationStates) {
    for index in states.indices { note(states.location(at: index), at: index) }
  }

  /// Notes a new place.
  public mutating func note(_ location: Location, at index: Int) {
    places[Name(location.draft), default: []].append(index)
  }

  /// Whether a place stands in the same aisle under two records of it.
  public static func isSame(_ one: Location, _ other: Location) -> Bool {
    Name(one.draft) == Name(other.draft)
  }

  /// The places in the aisle of a location, itself included, in the order of the states.
  public func besides(_ location: Location) -> [Int] { places[Name(location.draft)] ?? [] }
}
