/// A count with its noun, for what people read: "1 period", "3 periods", "2 batches".
///
/// - Parameter several: The noun for more than one, where it takes more than an "s".
public func counted(_ count: Int, _ noun: String, _ several: String? = nil) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(several ?? noun + "s")"
}
