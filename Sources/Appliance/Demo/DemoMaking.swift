import Operations
import Warehouse
import WireFormat

/// Makes the demo plant in an empty data directory.
public enum DemoMaking {
  /// Founds the warehouse, fills it, and forecasts it once; gives what was made as JSON.
  public static func create(
    _ settings: ApplianceSettings,
    seed: UInt64,
    progress: @escaping (_ done: Int, _ total: Int) -> Void
  ) throws -> JSONValue {
    var settings = settings
    settings.facility.code = "PLANT-\(seed)"
    settings.facility.name = "Demo print plant"
    _ = try Founding.create(settings)
    let appliance = try Appliance(settings)
    defer { appliance.close() }
    let report = try DemoPlant(appliance.environment).install(
      seed: seed,
      scope: appliance.scope,
      progress: progress
    )
    try DemoPeople(appliance).settle(in: settings.dataDirectory)
    try lookBack(appliance)
    let forecasts = try RunForecasts(appliance.environment)(.init(), scope: appliance.scope)
    let suggestions = try GenerateSuggestions(appliance.environment)(scope: appliance.scope)
    var made = try JSONReader.parse(report.json).object ?? JSONObject()
    _ = made.append("forecasts", .integer(Int64(forecasts.materials)))
    _ = made.append("suggestions", .integer(Int64(suggestions.materials)))
    return .object(made)
  }

  /// Days of which the demo has forecasts from the day before, and how good they were.
  private static let pastDays: Int64 = 7
  /// How far ahead those looked.
  private static let pastHorizonDays = 7

  /// Forecasts the last days one after another, as the nightly job would have, and measures them:
  /// a plant that worked before today has something to say of its accuracy.
  private static func lookBack(_ appliance: Appliance) throws {
    let today = appliance.environment
    for ago in stride(from: pastDays, through: 1, by: -1) {
      let past = OperationsEnvironment(
        store: today.store,
        settings: { today.settings },
        now: { today.now().adding(seconds: -ago * 86_400) },
        newID: today.newID,
        localDay: today.localDay,
        startOfDay: today.startOfDay,
        offsetS: today.offsetS,
        parallel: today.parallel
      )
      let request = RunForecasts.Request(horizonDays: pastHorizonDays, isIncremental: true)
      _ = try RunForecasts(past)(request, scope: appliance.scope)
    }
    _ = try MeasureAccuracy(today)(scope: appliance.scope)
  }
}
