/// A count with its noun, for reasons that people read: "1 period", "3 periods".
func counted(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}
