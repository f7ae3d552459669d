import Testing

@testable import Storage

@Suite("Assets")
struct AssetsTests {
  @Test("The schema is compiled in")
  func schema() throws {
    #expect(try Assets.text("schema/0001_initial.sql").contains("CREATE TABLE tenants"))
  }
}
