import Glibc

/// What Linux tells of this process, for `/metrics`.
public enum ProcessMetrics {
  /// Adds the usual `process_*` metrics, read when they are asked for.
  public static func register(in registry: MetricsRegistry) {
    registry.counter("process_cpu_seconds_total") { figures()?.cpuS }
    registry.gauge("process_resident_memory_bytes") { figures()?.residentBytes }
    registry.gauge("process_virtual_memory_bytes") { figures()?.virtualBytes }
    registry.gauge("process_threads") { figures()?.threads }
    registry.gauge("process_open_fds") { openFiles() }
    registry.gauge("process_max_fds") {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else {
        return nil
      }
      return Double(limit.rlim_cur)
    }
    let startedAt = bootTimeS().flatMap { boot in figures().map { boot + $0.startS } }
    registry.gauge("process_start_time_seconds") { startedAt }
  }

  /// The figures of `/proc/self/stat` (proc(5)).
  struct Figures: Sendable {
    var cpuS: Double
    var threads: Double
    /// Seconds from boot to the start of the process.
    var startS: Double
    var virtualBytes: Double
    var residentBytes: Double
  }

  static func figures() -> Figures? {
    parse(
      read("/proc/self/stat"),
      ticksPerS: Double(sysconf(Int32(_SC_CLK_TCK))),
      pageBytes: Double(sysconf(Int32(_SC_PAGESIZE)))
    )
  }

  /// Reads the line; the name in brackets may hold spaces and brackets, so fields are counted from
  /// the last one.
  static func parse(_ line: String, ticksPerS: Double, pageBytes: Double) -> Figures? {
    guard let bracket = line.lastIndex(of: ")"), ticksPerS > 0 else { return nil }
    // The first of these is field 3 of the page, the state.
    let fields = line[line.index(after: bracket)...].split(whereSeparator: { $0 == " " })
    guard fields.count > 21 else { return nil }
    func number(_ field: Int) -> Double { Double(fields[field - 3]) ?? 0 }
    return Figures(
      cpuS: (number(14) + number(15)) / ticksPerS,
      threads: number(20),
      startS: number(22) / ticksPerS,
      virtualBytes: number(23),
      residentBytes: number(24) * pageBytes
    )
  }

  private static func bootTimeS() -> Double? {
    for line in read("/proc/stat").split(separator: "\n") where line.hasPrefix("btime ") {
      return Double(line.dropFirst("btime ".count))
    }
    return nil
  }

  private static func openFiles() -> Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while let entry = Glibc.readdir(folder) {
      if entry.pointee.d_name.0 != 0x2E { count += 1 }
    }
    // The folder itself is open while we count.
    return Double(count - 1)
  }

  private static func read(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = piece.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes.append(contentsOf: piece[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
