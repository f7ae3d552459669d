import Warehouse

/// One element of a label: an application identifier and its value.
public struct Element: Sendable, Hashable {
  /// The application identifier.
  public var identifier: String
  /// The value as it stands on the label, without separator.
  public var value: String

  /// Makes an element.
  public init(_ identifier: String, _ value: String) {
    self.identifier = identifier
    self.value = value
  }

  /// The form for people: `(10)LOT9`.
  public var text: String { "(\(identifier))\(value)" }

  /// The day that the value names, for identifiers of dates; nil for others.
  ///
  /// The first day of a span (7007), and the day of a moment (7003, 8008, 7011).
  public func day(currentYear: Int) -> LocalDay? {
    switch identifier {
    case "11", "12", "13", "15", "16", "17", "4324", "4325", "4326", "7003", "7006", "7007",
      "7011", "8008":
      CompactDate.day(value.prefix(6), currentYear: currentYear)
    default: nil
    }
  }

  /// The measure that the value states, for identifiers 310n to 369n; nil for others.
  public var measure: Measure? {
    guard identifier.utf8.count == 4, let decimals = identifier.last?.wholeNumberValue,
      let meaning = Measure.meanings[String(identifier.prefix(3))], let number = Int64(value)
    else { return nil }
    return Measure(
      quantity: meaning.quantity,
      unit: meaning.unit,
      scaled: number,
      decimals: decimals
    )
  }

  /// The value as a whole number, for counts; nil where it is none.
  public var count: Int64? { Int64(value) }
}

/// A measure from a label, exact: `scaled` divided by ten to the power of `decimals`.
public struct Measure: Sendable, Hashable {
  /// What is measured.
  public enum Quantity: String, Sendable {
    case netWeight, grossWeight, length, width, height, area, netVolume, grossVolume
    case weightPerArea
  }

  /// In which unit the label states it.
  public enum Unit: String, Sendable {
    case kg, lb
    case m, inch = "in", foot = "ft", yard = "yd"
    case m2, in2, ft2, yd2
    case litre = "l", m3, in3, ft3, yd3, quart = "qt", gallon = "gal", fluidOunce = "floz"
    case troyOunce = "ozt"
    case kgPerM2 = "kg/m2"
  }

  /// What is measured.
  public let quantity: Quantity
  /// The unit.
  public let unit: Unit
  /// The digits of the label.
  public let scaled: Int64
  /// How many of them are decimals.
  public let decimals: Int

  /// The value times ten to the power of `places`, exactly; nil where it does not come out whole.
  ///
  /// 3103 with 001250 (1.250 kg) and three places is 1,250: grams.
  public func scaled(places: Int) -> Int64? {
    var value = scaled
    for _ in decimals..<max(places, decimals) {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      value = product
    }
    for _ in min(places, decimals)..<decimals {
      guard value % 10 == 0 else { return nil }
      value /= 10
    }
    return value
  }

  /// What the first three digits of an identifier measure (GS1 General Specifications, section 3).
  static let meanings: [String: (quantity: Quantity, unit: Unit)] = [
    "310": (.netWeight, .kg), "311": (.length, .m), "312": (.width, .m), "313": (.height, .m),
    "314": (.area, .m2), "315": (.netVolume, .litre), "316": (.netVolume, .m3),
    "320": (.netWeight, .lb), "321": (.length, .inch), "322": (.length, .foot),
    "323": (.length, .yard), "324": (.width, .inch), "325": (.width, .foot), "326": (.width, .yard),
    "327": (.height, .inch), "328": (.height, .foot), "329": (.height, .yard),
    "330": (.grossWeight, .kg), "331": (.length, .m), "332": (.width, .m), "333": (.height, .m),
    "334": (.area, .m2), "335": (.grossVolume, .litre), "336": (.grossVolume, .m3),
    "337": (.weightPerArea, .kgPerM2), "340": (.grossWeight, .lb), "341": (.length, .inch),
    "342": (.length, .foot), "343": (.length, .yard), "344": (.width, .inch),
    "345": (.width, .foot), "346": (.width, .yard), "347": (.height, .inch),
    "348": (.height, .foot), "349": (.height, .yard), "350": (.area, .in2), "351": (.area, .ft2),
    "352": (.area, .yd2), "353": (.area, .in2), "354": (.area, .ft2), "355": (.area, .yd2),
    "356": (.netWeight, .troyOunce), "357": (.netVolume, .fluidOunce),
    "360": (.netVolume, .quart), "361": (.netVolume, .gallon), "362": (.grossVolume, .quart),
    "363": (.grossVolume, .gallon), "364": (.netVolume, .in3), "365": (.netVolume, .ft3),
    "366": (.netVolume, .yd3), "367": (.grossVolume, .in3), "368": (.grossVolume, .ft3),
    "369": (.grossVolume, .yd3),
  ]
}
