import Warehouse
import WireFormat

/// One aggregate as it goes into the outbox.
struct AggregateDocument: Sendable {
  /// Rows in one part of a long aggregate, so that an event stays far below its size limit.
  static let partRows = 500

  let kind: String
  let subject: String
  let json: String

  init(kind: String, subject: String, json: String) {
    self.kind = kind
    self.subject = subject
    self.json = json
  }

  /// An aggregate of a day; `members` writes what follows the day.
  init(kind: String, day: LocalDay, members: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.object { out in
      out.member("day", day.description)
      members(&out)
    }
    self.init(kind: kind, subject: day.description, json: writer.text)
  }

  /// An aggregate of many rows, cut into parts; there is always one part, if an empty one.
  static func parts(kind: String, day: LocalDay, rows: [AggregateRow]) -> [AggregateDocument] {
    let count = max(1, (rows.count + partRows - 1) / partRows)
    return (0..<count).map { part in
      var writer = JSONWriter()
      writer.object { out in
        out.member("day", day.description)
        out.member("part", part + 1)
        out.member("parts", count)
        out.array("rows") { list in
          for row in rows[(part * partRows)..<min((part + 1) * partRows, rows.count)] {
            list.raw(row.bytes)
          }
        }
      }
      let subject = part == 0 ? day.description : "\(day)/\(part + 1)"
      return AggregateDocument(kind: kind, subject: subject, json: writer.text)
    }
  }
}

/// One row of an aggregate, and what orders it: owner and material.
struct AggregateRow: Sendable, Comparable {
  let owner: String
  let material: String
  let bytes: [UInt8]

  static func < (left: Self, right: Self) -> Bool {
    (left.owner, left.material) < (right.owner, right.material)
  }
}

/// The names that rows carry, read once per aggregate run.
final class MaterialNames {
  private let transaction: any ReadTransaction
  private var materials: [MaterialID: Material] = [:]
  private var owners: [TenantID: String]?

  init(_ transaction: any ReadTransaction) {
    self.transaction = transaction
  }

  /// Reads the materials that are not known yet.
  func learn(_ keys: [MaterialID]) throws {
    if owners == nil {
      let tenants = try transaction.tenants()
      owners = Dictionary(tenants.map { ($0.value, $0.key) }) { first, _ in first }
    }
    materials.merge(try transaction.materials(keys.filter { materials[$0] == nil })) { old, _ in
      old
    }
  }

  /// A row that begins with owner (where there are several), material and unit.
  func row(_ id: MaterialID, _ members: (inout JSONWriter) -> Void) -> AggregateRow? {
    guard let material = materials[id] else { return nil }
    let owner = owners?[material.tenant] ?? ""
    var writer = JSONWriter(capacity: 96)
    writer.object { out in
      if (owners?.count ?? 0) > 1 { out.member("owner", owner) }
      out.member("material", material.code)
      out.member("unit", material.draft.baseUnit.rawValue)
      members(&out)
    }
    return AggregateRow(owner: owner, material: material.code, bytes: writer.bytes)
  }
}
