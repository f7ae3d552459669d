/// Which elements belong together, and which exclude each other.
///
/// A lot says nothing without the article that it is a lot of; the content of a unit wants its
/// count. Broken rules are warnings: the pairing is meant over all labels of a unit, and a carton
/// often carries its lot on a second one (GS1 General Specifications, section 4.13). In a pattern,
/// `n` stands for any digit. The identifiers of receiving and putaway are covered.
enum Associations {
  /// One of these groups must be there in full.
  static let needs: [(identifiers: String, groups: String)] = [
    ("02", "37"),
    ("10 11 13 15 16 20 240 241 422", "01 02 03 8006 8026"),
    ("12 415", "8020"),
    ("17", "01 02 03 255 8006 8026"),
    ("21 251", "01 03 8006"),
    ("22 235 337n", "01"),
    ("242", "01 02 8006 8026"),
    ("243", "01 03"),
    ("250", "01+21 03+21 8006+21"),
    ("254", "414"),
    (
      "30 310n 311n 312n 313n 314n 315n 316n 320n 321n 322n 323n 324n 325n 326n 327n 328n 329n",
      "01 02"
    ),
    ("350n 351n 352n 356n 357n 360n 361n 364n 365n 366n 7007 8005", "01 02"),
    (
      "330n 331n 332n 333n 334n 335n 336n 340n 341n 342n 343n 344n 345n 346n 347n 348n 349n",
      "00 01"
    ),
    ("353n 354n 355n 362n 363n 367n 368n 369n", "00 01"),
    ("37", "00+02 00+8026"),
    ("403", "00"),
    ("7003 8008", "01 02 03"),
    ("8020", "415"),
  ]

  /// None of these may be there too.
  static let excludes: [(identifiers: String, others: String)] = [
    ("01", "255 37"),
    ("02", "01 03"),
    ("03", "01 02 37 235"),
    ("21", "235"),
    ("255", "01 02 415 8006 8020 8026"),
    ("422", "426"),
    ("8006", "01 03 37"),
    ("8026", "02 03 8006"),
  ]

  private static let needsByIdentifier = index(needs.map { ($0.identifiers, $0.groups) })
  private static let excludesByIdentifier = index(excludes.map { ($0.identifiers, $0.others) })

  /// What `identifier` needs: alternatives, each a group of patterns.
  static func needs(of identifier: String) -> [[String]] {
    let groups = needsByIdentifier[identifier] ?? needsByIdentifier[pattern(identifier)] ?? ""
    return groups.split(separator: " ").map { $0.split(separator: "+").map(String.init) }
  }

  /// The patterns that `identifier` excludes; a measure excludes itself in another precision.
  static func excludes(of identifier: String) -> [String] {
    let isMeasure = identifier.count == 4 && identifier.hasPrefix("3")
    let own = isMeasure ? [pattern(identifier)] : []
    let others = excludesByIdentifier[identifier] ?? ""
    return own + others.split(separator: " ").map(String.init)
  }

  /// The rules that these identifiers break together, in words.
  static func faults(among identifiers: [String]) -> [(identifier: String, message: String)] {
    var faults: [(String, String)] = []
    var seen: Set<String> = []
    for identifier in identifiers where seen.insert(identifier).inserted {
      let groups = needs(of: identifier)
      let isMet = groups.contains { group in
        group.allSatisfy { pattern in identifiers.contains { matches($0, pattern) } }
      }
      if !groups.isEmpty, !isMet {
        let words = groups.map { $0.map { "(\($0))" }.joined(separator: " with ") }
        faults.append((identifier, "stands without \(words.joined(separator: " or "))"))
      }
      for pattern in excludes(of: identifier) {
        let stranger = identifiers.first { $0 != identifier && matches($0, pattern) }
        if let stranger { faults.append((identifier, "does not go together with (\(stranger))")) }
      }
    }
    return faults
  }

  /// `3103` to `310n`.
  private static func pattern(_ identifier: String) -> String {
    identifier.count == 4 ? identifier.dropLast() + "n" : identifier
  }

  private static func matches(_ identifier: String, _ pattern: String) -> Bool {
    identifier.utf8.count == pattern.utf8.count
      && zip(identifier.utf8, pattern.utf8).allSatisfy { $0 == $1 || $1 == 0x6E }
  }

  private static func index(_ rows: [(String, String)]) -> [String: String] {
    var byIdentifier: [String: String] = [:]
    for (identifiers, rule) in rows {
      for identifier in identifiers.split(separator: " ") {
        byIdentifier[String(identifier)] = rule
      }
    }
    return byIdentifier
  }
}
