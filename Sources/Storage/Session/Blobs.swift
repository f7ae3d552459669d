import Foundation
import Warehouse

/// Numbers as bytes: 64 bits each, little-endian.
enum Blob {
  /// The bytes of doubles.
  static func of(_ values: some Collection<Double>) -> Data {
    of(values.lazy.map { Int64(bitPattern: $0.bitPattern) })
  }

  /// The bytes of whole numbers.
  static func of(_ values: some Collection<Int64>) -> Data {
    var data = Data(capacity: values.count * 8)
    for value in values {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  /// The doubles in some bytes.
  static func doubles(_ data: Data) -> [Double] {
    integers(data).map { Double(bitPattern: UInt64(bitPattern: $0)) }
  }

  /// The whole numbers in some bytes.
  static func integers(_ data: Data) -> [Int64] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map {
        Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))
      }
    }
  }

  /// The bytes of places: nine numbers each (lot, place, size, weight or -1, promised).
  static func of(_ boxes: [StoredBox]) -> Data {
    of(
      boxes.flatMap {
        [
          $0.lot.rawValue, $0.position.x, $0.position.y, $0.position.z, $0.size.x, $0.size.y,
          $0.size.z, $0.weightG ?? -1, $0.isReserved ? 1 : 0,
        ]
      }
    )
  }

  /// The places in some bytes.
  static func boxes(_ data: Data) -> [StoredBox] {
    let numbers = integers(data)
    return stride(from: 0, to: numbers.count - 8, by: 9).map { at in
      StoredBox(
        lot: LotID(numbers[at]),
        position: Position(numbers[at + 1], numbers[at + 2], numbers[at + 3]),
        size: Dimensions(numbers[at + 4], numbers[at + 5], numbers[at + 6]),
        weightG: numbers[at + 7] < 0 ? nil : numbers[at + 7],
        isReserved: numbers[at + 8] != 0
      )
    }
  }
}
