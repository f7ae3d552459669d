import Logging
import Synchronization
import Telemetry
import Testing
import WireFormat

@Suite("Log lines")
struct JSONLogHandlerTests {
  private final class Lines: Sendable {
    let kept = Mutex<[[UInt8]]>([])
    var sink: LogSink { LogSink { line in self.kept.withLock { $0.append(line) } } }
  }

  private struct Torn: Error {}

  private func logger(_ lines: Lines, level: Logger.Level = .info) -> Logger {
    Logger(label: "stowage.test") {
      JSONLogHandler(label: $0, level: level, sink: lines.sink, nowMS: { 1_774_746_000_123 })
    }
  }

  @Test("An entry is one line of JSON in a fixed order")
  func line() {
    let lines = Lines()
    logger(lines).info("A job has \"succeeded\".", metadata: ["took_ms": "12", "job": "audit"])
    #expect(
      lines.kept.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } == [
        "{\"time\":\"2026-03-29T01:00:00.123Z\",\"level\":\"info\",\"logger\":\"stowage.test\","
          + "\"message\":\"A job has \\\"succeeded\\\".\",\"job\":\"audit\",\"took_ms\":\"12\"}\n"
      ]
    )
  }

  @Test("Whatever is logged stays one valid line")
  func hostile() throws {
    let lines = Lines()
    var logger = logger(lines)
    logger[metadataKey: "owner"] = "mill"
    logger.warning(
      "two\nlines\u{0}\u{1F}",
      error: Torn(),
      metadata: [
        "message": "hides", "level": "hides", "error": "hides",
        "deep": ["a": ["b", ["c": ["d": ["e": "f"]]]]],
        "long": "\(String(repeating: "x", count: 100_000))",
      ]
    )
    let line = try #require(lines.kept.withLock { $0.first })
    #expect(line.filter { $0 == 0x0A }.count == 1)
    #expect(line.count < 6_000)
    let value = try JSONReader.parse(Array(line.dropLast()))
    #expect(value["message"]?.string == "two\nlines\u{0}\u{1F}")
    #expect(value["message_"]?.string == "hides")
    #expect(value["level"]?.string == "warning")
    #expect(value["error"]?.string == "Torn()")
    #expect(value["error_"]?.string == "hides")
    #expect(value["owner"]?.string == "mill")
    #expect(value["deep"]?["a"]?[0]?.string == "b")
  }

  @Test("Entries below the level are not written")
  func level() {
    let lines = Lines()
    logger(lines, level: .warning).info("quiet")
    #expect(lines.kept.withLock { $0.isEmpty })
  }
}
