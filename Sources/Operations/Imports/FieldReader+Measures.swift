import Warehouse
import WireFormat

/// Which way a measure is rounded to whole millimetres or grams.
enum MeasureRounding {
  /// Goods are taken as a little larger than they are.
  case up
  /// Places and limits are taken as a little smaller.
  case down
}

extension FieldReader {
  /// A length in whole millimetres.
  mutating func length(
    _ name: String,
    _ rounding: MeasureRounding,
    atLeast least: Int64 = 1
  ) -> Int64? {
    guard let milli = milli(name, rounding) else { return nil }
    let unit = unit(of: name).flatMap(LengthUnit.init(rawValue:)) ?? .millimetre
    // A negative value in means rounded towards zero, that is down, out.
    let length =
      rounding == .up ? unit.millimetres(milli: milli) : -unit.millimetres(milli: -milli)
    return checked(name, length, least...Limits.edgeMM, "mm")
  }

  /// A weight in whole grams.
  mutating func weight(
    _ name: String,
    _ rounding: MeasureRounding,
    atLeast least: Int64 = 0
  ) -> Int64? {
    guard let milli = milli(name, rounding) else { return nil }
    let unit = unit(of: name).flatMap(WeightUnit.init(rawValue:)) ?? .gram
    let weight = rounding == .up ? unit.grams(milli: milli) : -unit.grams(milli: -milli)
    return checked(name, weight, least...Limits.weightG, "g")
  }

  /// A volume in whole cubic millimetres, rounded down.
  mutating func volume(_ name: String) -> Int64? {
    guard let milli = milli(name, .down) else { return nil }
    let unit = unit(of: name).flatMap(VolumeUnit.init(rawValue:)) ?? .cubicMillimetre
    let (volume, overflowed) = milli.multipliedReportingOverflow(by: unit.cubicMillimetres)
    return checked(name, overflowed ? .max : volume / 1_000, 1...Limits.volumeMM3, "mm3")
  }

  /// Three edges, of which all or none must be given.
  ///
  /// Constants alone make no size: they complete the rows that give the rest.
  mutating func size(
    _ x: String,
    _ y: String,
    _ z: String,
    _ rounding: MeasureRounding
  ) -> Dimensions? {
    let slots = [x, y, z].compactMap { binding.slots[$0] }
    let given = slots.filter { !(record.values[$0] ?? "").isEmpty }
    if given.isEmpty { return nil }
    if given.count < 3 {
      if given.allSatisfy({ record.isConstant[$0] }) { return nil }
      let missing = [x, y, z].first { (record.values[binding.slots[$0] ?? 0] ?? "").isEmpty }
      fault(missing ?? x, "give all three of \(x), \(y) and \(z), or none")
      return nil
    }
    let edges = (length(x, rounding), length(y, rounding), length(z, rounding))
    guard let length = edges.0, let width = edges.1, let height = edges.2 else { return nil }
    return Dimensions(length, width, height)
  }

  /// The unit that the column's name carries.
  private func unit(of name: String) -> String? {
    binding.slots[name].flatMap { record.units[$0] }
  }

  private mutating func checked(
    _ name: String,
    _ value: Int64,
    _ range: ClosedRange<Int64>,
    _ unit: String
  ) -> Int64? {
    if range.contains(value) { return value }
    fault(name, "must be \(range.lowerBound) to \(range.upperBound) \(unit)")
    return nil
  }

  /// A measure in thousandths of its unit: up to nine decimals are read, then rounded.
  private mutating func milli(_ name: String, _ rounding: MeasureRounding) -> Int64? {
    guard let value = raw(name) else { return nil }
    if let exact = try? DecimalText.scaled(value, decimals: 9), exact >= 0 {
      let whole = exact / 1_000_000
      return rounding == .up && exact % 1_000_000 > 0 ? whole + 1 : whole
    }
    do {
      let value = try DecimalText.scaled(value, decimals: 3)
      return value < 0 ? scaled(name, decimals: 3, .max) : value
    } catch {
      // What is too large for the number is too large for the measure, which is said in its unit.
      let isNegative = value.hasPrefix("-")
      if error.kind == .outOfRange, error.message.hasSuffix("too large"), !isNegative {
        return .max
      }
      return scaled(name, decimals: 3, .max)
    }
  }
}
