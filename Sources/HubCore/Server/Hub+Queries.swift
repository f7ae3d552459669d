import HTTPServer
import Warehouse
import WireFormat

extension Hub {
  /// `GET /v1/facilities`: who sends, how far, what is missing.
  func facilities(_ request: Request, _ visitor: Visitor) throws -> Response {
    let only = try Self.scope(visitor, request.query("facility"))
    let lines = try standing(only: only)
    let now = now()
    if wantsCSV(request) { return csv(FacilityTable.csv(lines, now: now)) }
    return .json(FacilityTable.json(lines, instance: store.instance, now: now))
  }

  /// Where every facility stands, those included that have a key and never sent.
  func standing(only: String?) throws -> [FacilityLine] {
    let registered = Set(try keys.entries().filter { $0.role == .facility }.map(\.name))
    return try store.facilities(registered: registered, only: only)
  }

  /// `GET /v1/demand?facility=&from=&to=`: demand by facility, day and material.
  func demand(_ request: Request, _ visitor: Visitor) throws -> Response {
    let facility = try Self.scope(visitor, request.query("facility"))
    let to = try day("to", request) ?? now().utcDay
    let from = try day("from", request) ?? to.adding(days: -30)
    guard from <= to, from.days(to: to) <= 400 else {
      throw Failure(.invalid, "From must not be after to, nor more than 400 days before it.")
    }
    let limit = try request.queryInt("limit", default: Self.pageRows, in: 1...Limits.hubRows)
    let lines = try store.demand(
      facility: facility,
      from: from,
      through: to,
      after: request.query("after"),
      limit: limit
    )
    let next = lines.count == limit ? lines.last?.cursor : nil
    if wantsCSV(request) {
      var writer = CSVWriter()
      writer.row(["facility", "day", "owner", "material", "unit", "quantity", "stock_out"])
      for line in lines {
        for text in [line.facility, line.day, line.owner, line.material, line.unit] {
          writer.field(text)
        }
        writer.field(decimal: line.quantityMilli, decimals: 3)
        writer.field(line.isStockOut ? "true" : "false")
        writer.endRow()
      }
      return csv(writer.bytes, next: next)
    }
    var writer = JSONWriter(capacity: 128 * lines.count + 64)
    writer.object { writer in
      writer.array("rows") { writer in
        for line in lines {
          writer.object { writer in
            writer.member("facility", line.facility)
            writer.member("day", line.day)
            if !line.owner.isEmpty { writer.member("owner", line.owner) }
            writer.member("material", line.material)
            writer.member("unit", line.unit)
            writer.member("quantity", decimal: line.quantityMilli, decimals: 3)
            writer.member("stock_out", line.isStockOut)
          }
        }
      }
      writer.member("next", next)
    }
    return .json(writer.bytes)
  }

  /// `GET /v1/utilization?facility=`: the newest utilisation of each facility by zone.
  func utilization(_ request: Request, _ visitor: Visitor) throws -> Response {
    let lines = try store.utilization(facility: Self.scope(visitor, request.query("facility")))
    if wantsCSV(request) {
      var writer = CSVWriter()
      writer.row([
        "facility", "day", "zone", "locations", "occupied", "average_ratio", "overfull",
      ])
      for line in lines {
        for text in [line.facility, line.day, line.zone] { writer.field(text) }
        writer.field(line.locations)
        writer.field(line.occupied)
        writer.field(line.averageRatio)
        writer.field(line.overfull)
        writer.endRow()
      }
      return csv(writer.bytes)
    }
    var writer = JSONWriter(capacity: 128 * lines.count + 64)
    writer.object { writer in
      writer.array("rows") { writer in
        for line in lines {
          writer.object { writer in
            writer.member("facility", line.facility)
            writer.member("day", line.day)
            writer.member("zone", line.zone)
            writer.member("locations", line.locations)
            writer.member("occupied", line.occupied)
            writer.member("average_ratio", line.averageRatio)
            writer.member("overfull", line.overfull)
          }
        }
      }
    }
    return .json(writer.bytes)
  }

  /// `GET /v1/events?facility=&kind=&subject=&after=&limit=`: the newest events as they were sent.
  func events(_ request: Request, _ visitor: Visitor) throws -> Response {
    let limit = try request.queryInt("limit", default: 1_000, in: 1...Self.pageRows)
    let lines = try store.events(
      facility: Self.scope(visitor, request.query("facility")),
      kind: request.query("kind"),
      subject: request.query("subject"),
      after: Int64(try request.queryInt("after", default: 0, in: 0...Int.max)),
      limit: limit
    )
    var writer = JSONWriter(capacity: 512 * lines.count + 64)
    writer.object { writer in
      writer.array("rows") { writer in
        for line in lines {
          writer.object { writer in
            writer.member("id", line.id)
            writer.member("facility", line.facility)
            writer.member("kind", line.kind)
            writer.member("subject", line.subject)
            writer.member("revision", line.revision)
            writer.member("epoch", line.epoch)
            writer.member("sequence", line.sequence)
            writer.member("made_at", ms: line.madeAt)
            writer.key("data")
            writer.raw(line.data.utf8)
          }
        }
      }
      writer.member("next", lines.count == limit ? lines.last?.id : nil)
    }
    return .json(writer.bytes)
  }

  private func day(_ name: String, _ request: Request) throws -> LocalDay? {
    guard let text = request.query(name) else { return nil }
    guard let day = LocalDay(text) else {
      throw Failure(.invalid, "The parameter \(name) is no day: write it as 2026-11-20.")
    }
    return day
  }

  /// Whether the caller asks for CSV, by `Accept` or by `format=csv`.
  private func wantsCSV(_ request: Request) -> Bool {
    request.query("format") == "csv"
      || request.headers.list("Accept").contains { $0.lowercased().hasPrefix("text/csv") }
  }

  private func csv(_ bytes: [UInt8], next: String? = nil) -> Response {
    let response = Response(
      status: 200,
      headers: ["Content-Type": "text/csv; charset=utf-8"],
      body: .bytes(bytes)
    )
    guard let next else { return response }
    let hidden = next.replacing("\u{1F}", with: "%1F")
    return response.with("Stowage-Next", hidden)
  }
}
