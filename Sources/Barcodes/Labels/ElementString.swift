import Warehouse

/// Makes the text of labels from elements.
public enum ElementString {
  /// The data for a GS1 carrier, without the first FNC1: separators only where they are needed.
  ///
  /// Elements of predefined length are put first, each group in the order given, which spares
  /// separators. Throws `invalid` with one fault per element that breaks its rules.
  public static func data(_ elements: [Element], currentYear: Int) throws(Failure) -> String {
    try check(elements, currentYear: currentYear)
    let isShort = { (element: Element) in
      ElementFormat.of(element.identifier)?.needsNoSeparator == true
    }
    let ordered = elements.filter(isShort) + elements.filter { !isShort($0) }
    var text = ""
    for (index, element) in ordered.enumerated() {
      text += element.identifier + element.value
      if index < ordered.count - 1, !isShort(element) { text += "\u{1D}" }
    }
    return text
  }

  /// The form for people, to stand under the bars: `(01)09521234543213(10)LOT9`.
  public static func humanReadable(_ elements: [Element]) -> String {
    elements.map(\.text).joined()
  }

  /// The Digital Link under a stem such as `https://example.com`.
  ///
  /// The first element that is a key begins the path, its qualifiers follow in their order, the
  /// rest goes into the query. Throws `invalid` where no element is a key, or one breaks its rules.
  public static func link(
    _ elements: [Element],
    stem: String,
    currentYear: Int
  ) throws(Failure) -> String {
    try check(elements, currentYear: currentYear)
    guard let key = elements.first(where: { DigitalLink.qualifiers[$0.identifier] != nil }) else {
      throw Failure(
        .invalid,
        "no element can begin a Digital Link",
        hint: "Add the article (01), the unit (00) or the location (414)."
      )
    }
    let sets = DigitalLink.qualifiers[key.identifier] ?? []
    let used = sets.first { set in elements.contains { set.contains($0.identifier) } } ?? []
    let path = [key] + used.compactMap { name in elements.first { $0.identifier == name } }
    let rest = elements.filter { !path.contains($0) }
    var text = stem.hasSuffix("/") ? String(stem.dropLast()) : stem
    for element in path { text += "/\(element.identifier)/\(PercentText.encoded(element.value))" }
    let query = rest.map { "\($0.identifier)=\(PercentText.encoded($0.value))" }
    return query.isEmpty ? text : text + "?" + query.joined(separator: "&")
  }

  private static func check(_ elements: [Element], currentYear: Int) throws(Failure) {
    var faults: [Failure.Fault] = []
    for element in elements {
      let place = "(\(element.identifier))"
      guard let format = ElementFormat.of(element.identifier) else {
        faults.append(Failure.Fault(place: place, rule: "is no application identifier"))
        continue
      }
      if let rule = format.fault(in: element.value, currentYear: currentYear) {
        faults.append(Failure.Fault(place: place, value: element.value, rule: rule))
      }
    }
    guard faults.isEmpty else {
      throw Failure(.invalid, "the label cannot be made", faults: faults)
    }
  }
}
