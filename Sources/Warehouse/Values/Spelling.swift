/// Finds what somebody probably meant: "unknown column wieght_kg, did you mean weight_kg?".
public enum Spelling {
  /// The known word nearest to `text`, where one is near enough to be worth a question.
  ///
  /// Near enough is an edit distance of at most a third of the longer word.
  public static func nearest(to text: String, in known: some Sequence<String>) -> String? {
    var best: (word: String, distance: Int)?
    for word in known {
      let distance = self.distance(text.lowercased(), word.lowercased())
      guard distance * 3 <= max(text.count, word.count) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (word, distance) }
    }
    return best?.word
  }

  /// The least number of insertions, deletions and substitutions (Levenshtein 1966); O(n m).
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(Limits.codeLength))
    let right = Array(right.unicodeScalars.prefix(Limits.codeLength))
    var row = Array(0...right.count)
    for (i, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substituted = diagonal + (scalar == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, min(row[j], row[j + 1]) + 1)
      }
    }
    return row[right.count]
  }
}
