import HTTPServer
import Operations
import Warehouse
import WireFormat

extension Call {
  /// How far the clock of the device is off, in milliseconds to be added to its moments.
  ///
  /// A device that sends later than it acted says with `X-Client-Time` what its clock shows at the
  /// moment of sending; the difference to our clock puts every moment of its reports right. It
  /// stands in the head, because the body of a repeat must stay the same. Less than two seconds is
  /// the way through the network, not the clock.
  func clockOffsetMS(_ environment: OperationsEnvironment) throws -> Int64 {
    guard let text = request.headers["X-Client-Time"] else { return 0 }
    guard let ms = try? Timestamp.ms(text) else {
      throw Failure(
        .invalid,
        "The X-Client-Time header must be a moment.",
        hint: "Send what the device's clock shows now, written like 2026-03-29T14:05:00Z.",
        faults: [
          .init(
            place: "X-Client-Time",
            value: String(text.prefix(60)),
            rule: "must be a moment with its zone"
          )
        ]
      )
    }
    let offset = environment.now().ms - ms
    return abs(offset) < 2_000 ? 0 : offset
  }
}
