import Barcodes
import Warehouse
import WireFormat

/// What a label is of, as a caller names it.
enum LabelSubject: Sendable, Equatable {
  /// A place, by its code.
  case location(String)
  /// A lot.
  case lot(LotReference)
  /// The handling unit of a lot.
  case plate(LotReference)

  /// The kinds, as they are named in requests.
  enum Kind: String, CaseIterable {
    case location = "LOCATION"
    case lot = "LOT"
    case plate = "PLATE"
  }

  /// Reads `kind`, `code`, and for lots `material`.
  init?(_ body: DocumentReader) {
    let kind = body.word("kind", as: Kind.self, isRequired: true)
    let code = body.text("code", isRequired: true, limit: Limits.codeLength)
    let material = kind == .location ? nil : body.code("material")
    guard let kind, let code else { return nil }
    switch kind {
    case .location: self = .location(code)
    case .lot: self = .lot(LotReference(text: code, material: material))
    case .plate: self = .plate(LotReference(text: code, material: material))
    }
  }
}

/// The words and the data of one label, before it is known which printer draws it.
struct LabelText: Sendable, Equatable {
  /// In a few words, for lists.
  var title: String
  var lines: [ZPLLabel.Line]
  var data: String
  var isElements: Bool
}

extension OperationsEnvironment {
  /// What stands on the label of a thing; what is printed is read back by `POST /scans` as it.
  func labelText(
    of subject: LabelSubject,
    in transaction: any ReadTransaction
  ) throws -> LabelText {
    switch subject {
    case .location(let code): try labelText(of: location(code, in: transaction))
    case .lot(let reference): try labelText(of: lot(reference, in: transaction), in: transaction)
    case .plate(let reference): try plateText(of: lot(reference, in: transaction), in: transaction)
    }
  }

  private func labelText(of place: Location) -> LabelText {
    var lines = [ZPLLabel.Line(place.code, heightMM: 16)]
    if let check = place.draft.checkCode { lines.append(.init("Check \(check)", heightMM: 10)) }
    lines.append(.init(place.draft.zone, heightMM: 6))
    return LabelText(
      title: "Location \(place.code)",
      lines: lines,
      data: place.code,
      isElements: false
    )
  }

  private func lines(of lot: Lot, _ material: Material) -> [ZPLLabel.Line] {
    var lines: [ZPLLabel.Line] = [
      .init(material.code, heightMM: 9), .init(material.draft.name, heightMM: 5),
      .init("Lot \(lot.draft.number)", heightMM: 7),
    ]
    if let expiry = lot.draft.expiry { lines.append(.init("Good until \(expiry)", heightMM: 5)) }
    lines.append(.init("Received \(lot.draft.receivedDay)", heightMM: 4))
    return lines
  }

  /// Article and lot as elements where the article has a GTIN; else the number, or the id of the
  /// lot where others share its number.
  private func labelText(
    of lot: Lot,
    in transaction: any ReadTransaction
  ) throws -> LabelText {
    let material = try material(of: lot, in: transaction)
    var lines = lines(of: lot, material)
    let title = "Lot \(lot.draft.number) of \(material.code)"
    if let gtin = material.draft.gtin {
      var elements = [Element("01", gtin)]
      if let expiry = lot.draft.expiry {
        // YYMMDD.
        elements.append(Element("17", String(expiry.description.filter { $0 != "-" }.suffix(6))))
      }
      elements.append(Element("10", lot.draft.number))
      if let data = try? ElementString.data(elements, currentYear: today.civil.year) {
        lines.append(.init(ElementString.humanReadable(elements), heightMM: 3))
        return LabelText(title: title, lines: lines, data: data, isElements: true)
      }
    }
    let isAlone = try transaction.lots(number: lot.draft.number).count == 1
    let data = isAlone ? lot.draft.number : lot.publicID.text
    return LabelText(title: title, lines: lines, data: data, isElements: false)
  }

  /// The license plate as an element.
  private func plateText(
    of lot: Lot,
    in transaction: any ReadTransaction
  ) throws -> LabelText {
    guard let plate = lot.draft.licensePlate else {
      throw Failure(
        .conflict,
        "Lot \(lot.draft.number) has no license plate.",
        hint: "Print its LOT label, or enter the plate with its receipt."
      )
    }
    let elements = [Element("00", plate)]
    let data = try ElementString.data(elements, currentYear: today.civil.year)
    let material = try material(of: lot, in: transaction)
    let lines =
      [.init(ElementString.humanReadable(elements), heightMM: 6)] + lines(of: lot, material)
    return LabelText(title: "Plate \(plate)", lines: lines, data: data, isElements: true)
  }

  private func material(of lot: Lot, in transaction: any ReadTransaction) throws -> Material {
    guard let material = try transaction.material(lot.draft.material) else {
      throw Failure(.internal, "The material of lot \(lot.draft.number) is not there.")
    }
    return material
  }
}
