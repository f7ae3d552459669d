import HTTPServer
import Synchronization
import Warehouse

extension Hub {
  /// `GET /metrics` in the Prometheus text format 0.0.4.
  func metrics(_ visitor: Visitor) throws -> Response {
    let counts = counts.current
    var page = MetricPage()
    page.family("stowage_hub_batches_total", "counter", "Batches by what became of them.")
    for outcome in HubCounts.Outcome.allCases {
      page.sample("outcome=\"\(outcome.rawValue)\"", counts.batches[outcome.rawValue] ?? 0)
    }
    page.family("stowage_hub_events_total", "counter", "Events stored since the start.")
    page.sample("", counts.events)
    page.family("stowage_hub_bytes_total", "counter", "Bytes stored since the start, unpacked.")
    page.sample("", counts.bytes)
    page.family(
      "stowage_hub_unknown_kind_events_total",
      "counter",
      "Events stored since the start whose kind this version does not know."
    )
    page.sample("", counts.unknownKinds)
    page.family("stowage_hub_intake_shed_total", "counter", "Batches put off because of load.")
    page.sample("", gate.shed)
    page.family("stowage_hub_http_requests_total", "counter", "Calls by route and status.")
    for (labels, count) in counts.calls.sorted(by: { $0.key < $1.key }) {
      page.sample(labels, count)
    }
    metricsOfRelay(&page)
    let lines = try standing(only: visitor.restriction).prefix(Limits.hubMetricFacilities)
    page.family("stowage_hub_durable_through", "gauge", "The watermark of each facility.")
    for line in lines { page.sample(line, Int(line.watermark?.durableThrough ?? 0)) }
    page.family("stowage_hub_gaps", "gauge", "Missing ranges of batches by facility.")
    for line in lines { page.sample(line, line.watermark?.gaps.count ?? 0) }
    page.family("stowage_hub_quarantined", "gauge", "Batches set aside by facility.")
    for line in lines { page.sample(line, line.quarantined) }
    page.family(
      "stowage_hub_last_received_timestamp_seconds",
      "gauge",
      "When a facility was last heard of."
    )
    for line in lines { page.sample(line, Int((line.lastReceivedAt?.ms ?? 0) / 1_000)) }
    let silent = lines.map { ($0, isSilent($0, now())) }
    page.family("stowage_hub_silent", "gauge", "1 where a facility has been silent too long.")
    for (line, isSilent) in silent { page.sample(line, isSilent ? 1 : 0) }
    page.family("stowage_hub_newest_events", "gauge", "Newest events by kind.")
    if visitor.restriction == nil {
      for (kind, events) in try store.kinds().prefix(Limits.hubMetricFacilities) {
        page.sample("kind=\"\(MetricPage.escaped(kind))\"", events)
      }
    }
    return Response(
      status: 200,
      headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
      body: .bytes(page.bytes)
    )
  }
}

extension Hub {
  /// How the passing on goes, where there is a message cluster.
  private func metricsOfRelay(_ page: inout MetricPage) {
    guard let figures = relay.withLock({ $0?.current }) else { return }
    page.family(
      "stowage_hub_relayed_batches_total",
      "counter",
      "Batches that the message cluster confirmed."
    )
    page.sample("repeat=\"no\"", figures.relayed - figures.repeated)
    page.sample("repeat=\"yes\"", figures.repeated)
    page.family("stowage_hub_relay_failures_total", "counter", "Attempts to pass on that failed.")
    page.sample("", figures.failures)
    page.family("stowage_hub_relay_healthy", "gauge", "0 while batches cannot be passed on.")
    page.sample("", figures.problem == nil ? 1 : 0)
  }
}

/// Writes one page of metrics.
struct MetricPage {
  private(set) var bytes: [UInt8] = []
  private var name = ""

  mutating func family(_ name: String, _ type: String, _ help: String) {
    self.name = name
    line("# HELP \(name) \(help)")
    line("# TYPE \(name) \(type)")
  }

  mutating func sample(_ facility: FacilityLine, _ value: Int) {
    sample("facility=\"\(Self.escaped(facility.facility))\"", value)
  }

  mutating func sample(_ labels: String, _ value: Int) {
    line(labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)")
  }

  private mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x0A)
  }

  static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
