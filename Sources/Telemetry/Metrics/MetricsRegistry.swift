import Metrics
import Synchronization

/// Holds every metric of the process and writes them for Prometheus: the backend of swift-metrics.
///
/// The number of series is bounded: a label that grows without end (a bug) must not take the box
/// down. What is over the limit is left out and counted in `telemetry_dropped_series_total`.
/// Names are shared by kind: a second kind under a name that is taken is left out the same way.
public final class MetricsRegistry: MetricsFactory, Sendable {
  /// The counter of what was left out.
  static let droppedName = "telemetry_dropped_series_total"

  struct Family {
    var description: MetricDescription
    var cells: [String: any MetricCell] = [:]
    /// Values that are asked for when they are read, by label text.
    var samples: [String: @Sendable () -> Double?] = [:]
  }

  struct State {
    var families: [String: Family] = [:]
    var series = 0
    /// Where a handler lives, so that it can be destroyed.
    var places: [ObjectIdentifier: (family: String, labels: String)] = [:]
  }

  let descriptions: [String: MetricDescription]
  let fixedLabels: [(String, String)]
  let seriesLimit: Int
  let dropped = CounterCell()
  let state = Mutex(State())

  /// Makes a registry.
  ///
  /// - Parameters:
  ///   - descriptions: words and buckets by name; what is not described gets plain ones.
  ///   - labels: labels that every series carries, for example the facility.
  ///   - seriesLimit: how many series there may be.
  public init(
    descriptions: [MetricDescription] = MetricDescription.standard,
    labels: [(String, String)] = [],
    seriesLimit: Int = 5_000
  ) {
    self.descriptions = Dictionary(
      descriptions.map { ($0.name, $0) },
      uniquingKeysWith: { _, last in last }
    )
    self.fixedLabels = labels
    self.seriesLimit = seriesLimit
  }

  /// Adds a gauge whose value is asked for when it is read; nil leaves it out that time.
  public func gauge(
    _ name: String,
    _ labels: [(String, String)] = [],
    value: @escaping @Sendable () -> Double?
  ) {
    addSample(name, .gauge, labels, value)
  }

  /// Adds a counter whose value is asked for when it is read; nil leaves it out that time.
  public func counter(
    _ name: String,
    _ labels: [(String, String)] = [],
    value: @escaping @Sendable () -> Double?
  ) {
    addSample(name, .counter, labels, value)
  }

  private func addSample(
    _ name: String,
    _ kind: MetricDescription.Kind,
    _ labels: [(String, String)],
    _ value: @escaping @Sendable () -> Double?
  ) {
    let name = MetricName.family(name, kind)
    let text = labelText(labels)
    let isKept = state.withLock { state in
      guard open(name, kind, &state) else { return false }
      let isNew = state.families[name]?.samples[text] == nil
      guard !isNew || state.series < seriesLimit else { return false }
      if isNew { state.series += 1 }
      state.families[name]?.samples[text] = value
      return true
    }
    if !isKept { dropped.increment(by: Int64(1)) }
  }

  /// The cell of a series, made where it is new; nil where it is left out.
  func cell<Cell: MetricCell>(
    _ name: String,
    _ kind: MetricDescription.Kind,
    _ labels: [(String, String)],
    make: (MetricDescription) -> Cell
  ) -> Cell? {
    let name = MetricName.family(name, kind)
    let text = labelText(labels)
    let found = state.withLock { state -> Cell? in
      guard open(name, kind, &state), let family = state.families[name] else { return nil }
      if let cell = family.cells[text] { return cell as? Cell }
      guard state.series < seriesLimit else { return nil }
      let cell = make(family.description)
      state.families[name]?.cells[text] = cell
      state.series += 1
      state.places[ObjectIdentifier(cell)] = (name, text)
      return cell
    }
    if found == nil { dropped.increment(by: Int64(1)) }
    return found
  }

  /// Forgets the series of a handler.
  func remove(_ handler: AnyObject) {
    state.withLock { state in
      guard let place = state.places.removeValue(forKey: ObjectIdentifier(handler)) else { return }
      if state.families[place.family]?.cells.removeValue(forKey: place.labels) != nil {
        state.series -= 1
      }
    }
  }

  /// Makes the family where it is new; false where the name is taken by another kind.
  private func open(
    _ name: String,
    _ kind: MetricDescription.Kind,
    _ state: inout State
  ) -> Bool {
    if let family = state.families[name] { return family.description.kind == kind }
    let described = descriptions[name]
    if let described, described.kind != kind { return false }
    let fallback = MetricDescription(
      name,
      kind: kind,
      help: "No description.",
      buckets: MetricDescription.callBuckets
    )
    state.families[name] = Family(description: described ?? fallback)
    return true
  }

  /// The labels as they are written between the braces, in the order of their names.
  private func labelText(_ labels: [(String, String)]) -> String {
    var seen: [String: String] = [:]
    for (name, value) in fixedLabels + labels {
      seen[MetricName.label(name)] = String(value.prefix(MetricName.labelValueLength))
    }
    return seen.sorted { $0.key < $1.key }
      .map { "\($0.key)=\"\(Exposition.escaped($0.value, quotes: true))\"" }
      .joined(separator: ",")
  }
}

extension MetricsRegistry {
  /// Makes or finds a counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    cell(label, .counter, dimensions) { _ in CounterCell() } ?? NOOPMetricsHandler.instance
  }

  /// Makes or finds a counter that also grows by fractions.
  public func makeFloatingPointCounter(
    label: String,
    dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    guard let cell = cell(label, .counter, dimensions, make: { _ in CounterCell() }) else {
      return CounterCell()
    }
    return cell
  }

  /// Makes or finds a gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    cell(label, .gauge, dimensions) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
  }

  /// Makes or finds a histogram, or a gauge where nothing is aggregated.
  public func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    if aggregate {
      return cell(label, .histogram, dimensions) { HistogramCell(bounds: $0.buckets) }
        ?? NOOPMetricsHandler.instance
    }
    return cell(label, .gauge, dimensions) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
  }

  /// Makes or finds a histogram of seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    cell(label, .histogram, dimensions) { HistogramCell(bounds: $0.buckets) }
      ?? NOOPMetricsHandler.instance
  }

  /// Forgets a counter's series.
  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  /// Forgets a counter's series.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    remove(handler)
  }
  /// Forgets a gauge's series.
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  /// Forgets a recorder's series.
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  /// Forgets a timer's series.
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
