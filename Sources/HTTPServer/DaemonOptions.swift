import CMicroHTTPD

/// Memory at fixed addresses that the library reads as long as it runs.
final class NativeMemory: Sendable {
  private let logAddress: UInt
  private let texts: [UInt]

  /// Where the library's messages go.
  var log: UnsafeMutablePointer<stowage_mhd_log>? { UnsafeMutablePointer(bitPattern: logAddress) }

  /// The authorities of client certificates, where there are any.
  var clientAuthority: UnsafeMutableRawPointer? { text(0) }

  init(core: ServerCore, tls: TLSIdentity?) {
    let log = UnsafeMutablePointer<stowage_mhd_log>.allocate(capacity: 1)
    log.initialize(
      to: stowage_mhd_log(
        write: DaemonCallbacks.onLog,
        context: Unmanaged.passUnretained(core).toOpaque()
      )
    )
    logAddress = UInt(bitPattern: log)
    texts = [tls?.clientAuthorityPEM].compactMap(\.self).map { text in
      let bytes = Array(text.utf8) + [0]
      let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      room.copyBytes(from: bytes)
      return UInt(bitPattern: room.baseAddress)
    }
  }

  deinit {
    log?.deallocate()
    for address in texts { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  private func text(_ index: Int) -> UnsafeMutableRawPointer? {
    texts.indices.contains(index) ? UnsafeMutableRawPointer(bitPattern: texts[index]) : nil
  }
}

/// The options that the library is started with.
enum DaemonOptions {
  /// The list, ended as the library wants it.
  static func list(
    _ settings: ServerSettings,
    _ socket: ListenSocket,
    _ native: NativeMemory,
    context: UnsafeMutableRawPointer
  ) -> [MHD_OptionItem] {
    var items = [
      number(.LISTEN_SOCKET, Int(socket.socketFD)),
      number(.CONNECTION_LIMIT, settings.connectionLimit),
      number(.CONNECTION_MEMORY_LIMIT, settings.connectionMemoryBytes),
      number(.CONNECTION_TIMEOUT, settings.idleTimeoutS),
      number(.THREAD_STACK_SIZE, settings.stackBytes),
      callback(
        .URI_LOG_CALLBACK,
        unsafeBitCast(DaemonCallbacks.onTarget, to: Int.self),
        context
      ),
      callback(
        .UNESCAPE_CALLBACK,
        unsafeBitCast(DaemonCallbacks.onUnescape, to: Int.self),
        context
      ),
      callback(
        .NOTIFY_COMPLETED,
        unsafeBitCast(DaemonCallbacks.onCompleted, to: Int.self),
        context
      ),
      callback(
        .NOTIFY_CONNECTION,
        unsafeBitCast(DaemonCallbacks.onConnection, to: Int.self),
        context
      ),
    ]
    if let limit = settings.connectionsPerAddress {
      items.append(number(.PER_IP_CONNECTION_LIMIT, limit))
    }
    if settings.tls != nil {
      // Asked with every handshake, so that a renewed certificate needs no new listener.
      items.append(
        pointer(
          .HTTPS_CERT_CALLBACK,
          unsafeBitCast(DaemonCallbacks.onHandshake, to: UnsafeMutableRawPointer.self)
        )
      )
      items.append(pointer(.HTTPS_PRIORITIES, UnsafeMutableRawPointer(mutating: priorities)))
    }
    if let authority = native.clientAuthority {
      items.append(pointer(.HTTPS_MEM_TRUST, authority))
    }
    items.append(number(.END, 0))
    return items
  }

  /// TLS 1.2 and 1.3 only; lives as long as the program.
  private nonisolated(unsafe) static let priorities: UnsafePointer<CChar> = {
    let text: StaticString = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
    return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }()

  private static func number(_ option: MHD_OPTION, _ value: Int) -> MHD_OptionItem {
    MHD_OptionItem(option: option, value: value, ptr_value: nil)
  }

  private static func pointer(
    _ option: MHD_OPTION,
    _ value: UnsafeMutableRawPointer?
  ) -> MHD_OptionItem {
    MHD_OptionItem(option: option, value: 0, ptr_value: value)
  }

  private static func callback(
    _ option: MHD_OPTION,
    _ function: Int,
    _ context: UnsafeMutableRawPointer
  ) -> MHD_OptionItem {
    MHD_OptionItem(option: option, value: function, ptr_value: context)
  }
}
