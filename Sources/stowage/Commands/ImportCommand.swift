import Appliance
import ArgumentParser
import Foundation
import WireFormat

/// `stowage import`: reads a CSV or NDJSON file into the warehouse.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import a CSV or NDJSON file; all rows or none, unless --keep-good.",
    discussion: """
      Kinds: materials, locations, suppliers, supply-terms, purchase-orders, orders, demand,
      opening-stock. Columns carry their unit as a suffix (weight_kg, height_in, ...).
      """
  )

  @OptionGroup var options: GlobalOptions

  @Argument(help: "What the file holds.")
  var kind: String

  @Argument(help: "The file; - reads standard input.")
  var file: String

  @Option(name: .long, help: "A column of theirs that is one of ours: theirs=ours. Repeatable.")
  var map: [String] = []

  @Flag(name: .long, help: "Check everything and change nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Import the good rows and write the others to a reject file.")
  var keepGood = false

  @Option(name: .long, help: "Where the rejected rows go (default: FILE.rejects.csv).")
  var rejects: String?

  @Option(name: .long, help: "With opening-stock: where the report to sign goes.")
  var report: String?

  func validate() throws {
    for entry in map where !entry.contains("=") {
      throw ValidationError("--map takes theirs=ours, not '\(entry)'.")
    }
  }

  func run() async throws {
    let session = try await Session(options)
    defer { session.close() }
    let bytes: [UInt8]
    do {
      bytes = try InputFile.bytes(file)
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
    var call = GatewayCall(.post, "/api/v1/imports/\(kind)")
    call.query = map.map { ("map", $0) } + [("name", file == "-" ? "stdin" : file)]
    if dryRun { call.query.append(("dry_run", "1")) }
    if keepGood { call.query.append(("keep_good", "1")) }
    call.body = bytes
    call.contentType =
      InputFile.isNDJSON(name: file, bytes) ? "application/x-ndjson" : "text/csv"
    let reply = try session.watch("import", call)
    let answer = (try? JSONReader.parseOwn(reply.body)) ?? .null
    guard answer["rows"] != nil else {
      throw Terminal.failed(ProblemAnswer(reply), json: options.json)
    }
    try writeFiles(answer)
    session.show(answer) { ImportText.show($0, status: reply.status) }
    let faulty = answer["faulty"]?.integer ?? 0
    if reply.status >= 300 { throw ExitCode(2) }
    if faulty > 0 { throw ExitCode(1) }
  }

  private func writeFiles(_ answer: JSONValue) throws {
    do {
      let ending = answer["rejects_ndjson"] == nil ? "csv" : "ndjson"
      if let text = (answer["rejects_csv"] ?? answer["rejects_ndjson"])?.string, !text.isEmpty {
        let path = rejects ?? (file == "-" ? "rejects.\(ending)" : "\(file).rejects.\(ending)")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        if !options.json { Terminal.note("The rejected rows are in \(path).") }
      }
      if let opening = answer["report"], !opening.isNull, let report {
        let text = OpeningStockText.lines(opening, file: file).joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: report))
        if !options.json { Terminal.note("The report to sign is in \(report).") }
      }
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
  }
}

/// What an import says to people.
private enum ImportText {
  static func show(_ answer: JSONValue, status: Int) {
    let faults = answer["faults"]?.array ?? []
    var table = TextTable(["row", "column", "value", "rule"])
    table.add(faults, ["row", "column", "value", "rule"])
    if !faults.isEmpty { table.show() }
    let faulty = answer["faulty"]?.integer ?? 0
    if faulty > Int64(faults.count) {
      Terminal.say("... \(faulty) rows have faults; the first \(faults.count) faults are shown.")
    }
    let counts =
      "\(answer.shown("rows")) rows read, \(answer.shown("valid")) valid, \(faulty) with faults"
    if answer["dry_run"]?.bool == true {
      Terminal.say("\(counts). This was a dry run: nothing was changed.")
    } else if status >= 300 {
      Terminal.say("\(counts). Nothing was imported; mend the file, or use --keep-good.")
    } else {
      Terminal.say(
        "\(counts). Imported \(answer.shown("applied")), of them \(answer.shown("created")) new."
      )
    }
    if let opening = answer["report"], !opening.isNull {
      Terminal.say(
        "\(opening.shown("lots")) lots of \(opening["materials"]?.array?.count ?? 0) materials in "
          + "\(opening["locations"]?.array?.count ?? 0) locations; --report FILE writes the sheet "
          + "to sign."
      )
    }
  }
}
