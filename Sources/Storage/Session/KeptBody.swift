import Foundation
import GRDB
import Warehouse

/// The body of an answer as it is kept with its key: what the store has already is left out.
///
/// A body that borrows begins with a zero byte, as no JSON does, then come the key of the
/// recommendation and the place of its explanation, 64 bits each, little-endian, then the body
/// without it. Everything else is kept as it is.
enum KeptBody {
  private static let headBytes = 17

  /// What is kept of an answer.
  static func kept(_ answer: StoredAnswer) -> Data {
    guard let borrowed = answer.borrowed else { return Data(answer.body) }
    let (body, place) = (answer.body, borrowed.place)
    var data = Data(capacity: headBytes + body.count - place.count)
    data.append(0)
    for number in [borrowed.recommendation.rawValue, Int64(place.lowerBound)] {
      withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }
    data.append(contentsOf: body[..<place.lowerBound])
    data.append(contentsOf: body[place.upperBound...])
    return data
  }

  /// The whole body.
  static func whole(_ kept: [UInt8], _ db: Database) throws -> [UInt8] {
    guard kept.first == 0 else { return kept }
    let numbers = Blob.integers(Data(kept.dropFirst().prefix(headBytes - 1)))
    let body = kept.dropFirst(headBytes)
    guard numbers.count == 2, (0...Int64(body.count)).contains(numbers[1]),
      let text = try db.first(
        "SELECT json FROM recommendation_explanations WHERE recommendation_id = ?",
        [numbers[0]],
        { $0[0] as String }
      )
    else { throw Failure(.unusable, "A kept answer has lost the explanation that it borrows.") }
    let cut = body.startIndex + Int(numbers[1])
    var whole = Array(body[..<cut])
    whole.append(contentsOf: text.utf8.dropFirst().dropLast())
    whole.append(contentsOf: body[cut...])
    return whole
  }
}
