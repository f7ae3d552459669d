import StowageTesting
import Upstream

/// The outbox in memory is one that the uplink can drain.
extension MemoryOutbox: Outbox {}
