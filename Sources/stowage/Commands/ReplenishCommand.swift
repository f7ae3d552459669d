import Appliance
import ArgumentParser
import WireFormat

/// `stowage replenish`: what to order, the most urgent first.
struct ReplenishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replenish",
    abstract: "Show what to order, the most urgent first."
  )

  @OptionGroup var options: GlobalOptions

  @Flag(name: .long, help: "Work the suggestions out anew first.")
  var run = false

  @Option(name: .long, help: "CRITICAL, HIGH, MEDIUM or LOW.")
  var urgency: String?

  @Option(name: .long, help: "How many at the most.")
  var limit = 50

  func run() async throws {
    let session = try await Session(options)
    defer { session.close() }
    if run { _ = try session.send(.post("/api/v1/replenishment/run", [])) }
    var call = GatewayCall(.get, "/api/v1/replenishment")
    call.query = [("limit", String(limit))]
    if let urgency { call.query.append(("urgency", urgency)) }
    let answer = try session.send(call)
    session.show(answer) { answer in
      let keys = [
        "urgency", "status", "material", "quantity", "order_by", "stock_out_day",
        "days_until_stockout", "reorder_point", "position",
      ]
      var table = TextTable(keys)
      table.add(answer["rows"]?.array ?? [], keys)
      table.show()
    }
  }
}
