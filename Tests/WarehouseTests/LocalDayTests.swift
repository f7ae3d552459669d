import Testing

@testable import Warehouse

@Suite("Calendar days")
struct LocalDayTests {
  @Test("Days round-trip through their text for 400 years")
  func roundTrip() {
    for day in stride(from: -135_000, through: 40_000, by: 7) {
      let local = LocalDay(rawValue: Int32(day))
      #expect(LocalDay(local.description) == local)
    }
    #expect(LocalDay("2024-02-29")?.weekday == 3)
    #expect(LocalDay("2023-02-29") == nil)
    #expect(LocalDay("1970-01-01")?.rawValue == 0)
  }
}
