import Foundation
import Logging
import Metrics
import Operations
import Synchronization
import Warehouse

/// Delivers print jobs: one thread looks what is due, and each printer at work has one of its own.
///
/// A printer that is off or slow holds up nobody but itself, and never the writer: what is written
/// is one small row when an attempt is over.
final class PrintDesk: Sendable {
  /// How long a printer may take to answer how it is.
  private static let statusWaitMS = 700
  /// The longest time without a look.
  private static let lookMS: Int64 = 30_000

  private struct State {
    var isStopping = false
    var isAwake = false
    var atWork: Set<PrinterID> = []
  }

  private let delivery: PrintDelivery
  private let bell: PrintBell
  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)
  private let logger = Logger(label: "stowage.print")

  init(_ environment: OperationsEnvironment, facility: TenantScope) {
    delivery = PrintDelivery(environment, facility: facility)
    bell = environment.printBell
  }

  /// Begins to deliver.
  func start() {
    bell.onRing { [weak self] in self?.wake() }
    let thread = Thread { [self] in
      while look() {}
      done.signal()
    }
    thread.name = "stowage-print"
    thread.start()
  }

  /// Stops looking; what is being sent is noted when it is over, or sent again after the start.
  func stop() {
    bell.onRing(nil)
    state.withLock { $0.isStopping = true }
    signal.signal()
    _ = done.wait(timeout: .now() + .seconds(2))
  }

  private func wake() {
    let isNew = state.withLock { state in
      defer { state.isAwake = true }
      return !state.isAwake
    }
    if isNew { signal.signal() }
  }

  /// Sends what is due, and waits for the next moment; false where it is to stop.
  private func look() -> Bool {
    state.withLock { $0.isAwake = false }
    let atWork = state.withLock { $0.atWork }
    var waitMS = Self.lookMS
    do {
      let next = try delivery.next(besides: atWork)
      for task in next.due.prefix(max(0, Limits.printersAtWork - atWork.count)) { begin(task) }
      waitMS = min(waitMS, next.waitMS ?? waitMS)
    } catch {
      logger.error("the print queue could not be read: \(error)")
    }
    _ = signal.wait(timeout: .now() + .milliseconds(Int(waitMS)))
    return state.withLock { !$0.isStopping }
  }

  private func begin(_ task: PrintDelivery.Task) {
    state.withLock { _ = $0.atWork.insert(task.printer.id) }
    let thread = Thread { [self] in
      let words = Self.send(task)
      if let words {
        logger.warning("printer \(task.printer.draft.name): \(words)")
      }
      Counter(
        label: "print_attempts_total",
        dimensions: [("result", words == nil ? "sent" : "failed")]
      ).increment()
      do {
        try delivery.note(task, error: words)
      } catch {
        logger.error("a print job could not be noted, and will be sent again: \(error)")
        // The queue still names it: without a pause it would be printed in a loop.
        Thread.sleep(forTimeInterval: 5)
      }
      state.withLock { _ = $0.atWork.remove(task.printer.id) }
      wake()
    }
    thread.name = "stowage-printer"
    thread.start()
  }

  /// Sends a job; nil is well, else what went wrong.
  private static func send(_ task: PrintDelivery.Task) -> String? {
    let draft = task.printer.draft
    do {
      let line = try PrinterLine(
        host: draft.host,
        port: draft.port,
        timeoutMS: Limits.printerTimeoutMS
      )
      defer { line.close() }
      let said = try line.ask("~HS\r\n", lines: 3, waitMS: statusWaitMS)
      if let hindrance = PrinterStatus(lines: said).hindrance { return hindrance }
      try line.send(Array(task.job.commands.utf8))
      try line.finish()
      return nil
    } catch {
      return error.words
    }
  }
}
