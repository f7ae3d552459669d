import Foundation
import StowageTesting
import Testing

@testable import Barcodes

@Suite("Application identifiers against GS1's own list")
struct SyntaxDictionaryTests {
  /// One line of the dictionary, with its range of identifiers spread out.
  struct Entry {
    var identifiers: [String]
    var isLinkAttribute: Bool
    var isPredefined: Bool
    var parts: [String]
    var needs: [[String]]
    var excludes: [String]
    var keyQualifiers: String?
  }

  private static func entries() throws -> [Entry] {
    guard let file = SharedData.file("scan/gs1-syntax-dictionary.txt") else { return [] }
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      var fields = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
      guard !fields.isEmpty else { return nil }
      let ends = fields.removeFirst().split(separator: "-").compactMap { Int($0) }
      let width = line.prefix { $0.isNumber }.count
      let identifiers = (ends[0]...(ends.last ?? ends[0])).map { number in
        String(repeating: "0", count: width - String(number).count) + String(number)
      }
      var flags = ""
      if let first = fields.first, first.allSatisfy({ "*?".contains($0) }) {
        flags = fields.removeFirst()
      }
      let isPart = { (field: String) in
        field.wholeMatch(of: /\[?[NXYZ](\.\.)?\d+\]?(,.*)?/) != nil
      }
      var entry = Entry(
        identifiers: identifiers,
        isLinkAttribute: flags.contains("?"),
        isPredefined: flags.contains("*"),
        parts: fields.filter(isPart),
        needs: [],
        excludes: []
      )
      for attribute in fields.filter({ !isPart($0) }) {
        let value = attribute.drop { $0 != "=" }.dropFirst()
        if attribute.hasPrefix("req=") {
          entry.needs = value.split(separator: ",").map {
            $0.split(separator: "+").map(String.init)
          }
        } else if attribute.hasPrefix("ex=") {
          entry.excludes = value.split(separator: ",").map(String.init)
        } else if attribute.hasPrefix("dlpkey") {
          entry.keyQualifiers = String(value)
        }
      }
      return entry
    }
  }

  /// The names of rules in the dictionary and here; the other ones are code lists.
  private static let rules: [String: ValuePart.Rule] = [
    "csum": .check, "gcppos1": .prefix1, "gcppos2": .prefix2, "yymmd0": .date, "yymmdd": .day,
    "yyyymmdd": .fullDay, "hhmi": .time, "hh": .hour, "mi": .sixty, "ss": .sixty,
    "nonzero": .nonzero, "zero": .zero, "yesno": .flag, "nozeroprefix": .unpadded,
    "pcenc": .percent, "hyphen": .hyphen, "pieceoftotal": .pieces,
  ]

  @Test(
    "Every identifier has the same parts, lengths, separators and checks; there are no others",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func formats() throws {
    let entries = try Self.entries()
    #expect(entries.count > 200)
    var seen: Set<String> = []
    for entry in entries {
      for identifier in entry.identifiers {
        seen.insert(identifier)
        let format = try #require(ElementFormat.of(identifier), "\(identifier) is missing")
        #expect(format.needsNoSeparator == entry.isPredefined, "\(identifier)")
        #expect(format.isLinkAttribute == entry.isLinkAttribute, "\(identifier)")
        let mine = format.parts.map { part in
          let length = part.minimum == part.maximum ? "\(part.maximum)" : "..\(part.maximum)"
          let text = "\(part.characters.rawValue)\(length)"
          return part.isOptional ? "[\(text)]" : text
        }
        let theirs = entry.parts.map { String($0.prefix { $0 != "," }) }
        #expect(mine == theirs, "\(identifier)")
        for (part, text) in zip(format.parts, entry.parts) {
          let names = text.split(separator: ",").dropFirst()
          #expect(part.rules == names.compactMap { Self.rules[String($0)] }, "\(identifier)")
        }
        if let qualifiers = entry.keyQualifiers {
          let sets = qualifiers.split(separator: "|").map {
            $0.split(separator: ",").map(String.init)
          }
          #expect(DigitalLink.qualifiers[identifier] == (sets.isEmpty ? [[]] : sets))
        } else {
          #expect(DigitalLink.qualifiers[identifier] == nil)
        }
      }
    }
    #expect(Set(ElementFormat.all.keys) == seen)
  }

  @Test(
    "What belongs together is the same for every identifier of receiving",
    .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.missing))
  )
  func associations() throws {
    var byIdentifier: [String: Entry] = [:]
    for entry in try Self.entries() {
      for identifier in entry.identifiers { byIdentifier[identifier] = entry }
    }
    let covered = byIdentifier.keys.filter { identifier in
      identifier < "3900" && identifier.count <= 4 && !identifier.hasPrefix("253")
        || ["403", "415", "422", "7003", "7007", "8005", "8006", "8008", "8020", "8026"].contains(
          identifier
        )
    }
    #expect(covered.count > 250)
    for identifier in covered {
      let entry = try #require(byIdentifier[identifier])
      let exceptions = ["8006", "8026"].contains(identifier)
      if !exceptions { #expect(Associations.needs(of: identifier) == entry.needs, "\(identifier)") }
      #expect(Set(Associations.excludes(of: identifier)) == Set(entry.excludes), "\(identifier)")
    }
  }
}
