extension ElementFormat {
  /// All application identifiers, grouped by the form of their values.
  ///
  /// Facts of the GS1 General Specifications, section 3, written down by form; `3100-5` stands for
  /// 3100 to 3105, and a mark `!` for "not as a query parameter of a Digital Link". A test holds
  /// this table against GS1's own machine-readable list.
  private static let forms: [(value: String, identifiers: String)] = [
    ("N18+check+prefix2", "00"),
    ("N14+check+prefix2", "01 02 03!"),
    ("N18+check+prefix1", "8017 8018"),
    ("N17+check+prefix1", "402"),
    ("N13+check+prefix1", "410-7"),
    ("N13+check+prefix1 [X..17]", "253"),
    ("N13+check+prefix1 [N..12]", "255"),
    ("N1+zero N13+check+prefix1 [X..16]", "8003"),
    ("N14+check+prefix2 N4+pieces", "8006 8026"),
    ("N6+date", "11 12 13 15 16 17"),
    ("N6+day", "4326 7006"),
    ("N6+day [N6]+day", "7007"),
    ("N6+day N4+time", "7003"),
    ("N6+day [N4]+time", "7011"),
    ("N6+date N4+time", "4324 4325"),
    ("N6+day N2+hour [N2]+sixty [N2]+sixty", "8008"),
    ("N8+fullDay", "7250"),
    ("N8+fullDay N4+time", "7251"),
    ("N1", "7252"),
    ("N1+flag", "4321-3"),
    ("N2", "20 7241"),
    ("N3", "422 424 426"),
    ("N3 [N3] [N3] [N3] [N3]", "423 425"),
    ("N4", "3940-3 8111"),
    (
      "N6",
      """
      3100-5 3110-5 3120-5 3130-5 3140-5 3150-5 3160-5 3200-5 3210-5 3220-5 3230-5 3240-5 3250-5 \
      3260-5 3270-5 3280-5 3290-5 3300-5 3310-5 3320-5 3330-5 3340-5 3350-5 3360-5 3370-5 3400-5 \
      3410-5 3420-5 3430-5 3440-5 3450-5 3460-5 3470-5 3480-5 3490-5 3500-5 3510-5 3520-5 3530-5 \
      3540-5 3550-5 3560-5 3570-5 3600-5 3610-5 3620-5 3630-5 3640-5 3650-5 3660-5 3670-5 3680-5 \
      3690-5 3950-5 8005
      """
    ),
    ("N6 [X1]+hyphen", "4330-3"),
    ("N10 N10", "4309"),
    ("N13", "7001"),
    ("N15", "8040! 8041!"),
    ("N18 [N..2]", "8043!"),
    ("N32", "8042!"),
    ("N4+nonzero N5+nonzero N3+nonzero N1 N1", "8001"),
    ("N..4", "7004"),
    ("N..6", "242"),
    ("N..8", "30 37"),
    ("N..10", "8019!"),
    ("N..12+unpadded", "8011!"),
    ("N..15", "3900-9 3920-9"),
    ("N3 N..15", "3910-9 3930-9"),
    ("N1 X1 X1 X1", "7040!"),
    ("X2", "4307 4317"),
    ("X3", "7258"),
    ("X..2", "7010"),
    ("X..3", "427 7008"),
    ("X..4", "7041!"),
    ("X..10", "7009 7255"),
    ("X..12", "7005"),
    (
      "X..20",
      "10 21! 22! 243 254! 420 4318 7020-2 710-7 7240 8002 8012"
    ),
    ("X..25", "7242 8020!"),
    ("X..25+prefix1", "8013 8014!"),
    ("X..28", "235!"),
    ("X..30", "240 241 250 251 400 403 4308 4319 7002 90"),
    ("X..30+prefix1", "401 7023 8004"),
    ("X..34", "8007"),
    ("X..35+percent", "4300 4301 4310 4311 4320"),
    ("X..40+percent", "7253 7254 7259"),
    ("X..50", "8009"),
    ("X..70", "8110 8112 8200!"),
    ("X..70+percent", "4302-6 4312-6 7257"),
    ("X..90", "91-9"),
    ("X..90+percent", "7256"),
    ("N3 X..9", "421"),
    ("N3 X..27", "7030-9"),
    ("X2 X..28", "7230-9"),
    ("Y..30+prefix1", "8010"),
    ("Z..90", "8030"),
  ]

  /// The formats by identifier.
  static let all: [String: ElementFormat] = {
    var formats: [String: ElementFormat] = [:]
    for form in forms {
      let parts = form.value.split(separator: " ").compactMap(ValuePart.init)
      for entry in form.identifiers.split(separator: " ") {
        let isAttribute = !entry.hasSuffix("!")
        for identifier in expanded(isAttribute ? entry : entry.dropLast()) {
          formats[identifier] = ElementFormat(
            identifier: identifier,
            parts: parts,
            isLinkAttribute: isAttribute
          )
        }
      }
    }
    return formats
  }()

  /// `3100-5` to the six identifiers that it stands for.
  private static func expanded(_ entry: Substring) -> [String] {
    let ends = entry.split(separator: "-")
    guard ends.count == 2, let last = Int(ends[1]), let first = ends[0].last?.wholeNumberValue,
      first <= last
    else { return [String(entry)] }
    return (first...last).map { "\(ends[0].dropLast())\($0)" }
  }
}
