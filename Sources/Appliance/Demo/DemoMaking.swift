import Operations
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
    let forecasts = try RunForecasts(appliance.environment)(.init(), scope: appliance.scope)
    let suggestions = try GenerateSuggestions(appliance.environment)(scope: appliance.scope)
    var made = try JSONReader.parse(report.json).object ?? JSONObject()
    _ = made.append("forecasts", .integer(Int64(forecasts.materials)))
    _ = made.append("suggestions", .integer(Int64(suggestions.materials)))
    return .object(made)
  }
}
