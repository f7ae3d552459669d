import Glibc

/// Where finished log lines go.
public struct LogSink: Sendable {
  /// Takes one line, with its line feed.
  let write: @Sendable ([UInt8]) -> Void

  /// Makes a sink; the closure is called from any thread, once for each line.
  public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
    self.write = write
  }

  /// Standard error, where systemd and containers collect logs.
  ///
  /// A line is one `write(2)` where the kernel takes it whole, so lines of several threads do not
  /// mix; a line that cannot be written is lost rather than holding up the warehouse.
  public static let standardError = LogSink { bytes in
    var position = 0
    while position < bytes.count {
      let count = bytes[position...].withUnsafeBytes {
        Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count > 0 {
        position += count
      } else if errno != EINTR {
        return
      }
    }
  }
}
