import Warehouse
import WireFormat

/// The list of facilities as JSON and as CSV.
enum FacilityTable {
  static func json(_ lines: [FacilityLine], instance: String, now: Instant) -> [UInt8] {
    var writer = JSONWriter(capacity: 512 * lines.count + 64)
    writer.object { writer in
      writer.member("receiver_instance", instance)
      writer.member("server_time", ms: now.ms)
      writer.array("rows") { writer in
        for line in lines { write(line, now, into: &writer) }
      }
    }
    return writer.bytes
  }

  private static func write(_ line: FacilityLine, _ now: Instant, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("facility", line.facility)
      writer.member("registered", line.isRegistered)
      writer.member("epoch", line.watermark?.epoch.text)
      writer.member("epochs", line.epochs)
      writer.member("durable_through", line.watermark?.durableThrough)
      writer.member("highest", line.watermark?.highest)
      Watermark.write(line.watermark?.gaps ?? [], into: &writer)
      writer.member("batches", line.batches)
      writer.member("events", line.events)
      writer.member("quarantined", line.quarantined)
      writer.member("last_received_at", ms: line.lastReceivedAt?.ms)
      writer.member("lag_seconds", line.lagS(now: now))
      writer.member("clock_skew_ms", line.clockSkewMS)
    }
  }

  static func csv(_ lines: [FacilityLine], now: Instant) -> [UInt8] {
    var writer = CSVWriter()
    writer.row([
      "facility", "registered", "epoch", "epochs", "durable_through", "highest", "gaps",
      "batches", "events", "quarantined", "last_received_at", "lag_seconds", "clock_skew_ms",
    ])
    for line in lines {
      writer.field(line.facility)
      writer.field(line.isRegistered ? "true" : "false")
      writer.field(line.watermark?.epoch.text)
      writer.field(line.epochs)
      writer.field(line.watermark?.durableThrough)
      writer.field(line.watermark?.highest)
      writer.field(
        (line.watermark?.gaps ?? []).map { "\($0.lowerBound)-\($0.upperBound)" }
          .joined(separator: " ")
      )
      writer.field(line.batches)
      writer.field(line.events)
      writer.field(line.quarantined)
      writer.field(ms: line.lastReceivedAt?.ms)
      writer.field(line.lagS(now: now))
      writer.field(line.clockSkewMS)
      writer.endRow()
    }
    return writer.bytes
  }
}
