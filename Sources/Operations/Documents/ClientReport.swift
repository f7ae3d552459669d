import Warehouse

/// A request that says when something happened, by the clock of the device.
public protocol ClientReport {
  /// When it happened.
  var occurredAt: Instant? { get set }
  /// What the device said of the report itself.
  var trace: ClientTrace { get set }
}

extension ClientReport {
  /// The same report with its moment put right by how far the device's clock is off.
  ///
  /// What the device said is kept beside it. A moment in the future cannot be: the use cases take
  /// it for now.
  public func corrected(clockOffsetMS: Int64) -> Self {
    guard let said = occurredAt else { return self }
    var report = self
    report.trace.clientAt = said
    report.occurredAt = said.adding(ms: clockOffsetMS)
    return report
  }
}

extension ConfirmPutaway.Request: ClientReport {}
extension PostTransaction.Request: ClientReport {}

extension OperationsEnvironment {
  /// What to say of a late report about places that were counted after it happened.
  ///
  /// The count saw what the report tells, so the books may now have it twice. Nobody can decide
  /// that from here: the place is to be counted again.
  func countedSince(
    _ moment: Instant,
    _ lot: LotID,
    _ places: [LocationID],
    in transaction: any ReadTransaction
  ) throws -> [Warning] {
    guard moment < now().adding(seconds: -1) else { return [] }
    return try places.compactMap { place in
      guard let counted = try transaction.lastCount(of: lot, at: place), counted > moment else {
        return nil
      }
      let code = try code(of: place, in: transaction)
      return Warning("COUNTED_SINCE", "\(code) was counted after this happened; count it again")
    }
  }
}

extension DocumentReader {
  /// `entry` and `client_sequence`: what a device says of a report.
  func trace() -> ClientTrace {
    ClientTrace(
      entry: word("entry", as: EntryMethod.self),
      sequence: whole("client_sequence", 0...Int64.max)
    )
  }
}
