import Warehouse
import WireFormat

extension DocumentReader {
  /// A list of 1 to `limit` texts, nil where it is missing.
  func texts(_ key: String, limit: Int) -> [String]? {
    guard let value = value(key) else { return nil }
    guard let elements = value.array, (1...limit).contains(elements.count) else {
      fault(key, "must be a list of 1 to \(limit) texts")
      return nil
    }
    let texts = elements.compactMap(\.string)
    if texts.count != elements.count { fault(key, "must hold texts only") }
    return texts
  }
}
