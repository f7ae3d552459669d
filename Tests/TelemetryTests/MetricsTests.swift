import Metrics
import Telemetry
import Testing

@Suite("Metrics")
struct MetricsTests {
  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("Counters, gauges and histograms come out as the Prometheus text format has them")
  func textFormat() {
    let registry = MetricsRegistry(
      descriptions: [
        MetricDescription("beeps_total", kind: .counter, help: "Beeps by kind."),
        MetricDescription("fill_ratio", kind: .gauge, help: "Back\\slash and\nline \"feed\"."),
        MetricDescription(
          "wait_seconds",
          kind: .histogram,
          help: "Waiting.",
          buckets: [1, 0.1, 0.5]
        ),
      ],
      labels: [("facility", "B1")]
    )
    Counter(label: "beeps_total", dimensions: [("kind", "lot")], factory: registry).increment(by: 3)
    Counter(label: "beeps", dimensions: [("kind", "lot")], factory: registry).increment()
    Meter(label: "fill_ratio", factory: registry).set(0.25)
    let timer = Timer(label: "wait_seconds", factory: registry)
    timer.recordMilliseconds(100)
    timer.recordMilliseconds(400)
    timer.recordSeconds(7)
    #expect(
      lines(registry.text()) == [
        "# HELP beeps_total Beeps by kind.",
        "# TYPE beeps_total counter",
        "beeps_total{facility=\"B1\",kind=\"lot\"} 4",
        "# HELP fill_ratio Back\\\\slash and\\nline \"feed\".",
        "# TYPE fill_ratio gauge",
        "fill_ratio{facility=\"B1\"} 0.25",
        "# HELP wait_seconds Waiting.",
        "# TYPE wait_seconds histogram",
        "wait_seconds_bucket{facility=\"B1\",le=\"0.1\"} 1",
        "wait_seconds_bucket{facility=\"B1\",le=\"0.5\"} 2",
        "wait_seconds_bucket{facility=\"B1\",le=\"1.0\"} 2",
        "wait_seconds_bucket{facility=\"B1\",le=\"+Inf\"} 3",
        "wait_seconds_sum{facility=\"B1\"} 7.5",
        "wait_seconds_count{facility=\"B1\"} 3",
      ]
    )
  }

  @Test("OpenMetrics names the family without _total, escapes quotes in help, and ends with EOF")
  func openMetrics() {
    let registry = MetricsRegistry(
      descriptions: [MetricDescription("beeps_total", kind: .counter, help: "\"Beeps\".")]
    )
    FloatingPointCounter(label: "beeps_total", factory: registry).increment(by: 0.5)
    Counter(label: "beeps_total", factory: registry).increment(by: 2)
    #expect(
      String(decoding: registry.openMetrics(), as: UTF8.self)
        == "# HELP beeps \\\"Beeps\\\".\n# TYPE beeps counter\nbeeps_total 2.5\n# EOF\n"
    )
  }

  @Test("Labels are escaped, cleaned and cut; a label named le gives way to the bucket's")
  func labels() {
    let registry = MetricsRegistry(descriptions: [])
    Meter(
      label: "odd name-1",
      dimensions: [
        ("path", "a\"b\\c\nd"), ("le", "x"), ("1st", "y"),
        ("long", String(repeating: "z", count: 500)),
      ],
      factory: registry
    ).set(1)
    let sample = lines(registry.text()).last
    #expect(
      sample
        == "odd_name_1{_1st=\"y\",label_le=\"x\",long=\"\(String(repeating: "z", count: 128))\","
        + "path=\"a\\\"b\\\\c\\nd\"} 1"
    )
  }

  @Test("Numbers that are no numbers are written as the formats spell them")
  func oddNumbers() {
    let registry = MetricsRegistry(descriptions: [])
    Meter(label: "a", factory: registry).set(Double.nan)
    Meter(label: "b", factory: registry).set(-Double.infinity)
    Meter(label: "c", factory: registry).set(1e-7)
    Meter(label: "d", factory: registry).set(1e300)
    let samples = lines(registry.text()).filter { !$0.hasPrefix("#") }
    #expect(samples == ["a NaN", "b -Inf", "c 1e-07", "d 1e+300"])
    // An observation that is no number would spoil the sum for good.
    let recorder = Recorder(label: "e", factory: registry)
    recorder.record(Double.nan)
    recorder.record(2.0)
    #expect(lines(registry.text()).contains("e_sum 2"))
  }

  @Test("Series are bounded, and what is left out is counted")
  func bounded() {
    let registry = MetricsRegistry(descriptions: [], seriesLimit: 100)
    for number in 0..<1_000 {
      Counter(label: "beeps", dimensions: [("n", "\(number)")], factory: registry).increment()
    }
    let text = lines(registry.text())
    #expect(text.filter { $0.hasPrefix("beeps_total{") }.count == 100)
    #expect(text.contains("telemetry_dropped_series_total 900"))
    // A series that is known stays reachable.
    Counter(label: "beeps", dimensions: [("n", "7")], factory: registry).increment()
    #expect(lines(registry.text()).contains("beeps_total{n=\"7\"} 2"))
  }

  @Test("A destroyed handler makes room and starts from zero")
  func destroyed() {
    let registry = MetricsRegistry(descriptions: [], seriesLimit: 1)
    let counter = Counter(label: "beeps", factory: registry)
    counter.increment()
    counter.destroy()
    Counter(label: "beeps", factory: registry).increment(by: 5)
    #expect(lines(registry.text()).contains("beeps_total 5"))
  }

  @Test("A name belongs to one kind; a second kind is left out and counted")
  func kinds() {
    let registry = MetricsRegistry(
      descriptions: [MetricDescription("fill_ratio", kind: .gauge, help: "Fill.")]
    )
    Timer(label: "fill_ratio", factory: registry).recordSeconds(1)
    #expect(lines(registry.text()).last == "telemetry_dropped_series_total 1")
  }

  @Test("Values that are asked for appear when they are known")
  func samples() {
    let registry = MetricsRegistry(descriptions: [])
    registry.gauge("disk_free_bytes") { 12 }
    registry.gauge("cache_age_seconds") { nil }
    registry.counter("commits") { 7 }
    #expect(
      lines(registry.text()).filter { !$0.hasPrefix("#") }
        == ["commits_total 7", "disk_free_bytes 12"]
    )
  }

  @Test(
    "OpenMetrics is given to those who ask for it",
    arguments: [
      (nil, false), ("*/*", false), ("text/plain", false),
      ("application/openmetrics-text;version=1.0.0,text/plain;q=0.5", true),
      ("application/openmetrics-text; version=1.0.0; q=0.8, */*;q=0.1", true),
      ("application/openmetrics-text;q=0", false),
    ] as [(String?, Bool)]
  )
  func negotiation(accept: String?, isOpenMetrics: Bool) {
    let (type, body) = MetricsRegistry(descriptions: []).exposition(accept: accept)
    #expect(type.hasPrefix("application/openmetrics-text") == isOpenMetrics)
    #expect(String(decoding: body, as: UTF8.self) == (isOpenMetrics ? "# EOF\n" : ""))
  }

  @Test("A quantile lies within its bucket")
  func quantile() throws {
    let registry = MetricsRegistry(
      descriptions: [
        MetricDescription("wait_seconds", kind: .histogram, help: "Waiting.", buckets: [1, 2, 4])
      ]
    )
    #expect(registry.quantile(0.5, of: "wait_seconds") == nil)
    let recorder = Recorder(label: "wait_seconds", factory: registry)
    for value in [0.5, 1.5, 1.5, 3.0] { recorder.record(value) }
    // Rank 2 of 4: one lies in (0, 1], two in (1, 2], so the second is half way up that bucket.
    #expect(registry.quantile(0.5, of: "wait_seconds") == 1.5)
    #expect(registry.quantile(1, of: "wait_seconds") == 4)
    recorder.record(100)
    #expect(registry.quantile(1, of: "wait_seconds") == 4)
  }

  @Test("Every name of the product's list is one that promtool accepts")
  func standardNames() {
    var names: Set<String> = []
    for described in MetricDescription.standard {
      #expect(names.insert(described.name).inserted, "\(described.name) stands twice")
      #expect((described.kind == .counter) == described.name.hasSuffix("_total"))
      #expect(described.help.hasSuffix("."), "\(described.name)")
      #expect((described.kind == .histogram) == !described.buckets.isEmpty)
      #expect(!described.name.hasSuffix("_ms") && !described.name.hasSuffix("_percent"))
    }
  }

  @Test("The process tells its memory, its time and its files")
  func process() throws {
    let registry = MetricsRegistry()
    ProcessMetrics.register(in: registry)
    var values: [String: Double] = [:]
    for line in lines(registry.text()) where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      values[String(parts[0])] = Double(parts[1])
    }
    #expect(try #require(values["process_resident_memory_bytes"]) > 1_000_000)
    #expect(try #require(values["process_start_time_seconds"]) > 1_600_000_000)
    #expect(try #require(values["process_open_fds"]) >= 3)
    #expect(try #require(values["process_max_fds"]) >= 64)
    #expect(try #require(values["process_cpu_seconds_total"]) >= 0)
  }
}
