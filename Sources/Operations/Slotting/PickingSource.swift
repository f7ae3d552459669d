import Packing
import Synchronization
import Warehouse

/// What the newest slotting run says of the site, kept until the next run.
final class PickingSource: Sendable {
  private let kept = Mutex<SlottingRun?>(nil)

  /// The newest run; nil before the first.
  ///
  /// Only its number is read where nothing is new.
  func run(in transaction: any ReadTransaction) throws -> SlottingRun? {
    guard let number = try transaction.slottingRunNumber() else { return nil }
    if let known = kept.withLock({ $0 }), known.number == number { return known }
    let fresh = try transaction.slottingRun()
    kept.withLock { $0 = fresh }
    return fresh
  }
}

extension SlottingRun.Trial {
  /// The weight that affinity has earned beside the weight of travel; never above its setting.
  func weight(_ putaway: PutawaySettings) -> Double {
    AffinityTrial.weight(
      gainMM: gainMM,
      classSavesMM: randomMM - classMM,
      travelWeight: putaway.travelWeight,
      atMost: putaway.affinityWeight
    )
  }
}
