import Foundation
import Testing
import Warehouse

@testable import Appliance

@Suite("Configuration: file, environment, flags")
struct ConfigurationTests {
  private func load(
    _ yaml: String? = nil,
    environment: [String: String] = [:],
    flags: [String: String] = [:]
  ) async throws -> ApplianceSettings {
    let scratch = try Scratch()
    let path = scratch.path("stowage.yaml")
    try (yaml ?? "").write(toFile: path, atomically: true, encoding: .utf8)
    return try await ApplianceSettings.load(
      file: yaml == nil ? nil : path,
      environment: environment,
      flags: flags
    )
  }

  @Test("The file that is shipped as the manual says exactly the defaults of the program")
  func manualIsDefaults() async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let manual = root.appendingPathComponent("firmware-config/stowage.yaml").path
    let read = try await ApplianceSettings.load(file: manual, environment: [:])
    let defaults = try await load()
    #expect(read.facility == defaults.facility)
    #expect(read.port == defaults.port)
    #expect(read.bind == defaults.bind)
    #expect(read.schedules == defaults.schedules)
    #expect(read.uplink == defaults.uplink)
    #expect(read.retention == defaults.retention)
    #expect(read.readers == defaults.readers)
    #expect("\(read.operations)" == "\(defaults.operations)")
  }

  @Test("Flags win over the environment, and that over the file")
  func order() async throws {
    let yaml = "http:\n  port: 1001\n  bind: 127.0.0.2\nfacility:\n  code: FILE\n"
    let environment = ["STOWAGE_HTTP_PORT": "1002", "STOWAGE_FACILITY_CODE": "ENV"]
    let settings = try await load(
      yaml,
      environment: environment,
      flags: ["facility.code": "FLAG"]
    )
    #expect(settings.bind == "127.0.0.2")
    #expect(settings.port == 1_002)
    #expect(settings.facility.code == "FLAG")
  }

  @Test("Hazard classes are kept apart as the file says, whichever of two is named first")
  func hazards() async throws {
    let settings = try await load("putaway:\n  separate-hazards: [5.1+3=ADJACENT, 3+8=AISLE]\n")
    #expect(settings.separateHazards == [.init("3", "5.1"): .adjacent, .init("8", "3"): .aisle])
  }

  @Test("A key that nobody reads is refused with its line and the nearest one")
  func unknownKey() async throws {
    let failure = await #expect(throws: Failure.self) { try await load("http:\n  prot: 80\n") }
    let fault = try #require(failure?.faults.first)
    #expect(fault.place == "line 2")
    #expect(fault.value == "http.prot")
    #expect(fault.rule.contains("http.port"))
  }

  @Test(
    "A value that cannot be used is refused with its key",
    arguments: [
      ("http:\n  port: 70000\n", "http.port"), ("http:\n  port: many\n", "http.port"),
      ("putaway:\n  algorithm: BEST\n", "putaway.algorithm"),
      ("putaway:\n  min-support: 1.5\n", "putaway.min-support"),
      ("jobs:\n  forecast: every night\n", "jobs.forecast"),
      ("logging:\n  format: xml\n", "logging.format"),
      ("replenishment:\n  service-level:\n    a: 98\n", "replenishment.service-level.a"),
      ("putaway:\n  separate-hazards: [3+5.1]\n", "putaway.separate-hazards"),
      ("putaway:\n  separate-hazards: [3+5.1=FAR]\n", "putaway.separate-hazards"),
      (
        "putaway:\n  compatible-hazards: [8+3]\n  separate-hazards: [3+8=BAY]\n",
        "putaway.separate-hazards"
      ),
    ]
  )
  func unusableValue(yaml: String, key: String) async throws {
    let failure = await #expect(throws: Failure.self) { try await load(yaml) }
    #expect(
      failure?.faults.contains { $0.place.contains(key) } == true,
      "\(String(describing: failure))"
    )
  }

  @Test("A job that is off has no schedule")
  func offJob() async throws {
    let settings = try await load("jobs:\n  sync: off\n")
    #expect(settings.schedules["sync"] == nil)
    #expect(settings.schedules["forecast"] != nil)
  }

  @Test("A file that is named must exist")
  func missingFile() async {
    let failure = await #expect(throws: Failure.self) {
      try await ApplianceSettings.load(file: "/nonexistent/stowage.yaml", environment: [:])
    }
    #expect(failure?.code == .notFound)
  }

  @Test("Beyond this machine it listens by TLS, or where plain HTTP was accepted in so many words")
  func listening() throws {
    let here = ["127.0.0.1", "127.1.2.3", "::1", "localhost"]
    let beyond = ["0.0.0.0", "::", "192.168.1.5", "example.com", ""]
    var settings = ApplianceSettings()
    for host in here { try ListenRule.check(host, settings) }
    for host in beyond {
      let failure = #expect(throws: Failure.self, "\(host)") {
        try ListenRule.check(host, settings)
      }
      #expect(failure?.hint?.contains("accept-plain-http") == true)
    }
    settings.certificateFile = "box.pem"
    #expect(throws: Failure.self) { try ListenRule.check("0.0.0.0", settings) }
    settings.privateKeyFile = "box.key"
    for host in here + beyond { try ListenRule.check(host, settings) }
    settings = ApplianceSettings()
    settings.acceptsPlainHTTP = true
    for host in here + beyond { try ListenRule.check(host, settings) }
  }
}
