import Testing

@testable import Telemetry

@Suite("The process's own line in /proc")
struct ProcessLineTests {
  @Test("Fields are counted behind the name, which may hold anything")
  func parse() throws {
    let line =
      "4711 (sto) wa ge) S 1 4711 4711 0 -1 4194560 9000 0 3 0 250 50 0 0 20 0 12 0 100000 "
      + "209715200 2560 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0"
    let figures = try #require(ProcessMetrics.parse(line, ticksPerS: 100, pageBytes: 4_096))
    #expect(figures.cpuS == 3)
    #expect(figures.threads == 12)
    #expect(figures.startS == 1_000)
    #expect(figures.virtualBytes == 209_715_200)
    #expect(figures.residentBytes == 10_485_760)
    #expect(ProcessMetrics.parse("", ticksPerS: 100, pageBytes: 4_096) == nil)
    #expect(ProcessMetrics.parse("1 (x) S 1", ticksPerS: 100, pageBytes: 4_096) == nil)
  }
}
